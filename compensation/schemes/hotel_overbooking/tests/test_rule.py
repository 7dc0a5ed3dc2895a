"""A hotel without the booked room: a better one at no cost, or money; the figures are those of policies/terms."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from compensation.schemes.hotel_overbooking.rules import OverbookingTerms, hotel_overbooking
from compensation.schemes.hotel_overbooking.tests.cases import (
    AFTER_THE_STAY,
    ARRIVAL,
    DEPARTURE,
    MOMENT,
    stay,
    without_a_room,
)
from policies.tests.files import VERSION, terms_in_file
from policies.words import Reason, Remedy, Settles

TERMS: OverbookingTerms = terms_in_file("hotel_overbooking")
REPLAYED: OverbookingTerms = terms_in_file("hotel_overbooking", "hotel-bookings")
END_OF_WINDOW = datetime.combine(DEPARTURE, time.min, UTC) + timedelta(days=60)
ARRIVAL_AT = datetime.combine(ARRIVAL, time.min, UTC)


def judged(facts, terms=TERMS, now=AFTER_THE_STAY):
    return hotel_overbooking(facts, terms, now)


def test_a_lesser_room_is_made_good_with_one_first_night():
    verdict = judged(stay())
    assert (verdict.granted, verdict.remedy, verdict.settles) == (True, Remedy.COMPENSATION, Settles.AT_ONCE)
    assert (verdict.amount, verdict.compensation, verdict.refund) == (600_00, 600_00, 0)
    assert (verdict.rule, verdict.version, verdict.because) == ("hotel_overbooking", VERSION, "compensated")
    assert [(step.code, step.amount, step.values["factor"]) for step in verdict.trace.steps] == [
        ("first_nights", 600_00, 1)
    ]


# In the order of the data page: an earlier outcome wins over a later one.
WORSE_ROOM = {
    "no rate": (stay(first_night_rate=0), "nothing_owed", 0),
    "less than no rate": (stay(first_night_rate=-6_38), "nothing_owed", 0),
    "no rate and no rank": (stay(first_night_rate=0, rank_assigned=None), "nothing_owed", 0),
    "no rate and a better room": (stay(first_night_rate=0, rank_assigned=3), "nothing_owed", 0),
    "the smallest rate": (stay(first_night_rate=1), "compensated", 1),
    "a rate that rounds to nothing": (stay(has_rate=True, first_night_rate=0), "compensated", 0),
    "a rate that rounds to nothing and a better room": (
        stay(has_rate=True, first_night_rate=0, rank_assigned=3),
        "upgraded",
        0,
    ),
    "the booked type without a rank": (stay(rank_reserved=None), "to_agent", 600_00),
    "the given type without a rank": (stay(rank_assigned=None), "to_agent", 600_00),
    "no room on record": (stay(room_assigned=None, rank_assigned=None), "to_agent", 600_00),
    "a rank above": (stay(rank_assigned=3), "upgraded", 0),
    "the same rank": (stay(rank_assigned=2), "upgraded", 0),
    "a rank below": (stay(rank_assigned=1), "compensated", 600_00),
}


@pytest.mark.parametrize(("facts", "outcome", "amount"), list(WORSE_ROOM.values()), ids=list(WORSE_ROOM))
@pytest.mark.parametrize("terms", [TERMS, REPLAYED], ids=["here", "replayed"])
def test_another_room_is_judged_in_the_order_of_the_tests(facts, outcome, amount, terms):
    verdict = judged(facts, terms)
    assert (verdict.because, verdict.amount, verdict.compensation) == (outcome, amount, amount)
    assert verdict.granted == (outcome != "nothing_owed")
    assert verdict.remedy == (Remedy.UPGRADE if outcome == "upgraded" else Remedy.COMPENSATION)
    assert verdict.settles == (Settles.BY_AGENT if outcome == "to_agent" else Settles.AT_ONCE)


NO_STAY_NO_CLAIM = {
    "the booked room": (stay(room_assigned="deluxe", rank_assigned=2), AFTER_THE_STAY, "room_differs"),
    "cancelled": (stay(outcome="cancelled"), AFTER_THE_STAY, "guest_stayed"),
    "not arrived": (stay(outcome="no_show"), AFTER_THE_STAY, "guest_stayed"),
    "before arrival": (stay(outcome="booked"), ARRIVAL_AT - MOMENT, "guest_stayed"),
    "the day of arrival": (stay(outcome="booked"), ARRIVAL_AT, ""),
    "the last moment of 60 days": (stay(), END_OF_WINDOW - MOMENT, ""),
    "the end of 60 days": (stay(), END_OF_WINDOW, "stay_window_is_open"),
    "a hotel that did not join": (stay(takes_part=False), AFTER_THE_STAY, "merchant_takes_part"),
}


@pytest.mark.parametrize(("facts", "now", "failed"), list(NO_STAY_NO_CLAIM.values()), ids=list(NO_STAY_NO_CLAIM))
def test_a_lesser_room_needs_a_stay_in_another_room(facts, now, failed):
    verdict = judged(facts, now=now)
    assert (verdict.granted, verdict.because) == (not failed, failed or "compensated")
    assert verdict.amount == (0 if failed else 600_00)


def test_history_is_judged_without_enrolment():
    assert judged(stay(takes_part=False), REPLAYED).amount == 600_00
    assert [test.code for test in judged(stay(), REPLAYED).trace.tests] == [
        "stay_window_is_open",
        "guest_stayed",
        "room_differs",
        "stay_has_a_rate",
        "both_rooms_have_a_rank",
        "room_is_below_the_booked_one",
    ]


NO_ROOM = {
    "the price and three first nights": (without_a_room(), 1_200_00, 1_800_00),
    "two nights promised by the hotel": (without_a_room(own_no_room_factor=2), 1_200_00, 1_200_00),
    "no night promised by the hotel": (without_a_room(own_no_room_factor=0), 1_200_00, 0),
    "no more than the platform's three": (without_a_room(own_no_room_factor=9), 1_200_00, 1_800_00),
    "up to the cap": (without_a_room(first_night_rate=3_333_33), 1_200_00, 9_999_99),
    "cut to the cap": (without_a_room(first_night_rate=3_333_34), 1_200_00, 10_000_00),
    "no rate": (without_a_room(first_night_rate=0), 1_200_00, 0),
    "the price went back already": (without_a_room(refundable=0), 0, 1_800_00),
    "a lesser room was refused": (without_a_room(room_assigned="standard", rank_assigned=1), 1_200_00, 1_800_00),
}


@pytest.mark.parametrize(("facts", "refund", "compensation"), list(NO_ROOM.values()), ids=list(NO_ROOM))
def test_no_room_pays_the_price_back_and_first_nights(facts, refund, compensation):
    verdict = judged(facts)
    assert (verdict.refund, verdict.compensation) == (refund, compensation)
    assert (verdict.because, verdict.settles) == ("no_room", Settles.AT_ONCE)


def test_what_only_the_guest_reports_waits_for_the_hotel():
    verdict = judged(without_a_room(outcome="booked"))
    assert (verdict.because, verdict.settles, verdict.amount) == ("no_room_reported", Settles.AFTER_MERCHANT, 3_000_00)


@pytest.mark.parametrize(
    ("changes", "because", "granted"),
    [
        ({"room_assigned": "suite", "rank_assigned": 3}, "upgraded", True),
        ({"room_assigned": "club", "rank_assigned": 2}, "upgraded", True),
        ({"outcome": "cancelled"}, "stay_was_due", False),
        ({"outcome": "checked_out"}, "guest_did_not_stay", False),
        ({"refundable": 0, "first_night_rate": 0}, "nothing_owed", False),
    ],
)
def test_no_room_owes_nothing_where_there_was_one_or_no_stay(changes, because, granted):
    verdict = judged(without_a_room(**changes))
    assert (verdict.because, verdict.granted, verdict.amount) == (because, granted, 0)


def test_no_room_is_never_worth_less_than_a_lesser_room():
    lesser, none = judged(stay()), judged(replace(without_a_room(), reason=Reason.NO_ROOM))
    assert none.amount >= lesser.amount
