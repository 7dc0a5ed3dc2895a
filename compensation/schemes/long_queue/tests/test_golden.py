"""What the terms say, case by case, as written down by hand in golden.csv: both sides of every boundary."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from compensation.schemes.long_queue.rules import LongQueueFacts, LongQueueTerms, QueueStep, long_queue
from compensation.schemes.long_queue.tests.cases import EVENING, MINUTE, booking
from compensation.schemes.tests.golden import rows_of
from policies.shapes import shaped
from policies.tests.files import terms_in_file

ROWS = rows_of("long_queue")
TERMS: LongQueueTerms = terms_in_file("long_queue")


@pytest.mark.parametrize("row", ROWS, ids=[row["case"] for row in ROWS])
def test_the_rule_says_what_the_terms_say(row):
    verdict = long_queue(_facts(row), TERMS, _now(row))
    assert (verdict.granted, verdict.settles, verdict.amount, verdict.because) == (
        row["granted"] == "yes",
        row["settles"],
        int(row["amount"]),
        row["because"],
    )
    assert verdict.compensation == verdict.amount


def cases() -> Iterator[tuple[LongQueueFacts, LongQueueTerms, datetime]]:
    return ((_facts(row), TERMS, _now(row)) for row in ROWS)


def _facts(row: dict[str, str]) -> LongQueueFacts:
    joined, called = row["joined_minutes"], row["called_minutes"]
    return booking(
        currency=row["currency"],
        promised_minutes=_number(row["promised"]),
        own_promised_minutes=_number(row["own_promised"]),
        queue_joined_at=EVENING + int(joined) * MINUTE if joined else None,
        called_at=EVENING + timedelta(minutes=int(called), seconds=int(row["called_seconds"])) if called else None,
        reported_minutes=_number(row["reported"]),
        takes_part=row["takes_part"] == "yes",
        own_steps=tuple(_step(step) for step in row["own_steps"].split(";") if step),
        outcome=row["outcome"],
    )


def _step(written: str) -> QueueStep:
    """`10:15.00` is CNY 15.00 from 10 minutes past the promise on."""
    minutes, amount = written.split(":")
    return shaped(QueueStep, {"from_minutes": int(minutes), "amount": {"CNY": amount}})


def _number(written: str) -> int | None:
    return int(written) if written else None


def _now(row: dict[str, str]) -> datetime:
    return EVENING + timedelta(days=int(row["claimed_days"]), seconds=int(row["claimed_seconds"]))
