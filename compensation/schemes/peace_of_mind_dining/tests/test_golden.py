"""What the terms say, case by case, as written down by hand in golden.csv: both sides of every boundary."""

from collections.abc import Iterator
from datetime import datetime

import pytest

from compensation.schemes.peace_of_mind_dining.rules import (
    DiningFacts,
    PeaceOfMindDiningTerms,
    Right,
    peace_of_mind_dining,
)
from compensation.schemes.peace_of_mind_dining.tests.cases import HOUR, SERVED, dinner
from compensation.schemes.tests.golden import cents, rows_of
from policies.tests.files import terms_in_file

ROWS = rows_of("peace_of_mind_dining")
TERMS: PeaceOfMindDiningTerms = terms_in_file("peace_of_mind_dining")


@pytest.mark.parametrize("row", ROWS, ids=[row["case"] for row in ROWS])
def test_the_rule_says_what_the_terms_say(row):
    verdict = peace_of_mind_dining(_facts(row), TERMS, _now(row))
    assert (verdict.granted, verdict.settles, verdict.refund, verdict.compensation, verdict.because) == (
        row["granted"] == "yes",
        row["settles"],
        cents(row["refund"]),
        cents(row["compensation"]),
        row["because"],
    )


def test_every_right_is_in_the_table():
    assert {row["right"] for row in ROWS} == set(Right)


def cases() -> Iterator[tuple[DiningFacts, PeaceOfMindDiningTerms, datetime]]:
    return ((_facts(row), TERMS, _now(row)) for row in ROWS)


def _facts(row: dict[str, str]) -> DiningFacts:
    return dinner(
        right=Right(row["right"]),
        label_held=row["label"] == "yes",
        served=row["served"] == "yes",
        paid=cents(row["paid"]),
        refundable=cents(row["refundable"]),
        loss=cents(row["loss"]),
        missing=int(row["missing"]),
        whole=int(row["whole"]),
    )


def _now(row: dict[str, str]) -> datetime:
    return SERVED + float(row["now_hours"]) * HOUR
