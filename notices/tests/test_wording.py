"""Every kind has its sentences in both languages, with sums, moments and names as their reader writes them."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.utils import timezone, translation

from accounts.models import Role
from notices.sentences import ROWS, Row
from notices.wording import UnknownKind, Words, row_for, words

VALUES = {
    "claim": "R-1", "order": "G-1001", "item": "Blue mug", "item_zh": "蓝色马克杯", "merchant": "Corner Shop",
    "merchant_zh": "街角小店", "store": "Noodle Bar", "store_zh": "面馆", "amount": 1_299_50, "currency": "CNY",
    "due_at": "2026-03-28T23:30:00+00:00", "asked_at": "2026-03-28T23:30:00+00:00",
    "expires_at": "2026-10-24T22:30:00+00:00", "carrier": "SF Express",
    "tracking": "SF123", "reason": "It was issued twice.", "label": "Peace of Mind", "label_zh": "安心服务",
    "number": "I-1", "room": "deluxe", "room_zh": "豪华间",
}  # fmt: skip


def worded(language: str, zone: str = "UTC", **changes: Any) -> Words:
    said = {"kind": "claim_filed", "values": VALUES, "role": Role.MERCHANT} | changes
    with translation.override(language), timezone.override(zone):
        return words(**said)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: "-".join(filter(None, (row.kind, row.case, row.to))))
def test_every_row_is_complete_in_both_languages(row: Row):
    said: dict[str, Any] = {"kind": row.kind, "values": VALUES | {"case": row.case}, "role": row.to or Role.CONSUMER}
    english, chinese = worded("en", **said), worded("zh-hans", **said)
    for text in (english.subject, *english.sentences, english.action):
        assert text
        assert "%" not in text
    for text in (chinese.subject, *chinese.sentences, chinese.action, *filter(None, [chinese.due])):
        assert any("\u4e00" <= letter <= "\u9fff" for letter in text)
    assert bool(english.due) == bool(chinese.due) == bool(row.due)


def test_every_row_can_be_reached():
    assert len({(row.kind, row.case, row.to) for row in ROWS}) == len(ROWS)
    for row in ROWS:
        assert row_for(kind=row.kind, case=row.case, role=row.to or Role.CONSUMER) is row


@pytest.mark.parametrize(
    ("language", "zone", "subject", "due"),
    [
        ("en", "Europe/London", "Claim R-1: a consumer asks for CN¥1,299.50", "Answer by Sat 28 Mar 2026, 23:30."),
        ("en", "Asia/Shanghai", "Claim R-1: a consumer asks for CN¥1,299.50", "Answer by Sun 29 Mar 2026, 07:30."),
    ],
)
def test_sums_and_moments_are_those_of_the_reader(language: str, zone: str, subject: str, due: str):
    said = worded(language, zone)
    assert (said.subject, said.due) == (subject, due)


def test_names_have_their_chinese_twin_where_there_is_one():
    assert "蓝色马克杯" in worded("zh-hans").sentences[0]
    assert "¥1,299.50" in worded("zh-hans").subject
    assert "Blue mug" in worded("zh-hans", values=VALUES | {"item_zh": ""}).sentences[0]
    assert "Blue mug" in worded("en").sentences[0]


def test_a_name_with_a_line_break_stays_on_one_line():
    said = worded(
        "en", kind="merchant_answered", role=Role.CONSUMER, values=VALUES | {"case": "accepted", "merchant": "A\nB"}
    )
    assert said.subject.startswith("A B accepted")


def test_both_sides_read_their_own_sentence():
    decided = VALUES | {"case": "merchant"}
    assert worded("en", kind="decided", values=decided, role=Role.MERCHANT).subject == "Claim R-1 was decided for you"
    assert "for the merchant" in worded("en", kind="decided", values=decided, role=Role.CONSUMER).subject


def test_an_unknown_case_falls_back_to_the_plain_row_or_is_refused():
    assert worded("en", kind="deadline_passed", values=VALUES | {"case": "new"}).subject == (
        "Claim R-1: a deadline has passed"
    )
    with pytest.raises(UnknownKind):
        worded("en", kind="decided", values=VALUES | {"case": "new"})


def test_moments_are_worded_on_both_sides_of_a_clock_change():
    spring = [datetime(2026, 3, 29, hour, 30, tzinfo=UTC).isoformat() for hour in (0, 1)]
    said = [worded("en", "Europe/London", values=VALUES | {"due_at": at}).due for at in spring]
    assert said == ["Answer by Sun 29 Mar 2026, 00:30.", "Answer by Sun 29 Mar 2026, 02:30."]
