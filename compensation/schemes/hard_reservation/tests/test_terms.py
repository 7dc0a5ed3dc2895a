"""Terms, a merchant's own terms and particulars that make no sense are refused with the place where they do not."""

import pytest

from compensation.schemes.registry import particulars_of
from policies.in_force import enrolment_terms, typed_terms
from policies.shapes import Misshapen
from policies.tests.files import terms_in_file

TERMS = {
    "merchant_must_enrol": True,
    "window_days": 28,
    "hold_minutes": 15,
    "steps": [{"under_minutes": 120, "percent": 50, "at_least": {"CNY": "50.00"}}],
    "cap": {"CNY": "300.00"},
    "own_least": {"CNY": "30.00"},
}


def step(minutes: object = 120, percent: object = 50, amount: object = None) -> dict[str, object]:
    return {"under_minutes": minutes, "percent": percent, "at_least": amount or {"CNY": "50.00"}}


@pytest.mark.parametrize(
    ("changes", "path", "code"),
    [
        ({"steps": []}, "steps", "empty"),
        ({"steps": [step(0)]}, "steps[0].under_minutes", "reservation_step_without_minutes"),
        ({"steps": [step(-1)]}, "steps[0].under_minutes", "negative"),
        ({"steps": [step(percent=101)]}, "steps[0].percent", "above_the_whole"),
        ({"steps": [step(), step(120)]}, "steps[1].under_minutes", "reservation_steps_do_not_ascend"),
        ({"steps": [step(), step(240, 51)]}, "steps[1].percent", "reservation_steps_rise"),
        ({"steps": [step(), step(240, 50, {"CNY": "50.01"})]}, "steps[1].at_least.CNY", "reservation_steps_rise"),
        ({"steps": [step(), step(240, 50, {"EUR": "1.00"})]}, "steps[1].at_least.EUR", "reservation_steps_rise"),
        ({"steps": [{"under_minutes": 120}]}, "steps[0].at_least", "missing_key"),
        ({"hold_minutes": "some"}, "hold_minutes", "not_a_whole_number"),
    ],
)
def test_terms_that_make_no_sense_are_refused(changes, path, code):
    with pytest.raises(Misshapen) as refused:
        typed_terms("hard_reservation", 1, TERMS | changes)
    assert (refused.value.path, refused.value.code) == (path, code)


@pytest.mark.parametrize(
    ("own", "path", "code"),
    [
        ({"hold_minutes": 14}, "hold_minutes", "below_the_platform"),
        ({"steps": [step(amount={"CNY": "29.99"})]}, "steps[0].at_least.CNY", "below_the_platform"),
        ({"steps": [step(amount={"CNY": "300.01"})]}, "steps[0].at_least.CNY", "above_the_platform"),
        ({"steps": [step(amount={"JPY": "100"})]}, "steps[0].at_least.JPY", "above_the_platform"),
    ],
)
def test_a_merchants_own_terms_stay_within_the_platforms(own, path, code):
    with pytest.raises(Misshapen) as refused:
        terms_in_file("hard_reservation").allows(enrolment_terms("hard_reservation", own))
    assert (refused.value.path, refused.value.code) == (path, code)


@pytest.mark.parametrize(
    "own",
    [
        {},
        {"hold_minutes": 15},
        {"steps": [step(10080, 0, {"CNY": "30.00"})]},
        {"steps": [step(60, 0, {"CNY": "300.00"}), step(600, 0, {"CNY": "1.00"})]},
    ],
)
def test_a_merchants_own_terms_at_the_limits_are_allowed(own):
    terms_in_file("hard_reservation").allows(enrolment_terms("hard_reservation", own))


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"arrived_at": "at seven"}, "not_a_moment"),
        ({"arrived_at": "2026-05-08T19:00:00"}, "not_a_moment"),
        ({"arrived_at": 7}, "not_a_moment"),
        ({"arrived": "2026-05-08T19:00:00Z"}, "unknown_key"),
    ],
)
def test_what_the_consumer_adds_is_read_strictly(given, code):
    with pytest.raises(Misshapen) as refused:
        particulars_of("reservation_refused", "booking", given)
    assert refused.value.code == code
