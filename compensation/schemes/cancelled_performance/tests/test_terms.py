"""Terms and particulars that do not make sense are refused with the place where they do not."""

import pytest

from compensation.schemes.registry import particulars_of
from policies.in_force import enrolment_terms, typed_terms
from policies.shapes import Misshapen

TERMS = {"merchant_must_enrol": True, "window_days": 30, "short_notice": [{"under_hours": 24, "percent": 30}]}


@pytest.mark.parametrize(
    ("steps", "path", "code"),
    [
        ([{"under_hours": 24, "percent": 101}], "short_notice[0].percent", "above_the_whole"),
        (
            [{"under_hours": 24, "percent": 10}, {"under_hours": 48, "percent": 20}],
            "short_notice[1]",
            "longer_notice_pays_more",
        ),
        (
            [{"under_hours": 24, "percent": 20}, {"under_hours": 24, "percent": 10}],
            "short_notice[1]",
            "longer_notice_pays_more",
        ),
        ([{"under_hours": -1, "percent": 20}], "short_notice[0].under_hours", "negative"),
        ([{"under_hours": 24}], "short_notice[0].percent", "missing_key"),
        ("soon", "short_notice", "not_a_list"),
    ],
)
def test_terms_that_make_no_sense_are_refused(steps, path, code):
    with pytest.raises(Misshapen) as refused:
        typed_terms("cancelled_performance", 1, TERMS | {"short_notice": steps})
    assert (refused.value.path, refused.value.code) == (path, code)


def test_a_merchant_promises_no_more_than_all_of_it():
    with pytest.raises(Misshapen) as refused:
        enrolment_terms("cancelled_performance", {"percent": 101})
    assert (refused.value.path, refused.value.code) == ("percent", "above_the_whole")


@pytest.mark.parametrize("given", [{"told_at": "yesterday"}, {"told_at": 7}, {"when": "2026-05-20T12:00:00Z"}])
def test_what_the_consumer_adds_is_read_strictly(given):
    with pytest.raises(Misshapen):
        particulars_of("performance_cancelled", "booking", given)
