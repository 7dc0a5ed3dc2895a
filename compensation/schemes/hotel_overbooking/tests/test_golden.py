"""What the terms say, case by case, as written down by hand in golden.csv: both sides of every boundary."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from compensation.schemes.hotel_overbooking.rules import (
    Alternative,
    OverbookingTerms,
    StayFacts,
    arrival,
    hotel_overbooking,
)
from compensation.schemes.hotel_overbooking.tests.cases import ARRIVAL, stay
from compensation.schemes.tests.golden import rows_of
from policies.tests.files import terms_in_file
from policies.words import Reason

ROWS = rows_of("hotel_overbooking")
TERMS: OverbookingTerms = terms_in_file("hotel_overbooking")


@pytest.mark.parametrize("row", ROWS, ids=[row["case"] for row in ROWS])
def test_the_rule_says_what_the_terms_say(row):
    verdict = hotel_overbooking(_facts(row), TERMS, _now(row))
    assert (verdict.because, verdict.granted, verdict.settles, verdict.refund, verdict.compensation) == (
        row["because"],
        row["granted"] == "yes",
        row["settles"],
        int(row["refund"]),
        int(row["compensation"]),
    )


def cases() -> Iterator[tuple[StayFacts, OverbookingTerms, datetime]]:
    return ((_facts(row), TERMS, _now(row)) for row in ROWS)


def _facts(row: dict[str, str]) -> StayFacts:
    given = _number(row["rank_given"])
    none_given = given is None and row["reason"] == "no_room"
    return stay(
        reason=Reason(row["reason"]),
        first_night_rate=int(row["rate"]),
        refundable=int(row["left"]),
        rank_reserved=_number(row["rank_booked"]),
        rank_assigned=given,
        room_assigned=None if none_given else "another",
        outcome=row["outcome"],
        takes_part=row["takes_part"] == "yes",
        own_no_room_factor=_number(row["own_factor"]),
        told_at=_told_at(row),
        alternative=Alternative(row["alternative"]),
        force_majeure=row["force_majeure"] == "yes",
    )


def _told_at(row: dict[str, str]) -> datetime | None:
    if not row["told_hours_before"]:
        return None
    before = timedelta(hours=int(row["told_hours_before"]), minutes=int(row["told_minutes_before"]))
    return arrival(ARRIVAL, TERMS) - before


def _now(row: dict[str, str]) -> datetime:
    return datetime.fromisoformat(row["now"])


def _number(written: str) -> int | None:
    return int(written) if written else None
