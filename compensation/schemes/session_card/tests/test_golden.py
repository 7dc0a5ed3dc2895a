"""What the terms say, case by case, as written down by hand in golden.csv: both sides of every boundary."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from compensation.schemes.session_card.rules import SessionCardFacts, SessionCardTerms, ShopClosure, session_card
from compensation.schemes.session_card.tests.cases import DAY, NOW, card
from compensation.schemes.tests.golden import rows_of
from policies.tests.files import terms_in_file

ROWS = rows_of("session_card")
TERMS: SessionCardTerms = terms_in_file("session_card")


@pytest.mark.parametrize("row", ROWS, ids=[row["case"] for row in ROWS])
def test_the_rule_says_what_the_terms_say(row):
    verdict = session_card(_facts(row), TERMS, NOW)
    assert (verdict.granted, verdict.settles, verdict.amount, verdict.because) == (
        row["granted"] == "yes",
        row["settles"],
        int(row["amount"]),
        row["because"],
    )
    assert verdict.compensation == 0


def cases() -> Iterator[tuple[SessionCardFacts, SessionCardTerms, datetime]]:
    return ((_facts(row), TERMS, NOW) for row in ROWS)


def _facts(row: dict[str, str]) -> SessionCardFacts:
    visited = row["visited_days"]
    return card(
        cause=row["cause"],
        paid=int(row["paid"]),
        refundable=int(row["refundable"]),
        sessions=int(row["sessions"]),
        bonus_sessions=int(row["bonus"]),
        sessions_used=int(row["used"]),
        single_price=int(row["single_price"]) if row["single_price"] else None,
        valid_until=NOW + int(row["valid_days"]) * DAY if row["valid_days"] else None,
        closures=tuple(_closures(row["closed_since_days"], row["closed_for_days"])),
        visited_at=NOW + timedelta(days=int(visited), seconds=int(row["visited_seconds"])) if visited else None,
    )


def _closures(since: str, lasting: str) -> Iterator[ShopClosure]:
    if since:
        starts_at = NOW - int(since) * DAY
        yield ShopClosure(starts_at=starts_at, ends_at=starts_at + int(lasting) * DAY if lasting else None)
