"""Terms, a merchant's own terms and particulars that make no sense are refused with the place where they do not."""

import pytest

from compensation.schemes.registry import particulars_of
from policies.in_force import enrolment_terms, typed_terms
from policies.shapes import Misshapen
from policies.tests.files import terms_in_file

TERMS = {
    "merchant_must_enrol": True,
    "window_days": 28,
    "promised_minutes": 15,
    "steps": [{"from_minutes": 15, "amount": {"CNY": "20.00"}}],
    "cap": {"CNY": "200.00"},
    "own_pays_from_minutes": 30,
    "own_least": {"CNY": "10.00"},
}


def step(minutes: object = 15, amount: object = None) -> dict[str, object]:
    return {"from_minutes": minutes, "amount": amount or {"CNY": "20.00"}}


@pytest.mark.parametrize(
    ("changes", "path", "code"),
    [
        ({"steps": []}, "steps", "empty"),
        ({"steps": [step(0)]}, "steps[0].from_minutes", "queue_step_within_the_promise"),
        ({"steps": [step(-1)]}, "steps[0].from_minutes", "negative"),
        ({"steps": [step("soon")]}, "steps[0].from_minutes", "not_a_whole_number"),
        ({"steps": [step(30), step(30)]}, "steps[1].from_minutes", "queue_steps_do_not_ascend"),
        ({"steps": [step(30), step(15)]}, "steps[1].from_minutes", "queue_steps_do_not_ascend"),
        ({"steps": [step(15), step(30, {"CNY": "19.99"})]}, "steps[1].amount.CNY", "queue_steps_fall"),
        ({"steps": [step(15), step(30, {"EUR": "3.00"})]}, "steps[1].amount.CNY", "queue_steps_fall"),
        ({"steps": [step(15, {"CNY": "-1"})]}, "steps[0].amount.CNY", "negative"),
        ({"window_days": -1}, "window_days", "negative"),
        ({"own_leest": {}}, "own_leest", "unknown_key"),
    ],
)
def test_terms_that_make_no_sense_are_refused(changes, path, code):
    with pytest.raises(Misshapen) as refused:
        typed_terms("long_queue", 1, TERMS | changes)
    assert (refused.value.path, refused.value.code) == (path, code)


@pytest.mark.parametrize(
    ("own", "path", "code"),
    [
        ({"promised_minutes": 16}, "promised_minutes", "above_the_platform"),
        ({"steps": [step(31)]}, "steps[0].from_minutes", "above_the_platform"),
        ({"steps": [step(10, {"CNY": "200.01"})]}, "steps[0].amount.CNY", "above_the_platform"),
        ({"steps": [step(10, {"CNY": "9.99"})]}, "steps[0].amount.CNY", "below_the_platform"),
        ({"steps": [step(10, {"JPY": "100"})]}, "steps[0].amount.JPY", "above_the_platform"),
    ],
)
def test_a_merchants_own_terms_stay_within_the_platforms(own, path, code):
    with pytest.raises(Misshapen) as refused:
        terms_in_file("long_queue").allows(enrolment_terms("long_queue", own))
    assert (refused.value.path, refused.value.code) == (path, code)


@pytest.mark.parametrize(
    "own",
    [
        {},
        {"promised_minutes": 15},
        {"promised_minutes": 0, "steps": [step(30, {"CNY": "10.00"}), step(90, {"CNY": "200.00"})]},
    ],
)
def test_a_merchants_own_terms_at_the_limits_are_allowed(own):
    terms_in_file("long_queue").allows(enrolment_terms("long_queue", own))


@pytest.mark.parametrize("own", [{"steps": [step(30), step(15)]}, {"steps": [step(0)]}, {"patience": 5}])
def test_a_merchants_own_terms_make_sense_by_themselves(own):
    with pytest.raises(Misshapen):
        enrolment_terms("long_queue", own)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"waited_minutes": 0}, "queue_not_a_wait"),
        ({"waited_minutes": 1441}, "queue_not_a_wait"),
        ({"waited_minutes": -5}, "negative"),
        ({"waited_minutes": "long"}, "not_a_whole_number"),
        ({"waited_minutes": True}, "not_a_whole_number"),
        ({"waited": 5}, "unknown_key"),
    ],
)
def test_what_the_consumer_adds_is_read_strictly(given, code):
    with pytest.raises(Misshapen) as refused:
        particulars_of("long_queue", "booking", given)
    assert refused.value.code == code


@pytest.mark.parametrize("waited", [1, 1440])
def test_a_wait_of_up_to_a_day_can_be_told(waited):
    assert particulars_of("long_queue", "booking", {"waited_minutes": waited}).waited_minutes == waited
