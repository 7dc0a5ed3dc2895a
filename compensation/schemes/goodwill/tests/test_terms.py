"""Terms that do not make sense are refused with the place where they do not."""

from typing import Any

import pytest

from policies.in_force import enrolment_terms, typed_terms
from policies.shapes import Misshapen

TERMS: dict[str, Any] = {
    "ended_as": ["decided_for_consumer"],
    "waited": [{"after_days": 10, "amount": {"CNY": "10.00"}}, {"after_days": 20, "amount": {"CNY": "20.00"}}],
    "once_in_days": 30,
    "coupon_days": 90,
}


@pytest.mark.parametrize(
    ("changes", "path", "code"),
    [
        ({"ended_as": ["lost"]}, "ended_as[0]", "not_one_of"),
        ({"waited": []}, "waited", "empty"),
        ({"waited": [*reversed(TERMS["waited"])]}, "waited[1]", "longer_wait_gives_less"),
        ({"waited": [TERMS["waited"][0]] * 2}, "waited[1]", "longer_wait_gives_less"),
        (
            {"waited": [TERMS["waited"][0], {"after_days": 20, "amount": {"CNY": "9.99"}}]},
            "waited[1]",
            "longer_wait_gives_less",
        ),
        (
            {"waited": [TERMS["waited"][0], {"after_days": 20, "amount": {"GBP": "9.99"}}]},
            "waited[1]",
            "longer_wait_gives_less",
        ),
        ({"waited": [{"after_days": -1, "amount": {}}]}, "waited[0].after_days", "negative"),
        ({"coupon_days": 0}, "coupon_days", "goodwill_runs_no_day"),
        ({"once_in_days": "never"}, "once_in_days", "not_a_whole_number"),
    ],
)
def test_terms_that_make_no_sense_are_refused(changes, path, code):
    with pytest.raises(Misshapen) as refused:
        typed_terms("goodwill", 1, TERMS | changes)
    assert (refused.value.path, refused.value.code) == (path, code)


def test_no_merchant_enrols_in_it():
    with pytest.raises(KeyError):
        enrolment_terms("goodwill", {})
