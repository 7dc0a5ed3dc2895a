"""What the terms say, case by case, as written down by hand in golden.csv: both sides of every boundary."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from common.money import minor_units
from compensation.schemes.peace_of_mind_admission.rules import (
    AdmissionFacts,
    PeaceOfMindAdmissionTerms,
    peace_of_mind_admission,
)
from compensation.schemes.peace_of_mind_admission.tests.cases import NOW, record
from compensation.schemes.tests.golden import rows_of
from policies.tests.files import terms_in_file

ROWS = rows_of("peace_of_mind_admission")
TERMS: PeaceOfMindAdmissionTerms = terms_in_file("peace_of_mind_admission")


@pytest.mark.parametrize("row", ROWS, ids=[row["case"] for row in ROWS])
def test_the_rule_says_what_the_terms_say(row):
    verdict = peace_of_mind_admission(_facts(row), TERMS, NOW)
    assert (verdict.granted, verdict.because) == (row["granted"] == "yes", row["because"])
    assert verdict.amount == 0


def cases() -> Iterator[tuple[AdmissionFacts, PeaceOfMindAdmissionTerms, datetime]]:
    return ((_facts(row), TERMS, NOW) for row in ROWS)


def _facts(row: dict[str, str]) -> AdmissionFacts:
    licence, lost = row["licence_days"], row["lost_days_ago"]
    return record(
        holds_label=row["holds"] == "yes",
        **{name: int(row[name]) for name in ("orders", "complaints", "asked", "unanswered", "broken")},
        **{name: minor_units(Decimal(row[name]), "CNY") for name in ("deposit", "owed")},
        licensed_until=NOW.date() + timedelta(days=int(licence)) if licence else None,
        lost_at=NOW - timedelta(days=int(lost)) if lost else None,
    )
