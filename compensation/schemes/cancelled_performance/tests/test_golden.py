"""What the terms say, case by case, as written down by hand in golden.csv: both sides of every boundary."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from compensation.schemes.cancelled_performance.rules import cancelled_performance
from compensation.schemes.cancelled_performance.tests.cases import NOW, facts
from compensation.schemes.tests.golden import rows_of
from policies.tests.files import terms_in_file

CASES = rows_of("cancelled_performance")
TERMS = terms_in_file("cancelled_performance")


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_the_rule_says_what_the_terms_say(case):
    verdict = cancelled_performance(_facts(case), TERMS, NOW)
    assert (verdict.granted, verdict.settles, verdict.amount, verdict.compensation, verdict.because) == (
        case["granted"] == "yes",
        case["settles"],
        int(case["amount"]),
        int(case["compensation"]),
        case["because"],
    )


def cases() -> Iterator[tuple[Any, Any, datetime]]:
    return ((_facts(case), TERMS, NOW) for case in CASES)


def _facts(case: dict[str, str]) -> Any:
    starts_at = NOW + timedelta(hours=int(case["starts_in_hours"]))
    told_at = None
    if case["told_before_hours"]:
        told_at = starts_at - timedelta(hours=int(case["told_before_hours"]), minutes=int(case["told_before_minutes"]))
    on_record = case["on_record"] == "yes"
    return facts(
        paid=int(case["paid"]),
        refundable=int(case["refundable"]),
        starts_at=starts_at,
        outcome=case["outcome"],
        cancelled_at=told_at if on_record else None,
        reported_at=None if on_record else told_at,
        takes_part=case["takes_part"] == "yes",
        own_percent=int(case["own_percent"]),
    )
