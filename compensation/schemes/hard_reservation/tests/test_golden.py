"""What the terms say, case by case, as written down by hand in golden.csv: both sides of every boundary."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from compensation.schemes.hard_reservation.rules import (
    HardReservationFacts,
    HardReservationTerms,
    NoticeStep,
    hard_reservation,
)
from compensation.schemes.hard_reservation.tests.cases import EVENING, booking
from compensation.schemes.tests.golden import rows_of
from policies.shapes import shaped
from policies.tests.files import terms_in_file

ROWS = rows_of("hard_reservation")
TERMS: HardReservationTerms = terms_in_file("hard_reservation")


@pytest.mark.parametrize("row", ROWS, ids=[row["case"] for row in ROWS])
def test_the_rule_says_what_the_terms_say(row):
    verdict = hard_reservation(_facts(row), TERMS, _now(row))
    assert (verdict.granted, verdict.settles, verdict.amount, verdict.compensation, verdict.because) == (
        row["granted"] == "yes",
        row["settles"],
        int(row["amount"]),
        int(row["compensation"]),
        row["because"],
    )


def cases() -> Iterator[tuple[HardReservationFacts, HardReservationTerms, datetime]]:
    return ((_facts(row), TERMS, _now(row)) for row in ROWS)


def _facts(row: dict[str, str]) -> HardReservationFacts:
    told, arrived = _after(row, "told_before"), _after(row, "arrived_after")
    return booking(
        currency=row["currency"],
        paid=int(row["paid"]),
        refundable=int(row["refundable"]),
        outcome=row["outcome"],
        told_at=EVENING - told if told is not None else None,
        arrived_at=EVENING + arrived if arrived is not None and row["arrived"] in ("on_record", "both") else None,
        reported_at=EVENING + (arrived if row["arrived"] == "reported" else timedelta())
        if arrived is not None and row["arrived"] in ("reported", "both")
        else None,
        takes_part=row["takes_part"] == "yes",
        own_hold_minutes=int(row["own_hold"]) if row["own_hold"] else None,
        own_steps=tuple(_step(step) for step in row["own_steps"].split(";") if step),
    )


def _after(row: dict[str, str], name: str) -> timedelta | None:
    if not row[f"{name}_minutes"]:
        return None
    return timedelta(minutes=int(row[f"{name}_minutes"]), seconds=int(row[f"{name}_seconds"]))


def _step(written: str) -> NoticeStep:
    """`120:50:30.00` is 50 % and at least CNY 30.00, told less than 120 minutes before."""
    minutes, percent, amount = written.split(":")
    return shaped(NoticeStep, {"under_minutes": int(minutes), "percent": int(percent), "at_least": {"CNY": amount}})


def _now(row: dict[str, str]) -> datetime:
    return EVENING + timedelta(days=int(row["claimed_days"]), seconds=int(row["claimed_seconds"]))
