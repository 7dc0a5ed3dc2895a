"""What makes a payout conspicuous, on both sides of every boundary."""

import dataclasses
from typing import Any

import pytest

from payouts.rules import DEFAULTS, ELSEWHERE, Facts, Terms, default_terms, judge, small

TERMS = Terms(large=1_000_00, large_for_merchant=5_000_00, many=3, times_usual=10)
ORDINARY = Facts(amount=40_00, paid_today=0, payouts_today=0, usual=None, own_money_of_merchant=False)


def failed(**facts):
    verdict = judge(dataclasses.replace(ORDINARY, **facts), TERMS)
    assert verdict.needs_a_person == any(not test.passed for test in verdict.tests)
    return [test.code for test in verdict.tests if not test.passed]


CASES: dict[str, tuple[dict[str, Any], list[str]]] = {
    "an ordinary sum": ({}, []),
    "a sum at the limit": ({"amount": 1_000_00}, []),
    "a cent above the limit": ({"amount": 1_000_01}, ["large"]),
    "parts that add up to the limit": ({"amount": 400_00, "paid_today": 600_00}, []),
    "parts that add up to a cent more": ({"amount": 400_00, "paid_today": 600_01}, ["large"]),
    "a small last part above the limit": ({"amount": 1, "paid_today": 1_000_00}, ["large"]),
    "a merchant's own money at its limit": ({"amount": 5_000_00, "own_money_of_merchant": True}, []),
    "a merchant's own money a cent above": ({"amount": 5_000_01, "own_money_of_merchant": True}, ["large"]),
    "as many in a day as are usual": ({"payouts_today": 2}, []),
    "one more in a day": ({"payouts_today": 3}, ["many"]),
    "ten times the usual": ({"amount": 500_00, "usual": 50_00}, []),
    "a cent more than ten times the usual": ({"amount": 500_01, "usual": 50_00}, ["unusual"]),
    "a small sum after coins": ({"amount": 50_00, "usual": 1}, []),
    "a cent more than a small sum after coins": ({"amount": 50_01, "usual": 1}, ["unusual"]),
    "a payee nobody knows yet": ({"amount": 900_00, "usual": None}, []),
    "everything at once": (
        {"amount": 1_000_01, "payouts_today": 9, "usual": 1_00},
        ["large", "many", "unusual"],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_a_person_is_asked_exactly_beyond_the_limits(case):
    facts, expected = CASES[case]
    assert failed(**facts) == expected


def test_the_trace_holds_terms_facts_and_every_test():
    trace = judge(ORDINARY, TERMS).as_dict()
    assert trace["terms"] == dataclasses.asdict(TERMS)
    assert trace["facts"] == dataclasses.asdict(ORDINARY)
    assert [(test["code"], test["measured"], test["limit"]) for test in trace["tests"]] == [
        ("large", 40_00, 1_000_00),
        ("many", 1, 3),
    ]


def test_every_currency_has_terms():
    assert default_terms("CNY") == DEFAULTS["CNY"]
    assert default_terms("XAU") == ELSEWHERE
    assert small(TERMS) == 50_00
