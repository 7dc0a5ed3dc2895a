"""What the terms say, case by case, as written down by hand in golden.csv: both sides of every boundary."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest

from compensation.schemes.goodwill.rules import Ended, GoodwillFacts, goodwill
from compensation.schemes.goodwill.tests.cases import NOW, facts
from compensation.schemes.tests.golden import rows_of
from policies.tests.files import terms_in_file

ROWS = rows_of("goodwill")
TERMS = terms_in_file("goodwill")


def laid_out(row: Mapping[str, str]) -> GoodwillFacts:
    took = timedelta(days=int(row["took_days"]), minutes=int(row["took_minutes"]))
    given = row["last_given_minutes_ago"]
    return facts(
        currency=row["currency"],
        ended_as=Ended(row["ended_as"]),
        filed_at=NOW - took,
        closed_at=NOW,
        last_given_at=NOW - timedelta(minutes=int(given)) if given else None,
    )


def cases() -> Iterator[tuple[GoodwillFacts, Any, datetime]]:
    """Every row as the rule takes it, for whoever replays them."""
    return ((laid_out(row), TERMS, NOW) for row in ROWS)


@pytest.mark.parametrize("row", ROWS, ids=[row["case"] for row in ROWS])
def test_the_rule_says_what_the_terms_say(row):
    verdict = goodwill(laid_out(row), TERMS, NOW)
    assert (verdict.granted, verdict.remedy, verdict.amount, verdict.compensation, verdict.because) == (
        row["granted"] == "yes",
        "coupon",
        int(row["amount"]),
        int(row["amount"]),
        row["because"],
    )
