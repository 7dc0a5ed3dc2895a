"""Terms of the hotels' guarantee that make no sense are refused with their place, and nothing is published."""

import pytest

from compensation.schemes.hotel_overbooking.rules import OverbookingTerms
from policies.actions import TermsNotAccepted, draft
from policies.models import Version
from policies.shapes import Misshapen, shaped

TERMS = {
    "merchant_must_enrol": True,
    "window_days": 60,
    "no_room_factor": 3,
    "worse_room_factor": 1,
    "answer": [{"arrival_within_hours": 24, "minutes": 30}, {"minutes": 120}],
    "timezone": "Asia/Shanghai",
}

BAD = {
    "a zone that is none": ({"timezone": "Mars/Base"}, "timezone", "not_a_timezone"),
    "the further arrival first": (
        {"answer": [{"arrival_within_hours": 48, "minutes": 30}, {"arrival_within_hours": 24, "minutes": 9},
                    {"minutes": 120}]},
        "answer",
        "arrivals_do_not_ascend",
    ),
    "nothing for the furthest": (
        {"answer": [{"arrival_within_hours": 24, "minutes": 30}]}, "answer", "arrivals_do_not_ascend"
    ),
    "for every other arrival twice": (
        {"answer": [{"minutes": 30}, {"minutes": 120}]}, "answer", "arrivals_do_not_ascend"
    ),
    "no time at all": ({"answer": [{"minutes": 0}]}, "answer", "no_time_to_answer"),
    "an exemption nobody knows": ({"exempt": ["bad_weather"]}, "exempt[0]", "not_one_of"),
    "fewer than no nights": ({"no_room_factor": -1}, "no_room_factor", "negative"),
    "half a night": ({"no_room_factor": 0.5}, "no_room_factor", "not_a_whole_number"),
    "a clock that is none": ({"check_in": "25:00"}, "check_in", "not_a_time"),
    "a name nobody knows": ({"nights": 3}, "nights", "unknown_key"),
}  # fmt: skip


def test_the_terms_they_depart_from_make_sense():
    assert shaped(OverbookingTerms, {"version": 1, **TERMS}).answer[1].minutes == 120


@pytest.mark.parametrize(("changes", "path", "code"), list(BAD.values()), ids=list(BAD))
def test_terms_that_make_no_sense_are_refused(changes, path, code):
    with pytest.raises(Misshapen) as problem:
        shaped(OverbookingTerms, {"version": 1, **TERMS, **changes})
    assert (problem.value.path, problem.value.code) == (path, code)


def test_nothing_is_published_by_them(db, operator, now):
    with pytest.raises(TermsNotAccepted, match="the nearest arrival goes first"):
        draft(
            policy="hotel_overbooking", terms={**TERMS, "answer": [{"arrival_within_hours": 24, "minutes": 30}]},
            effective_from=now, by=operator, at=now,
        )  # fmt: skip
    assert not Version.objects.exists()
