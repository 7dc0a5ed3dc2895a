"""Terms and particulars that cannot be used are refused with the place where they go wrong."""

import pytest

from compensation.schemes.peace_of_mind_travel.rules import (
    CallUnanswered,
    ForcedPurchase,
    HiddenCharge,
    PeaceOfMindTravelTerms,
    Right,
)
from policies.actions import documents
from policies.shapes import Misshapen, shaped
from policies.tests.files import terms_in_file
from policies.wording import problem_sentence

WRITTEN = next(document.terms for document in documents() if document.policy == "peace_of_mind_travel")


@pytest.mark.parametrize(
    ("changes", "path", "code"),
    [
        ({"cap": {"CNY": "-1.00"}}, "cap.CNY", "negative"),
        ({"report_within_days": "thirty"}, "report_within_days", "not_a_whole_number"),
        ({"call_unanswered": []}, "call_unanswered", "empty"),
        (
            {"call_unanswered": [{"from_minutes": 60, "percent": 5}, {"from_minutes": 60, "percent": 9}]},
            "call_unanswered",
            "pledge_steps_do_not_ascend",
        ),
        (
            {"call_unanswered": [{"from_minutes": 60, "percent": 9}, {"from_minutes": 90, "percent": 5}]},
            "call_unanswered",
            "pledge_steps_do_not_grow",
        ),
        (
            {"departure_cancelled": [{"from_days": 0, "percent": 5}, {"from_days": 3, "percent": 9}]},
            "departure_cancelled",
            "pledge_steps_do_not_grow",
        ),
        (
            {"free_cancellation": [{"from_days": 0, "percent": 50}, {"from_days": 3, "percent": 40}]},
            "free_cancellation",
            "pledge_steps_do_not_grow",
        ),
        ({"lesser_hotel": {"percent": 60, "at_most_percent": 50}}, "lesser_hotel.at_most_percent", "range_is_empty"),
        ({"lesser_hotel": {"percent": 10, "at_most_percent": 101}}, "lesser_hotel.at_most_percent", "above_the_whole"),
        ({"evidence": {"hidden_charge": ["receipt"]}}, "evidence.forced_purchase", "missing_key"),
        ({"evidence": {**WRITTEN["evidence"], "weather": ["photo"]}}, "evidence.weather", "unknown_key"),
        ({"evidence": {**WRITTEN["evidence"], "hidden_charge": ["rumour"]}}, "evidence.hidden_charge[0]", "not_one_of"),
        ({"surprise": 1}, "surprise", "unknown_key"),
    ],
)
def test_terms_that_do_not_fit_say_where(changes, path, code):
    with pytest.raises(Misshapen) as refused:
        shaped(PeaceOfMindTravelTerms, {**WRITTEN, "version": 1, **changes})
    assert (refused.value.path, refused.value.code) == (path, code)
    assert "%(" not in problem_sentence(refused.value)


@pytest.mark.parametrize(
    ("shape", "given", "path", "code"),
    [
        (HiddenCharge, {"charged": -1}, "charged", "negative"),
        (HiddenCharge, {}, "charged", "missing_key"),
        (HiddenCharge, {"charged": "12.50"}, "charged", "not_a_whole_number"),
        (ForcedPurchase, {"stops": 1, "nights": 2}, "nights", "unknown_key"),
        (CallUnanswered, {"minutes": True}, "minutes", "not_a_whole_number"),
    ],
)
def test_particulars_that_do_not_fit_say_where(shape, given, path, code):
    with pytest.raises(Misshapen) as refused:
        shaped(shape, given)
    assert (refused.value.path, refused.value.code) == (path, code)


def test_each_right_has_its_evidence():
    assert set(terms_in_file("peace_of_mind_travel").evidence) == set(Right)
