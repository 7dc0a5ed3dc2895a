"""Terms, enrolments and particulars that do not make sense are refused with the place where they do not."""

import pytest

from compensation.schemes.registry import particulars_of
from policies.in_force import enrolment_terms, typed_terms
from policies.shapes import Misshapen

TERMS = {
    "merchant_must_enrol": True,
    "window_days": 30,
    "percent": 10,
    "least": {"CNY": "5.00"},
    "cap": {"CNY": "100.00"},
    "coupon_percent": 150,
    "coupon_days": 180,
}


def test_the_terms_themselves_make_sense():
    assert typed_terms("out_of_stock", 1, TERMS).coupon_days == 180


@pytest.mark.parametrize(
    ("changes", "path", "code"),
    [
        ({"percent": 101}, "percent", "above_the_whole"),
        ({"percent": -1}, "percent", "negative"),
        ({"coupon_percent": 99}, "coupon_percent", "coupon_below_the_money"),
        ({"coupon_percent": 301}, "coupon_percent", "coupon_out_of_proportion"),
        ({"coupon_days": 0}, "coupon_days", "coupon_runs_no_day"),
        ({"least": {"CNY": "100.01"}}, "least.CNY", "least_is_above_the_cap"),
        ({"least": {"GBP": "0.01"}}, "least.GBP", "least_is_above_the_cap"),
        ({"least": 5}, "least", "not_amounts"),
        ({"window_days": "long"}, "window_days", "not_a_whole_number"),
        ({"coupons": True}, "coupons", "unknown_key"),
    ],
)
def test_terms_that_make_no_sense_are_refused(changes, path, code):
    with pytest.raises(Misshapen) as refused:
        typed_terms("out_of_stock", 1, TERMS | changes)
    assert (refused.value.path, refused.value.code) == (path, code)


@pytest.mark.parametrize(
    ("own", "path", "code"),
    [
        ({"percent": 101}, "percent", "above_the_whole"),
        ({"coupon_percent": 99}, "coupon_percent", "coupon_below_the_money"),
        ({"coupon_percent": 301}, "coupon_percent", "coupon_out_of_proportion"),
        ({"least": {"CNY": "1.00"}}, "least", "unknown_key"),
    ],
)
def test_a_merchant_cannot_promise_what_makes_no_sense(own, path, code):
    with pytest.raises(Misshapen) as refused:
        enrolment_terms("out_of_stock", own)
    assert (refused.value.path, refused.value.code) == (path, code)


@pytest.mark.parametrize("given", [{"pieces": "two"}, {"pieces": -1}, {"pieces": 1.5}, {"number": 1}])
def test_what_the_consumer_adds_is_read_strictly(given):
    with pytest.raises(Misshapen):
        particulars_of("out_of_stock", "goods", given)
