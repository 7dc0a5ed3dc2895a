"""What the terms say, case by case, as written down by hand in golden.csv: both sides of every boundary."""

from collections.abc import Iterator
from datetime import datetime

import pytest

from compensation.schemes.peace_of_mind_travel.rules import (
    PeaceOfMindTravelTerms,
    Right,
    TravelFacts,
    peace_of_mind_travel,
)
from compensation.schemes.peace_of_mind_travel.tests.cases import DEPARTURE, HOUR, tour
from compensation.schemes.tests.golden import cents, rows_of
from policies.tests.files import terms_in_file

ROWS = rows_of("peace_of_mind_travel")
TERMS: PeaceOfMindTravelTerms = terms_in_file("peace_of_mind_travel")


@pytest.mark.parametrize("row", ROWS, ids=[row["case"] for row in ROWS])
def test_the_rule_says_what_the_terms_say(row):
    verdict = peace_of_mind_travel(_facts(row), TERMS, _now(row))
    assert (verdict.granted, verdict.settles, verdict.refund, verdict.compensation, verdict.because) == (
        row["granted"] == "yes",
        row["settles"],
        cents(row["refund"]),
        cents(row["compensation"]),
        row["because"],
    )


def test_every_right_is_in_the_table():
    assert {row["right"] for row in ROWS} == set(Right)


def cases() -> Iterator[tuple[TravelFacts, PeaceOfMindTravelTerms, datetime]]:
    return ((_facts(row), TERMS, _now(row)) for row in ROWS)


def _facts(row: dict[str, str]) -> TravelFacts:
    recorded = row["recorded_hours_before"]
    return tour(
        right=Right(row["right"]),
        label_held=row["label"] == "yes",
        outcome=row["outcome"],
        recorded_at=DEPARTURE - float(recorded) * HOUR if recorded else None,
        refundable=cents(row["refundable"]),
        charged=cents(row["charged"]) if row["charged"] else None,
        count=int(row["count"]) if row["count"] else None,
        minutes=int(row["minutes"]) if row["minutes"] else None,
        given_back=row["given_back"] == "yes",
    )


def _now(row: dict[str, str]) -> datetime:
    return DEPARTURE + float(row["now_hours"]) * HOUR
