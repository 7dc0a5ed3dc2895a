"""Plain JSON becomes typed terms, or it is said where and why it does not."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

import pytest

from policies.shapes import Amounts, Misshapen, plain, shaped
from policies.words import Reason


@dataclass(frozen=True)
class Tier:
    standing: int
    limit: Amounts


@dataclass(frozen=True)
class Terms:
    reasons: tuple[Reason, ...]
    days: Mapping[str, int]
    tiers: tuple[Tier, ...] | None = None
    note: str = ""
    open: bool = False
    since: datetime | None = None
    on: date | None = None
    at: time | None = None
    metres: float | None = None


GOOD = {"reasons": ["damaged"], "days": {"goods": 15}}


def test_terms_are_read_with_their_types():
    terms = shaped(
        Terms,
        {
            **GOOD,
            "tiers": [{"standing": 3, "limit": {"CNY": "200.00", "JPY": 5}}],
            "open": True,
            "since": "2026-03-01T08:00:00+08:00",
            "on": "2026-03-01",
            "at": "10:30:00",
            "metres": 1.5,
        },
    )
    assert terms.reasons == (Reason.DAMAGED,)
    assert terms.tiers == (Tier(3, Amounts({"CNY": 200_00, "JPY": 5})),)
    assert terms.since == datetime(2026, 3, 1, tzinfo=UTC)
    assert (terms.on, terms.at, terms.metres) == (date(2026, 3, 1), time(10, 30), 1.5)


def test_what_was_read_is_written_back_the_same():
    terms = Terms(
        reasons=(Reason.DAMAGED, Reason.NO_ROOM),
        days={"goods": 0},
        tiers=(Tier(0, Amounts({"CNY": 1, "JPY": 7, "KWD": 1_234})),),
        since=datetime(2026, 3, 1, 1, 2, 3, 4, tzinfo=UTC),
        on=date(2026, 3, 1),
        at=time(23, 59, 59),
        metres=30.1234567,
    )
    written = plain(terms)
    assert written["tiers"] == [{"standing": 0, "limit": {"CNY": "0.01", "JPY": "7", "KWD": "1.234"}}]
    assert shaped(Terms, written) == terms


def test_a_currency_that_is_not_named_has_nothing():
    assert Amounts({"CNY": 5}).of("GBP") == 0


WRONG = {
    "not terms at all": ([], "", "not_a_mapping"),
    "an unknown name": ({**GOOD, "dayz": 1}, "dayz", "unknown_key"),
    "an unknown name inside": ({**GOOD, "tiers": [{"standing": 1, "limit": {}, "x": 1}]}, "tiers[0].x", "unknown_key"),
    "a name that is missing": ({"reasons": []}, "days", "missing_key"),
    "no list": ({**GOOD, "reasons": "damaged"}, "reasons", "not_a_list"),
    "no mapping": ({**GOOD, "days": 15}, "days", "not_a_mapping"),
    "a text for a number": ({**GOOD, "days": {"goods": "15"}}, "days.goods", "not_a_whole_number"),
    "true for a number": ({**GOOD, "days": {"goods": True}}, "days.goods", "not_a_whole_number"),
    "half a number": ({**GOOD, "days": {"goods": 1.5}}, "days.goods", "not_a_whole_number"),
    "below zero": ({**GOOD, "days": {"goods": -1}}, "days.goods", "negative"),
    "no such reason": ({**GOOD, "reasons": ["bored"]}, "reasons[0]", "not_one_of"),
    "a number for a text": ({**GOOD, "note": 7}, "note", "not_a_text"),
    "a text for yes": ({**GOOD, "open": "yes"}, "open", "not_yes_or_no"),
    "no moment": ({**GOOD, "since": "yesterday"}, "since", "not_a_moment"),
    "after the last moment": ({**GOOD, "since": "9999-12-31T23:59:59-23:59"}, "since", "not_a_moment"),
    "before the first moment": ({**GOOD, "since": "0001-01-01T00:00:00+14:00"}, "since", "not_a_moment"),
    "no day": ({**GOOD, "on": "2026-02-30"}, "on", "not_a_day"),
    "no time": ({**GOOD, "at": "25:00"}, "at", "not_a_time"),
    "no number": ({**GOOD, "metres": "far"}, "metres", "not_a_number"),
}


@pytest.mark.parametrize(("value", "path", "code"), list(WRONG.values()), ids=list(WRONG))
def test_what_does_not_fit_is_named_with_its_place(value, path, code):
    with pytest.raises(Misshapen) as problem:
        shaped(Terms, value)
    assert (problem.value.path, problem.value.code) == (path, code)


WRONG_AMOUNTS = {
    "no currencies": (200, "limit", "not_amounts"),
    "no currency": ({"yuan": 1}, "limit.yuan", "not_a_currency"),
    "a fraction that binary cannot hold": ({"CNY": 0.1}, "limit.CNY", "not_an_amount"),
    "words": ({"CNY": "much"}, "limit.CNY", "not_an_amount"),
    "half a cent": ({"CNY": "0.005"}, "limit.CNY", "not_an_amount"),
    "a fraction of a yen": ({"JPY": "0.5"}, "limit.JPY", "not_an_amount"),
    "a power of ten": ({"CNY": "1e5"}, "limit.CNY", "not_an_amount"),
    "figures in groups": ({"CNY": "1_000"}, "limit.CNY", "not_an_amount"),
    "no end": ({"CNY": "Infinity"}, "limit.CNY", "not_an_amount"),
    "no number": ({"CNY": "NaN"}, "limit.CNY", "not_an_amount"),
    "less than nothing": ({"CNY": "-1"}, "limit.CNY", "negative"),
}


@pytest.mark.parametrize(("value", "path", "code"), list(WRONG_AMOUNTS.values()), ids=list(WRONG_AMOUNTS))
def test_an_amount_that_is_none_is_named_with_its_place(value, path, code):
    with pytest.raises(Misshapen) as problem:
        shaped(Tier, {"standing": 0, "limit": value})
    assert (problem.value.path, problem.value.code) == (path, code)


def test_facts_may_be_below_zero_and_terms_may_not():
    negative = {**GOOD, "days": {"goods": -1}}
    assert shaped(Terms, negative, signed=True).days == {"goods": -1}


def test_what_has_no_plain_form_is_refused():
    with pytest.raises(TypeError):
        plain(object())
