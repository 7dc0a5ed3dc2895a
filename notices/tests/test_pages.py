"""The list of what a person was told, page by page, in their language; opening a notice leads to what it is about."""

from datetime import datetime

import pytest
from django.conf import settings
from django.test import Client

from accounts.models import User
from notices.actions import tell
from notices.models import Notice

VALUES = {
    "claim": "R-1", "item": "Blue mug", "item_zh": "蓝色马克杯", "amount": 45_00, "currency": "CNY", "case": "arrived",
}  # fmt: skip


def told(recipient: User, now: datetime, count: int = 1) -> list[Notice]:
    for number in range(count):
        tell(key=f"k{number}", recipient=recipient, kind="claim_paid", values=VALUES, link="/claims/R-1/", at=now)
    return list(recipient.notices.order_by("id"))


def text_of(client: Client) -> str:
    return client.get("/notices/").content.decode()


@pytest.fixture
def reader(client: Client, consumer: User) -> Client:
    client.force_login(consumer)
    return client


def test_shows_what_was_told_in_the_language_of_the_page(reader: Client, consumer: User, now: datetime):
    told(consumer, now)
    assert "CN¥45.00 for claim R-1 is in your wallet" in text_of(reader)
    reader.cookies[settings.LANGUAGE_COOKIE_NAME] = "zh-hans"
    assert "¥45.00 已到账余额钱包（售后申请 R-1）" in text_of(reader)
    assert "蓝色马克杯" in text_of(reader)


def test_opening_a_notice_reads_it_and_leads_to_what_it_is_about(reader: Client, consumer: User, now: datetime):
    (notice,) = told(consumer, now)
    assert '<span class="count">1</span>' in text_of(reader)
    answer = reader.get(f"/notices/{notice.pk}/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/claims/R-1/")
    assert '<span class="count">' not in text_of(reader)


def test_everything_is_marked_as_read_at_once(reader: Client, consumer: User, now: datetime):
    told(consumer, now, count=3)
    assert "Mark all as read" in text_of(reader)
    assert reader.post("/notices/reading/").headers["Location"] == "/notices/"
    assert not Notice.objects.unread().exists()
    assert "Mark all as read" not in text_of(reader)


def test_older_notices_stand_on_further_pages(reader: Client, consumer: User, now: datetime):
    told(consumer, now, count=51)
    first = reader.get("/notices/")
    assert len(first.context["entries"]) == 50
    assert len(reader.get(first.context["next_href"]).context["entries"]) == 1
    assert reader.get("/notices/?after=made-up").status_code == 400


def test_an_empty_list_says_what_will_stand_there(reader: Client):
    assert "Nothing to tell you yet" in text_of(reader)


def test_a_notice_without_words_does_not_hide_the_others(reader: Client, consumer: User, now: datetime):
    broken, _sound = told(consumer, now, count=2)
    Notice.objects.filter(pk=broken.pk).update(kind="of_another_age")
    assert "This notice can no longer be shown." in text_of(reader)
    assert "is in your wallet" in text_of(reader)


def test_nobody_reads_another_ones_notices(reader: Client, consumer2: User, now: datetime):
    (notice,) = told(consumer2, now)
    assert reader.get(f"/notices/{notice.pk}/").status_code == 404
    reader.post("/notices/reading/")
    notice.refresh_from_db()
    assert notice.read_at is None
    assert "is in your wallet" not in text_of(reader)


@pytest.mark.parametrize("address", ["/notices/", "/notices/1/"])
def test_strangers_are_sent_to_sign_in(client: Client, db: None, address: str):
    assert client.get(address).headers["Location"] == f"/sign-in/?next={address}"


@pytest.mark.parametrize("role", ["merchant", "agent", "finance"])
def test_every_role_has_the_page_in_its_own_frame(client: Client, role: str, request: pytest.FixtureRequest):
    client.force_login(request.getfixturevalue(role))
    assert client.get("/notices/").status_code == 200
