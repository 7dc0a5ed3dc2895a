"""What holds for every stay: sums add up, caps hold, more harm never pays less."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import assume, given
from hypothesis import strategies as st

from compensation.schemes.hotel_overbooking.rules import (
    Alternative,
    StayFacts,
    answer_until,
    arrival,
    hotel_overbooking,
)
from compensation.schemes.hotel_overbooking.tests.cases import AFTER_THE_STAY, ARRIVAL, stay
from policies.shapes import plain, shaped
from policies.tests.files import terms_in_file
from policies.traces import canonical, read
from policies.words import Reason

TERMS = terms_in_file("hotel_overbooking")
ranks = st.none() | st.integers(1, 9)

stays = st.builds(
    stay,
    reason=st.sampled_from([Reason.NO_ROOM, Reason.WORSE_ROOM]),
    refundable=st.integers(0, 9_999_99),
    first_night_rate=st.integers(-100, 9_999_99),
    room_assigned=st.sampled_from([None, "standard", "deluxe"]),
    rank_reserved=ranks,
    rank_assigned=ranks,
    outcome=st.sampled_from(["booked", "checked_out", "cancelled", "no_show", "turned_away"]),
    takes_part=st.booleans(),
    told_at=st.none() | st.timedeltas(timedelta(days=-30), timedelta()).map(lambda passed: AFTER_THE_STAY + passed),
    alternative=st.sampled_from(Alternative),
    force_majeure=st.booleans(),
    own_no_room_factor=st.none() | st.integers(0, 9),
)

moments = st.timedeltas(timedelta(days=-5), timedelta(days=90)).map(lambda passed: AFTER_THE_STAY + passed)


@given(stays, moments)
def test_the_parts_of_every_verdict_add_up_and_stay_below_the_cap(facts, now):
    verdict = hotel_overbooking(facts, TERMS, now)
    assert verdict.amount == sum(step.amount for step in verdict.trace.steps)
    assert 0 <= verdict.compensation <= min(verdict.amount, TERMS.cap.of("CNY"))
    assert verdict.refund in (0, facts.refundable)
    assert verdict.granted or verdict.amount == 0


@given(stays, moments)
def test_compensation_is_never_more_than_the_promised_first_nights(facts, now):
    verdict = hotel_overbooking(facts, TERMS, now)
    factor = TERMS.no_room_factor if facts.reason == Reason.NO_ROOM else TERMS.worse_room_factor
    assert verdict.compensation <= max(0, facts.first_night_rate) * factor


@given(stays, st.integers(1, 500_00))
def test_a_dearer_room_that_is_missing_never_pays_less(facts, more):
    dearer = replace(facts, first_night_rate=facts.first_night_rate + more)
    assert (
        hotel_overbooking(dearer, TERMS, AFTER_THE_STAY).amount
        >= hotel_overbooking(facts, TERMS, AFTER_THE_STAY).amount
    )


@given(stays)
def test_a_still_lesser_room_never_pays_less(facts):
    assume(facts.rank_assigned not in (None, 1))
    lesser = replace(facts, rank_assigned=facts.rank_assigned - 1)
    assert (
        hotel_overbooking(lesser, TERMS, AFTER_THE_STAY).amount
        >= hotel_overbooking(facts, TERMS, AFTER_THE_STAY).amount
    )


@given(stays, moments)
def test_a_stay_read_back_from_storage_gives_the_same_bytes(facts, now):
    again = shaped(StayFacts, plain(facts), signed=True)
    text = canonical(hotel_overbooking(facts, TERMS, now))
    assert again == facts
    assert canonical(hotel_overbooking(again, TERMS, now)) == text == canonical(read(text))


@given(stays, moments)
def test_an_exemption_never_pays_more(facts, now):
    without = replace(facts, told_at=None, alternative=Alternative.NONE, force_majeure=False)
    assert hotel_overbooking(facts, TERMS, now).amount <= hotel_overbooking(without, TERMS, now).amount


@given(st.timedeltas(timedelta(), timedelta(days=30)), st.timedeltas(timedelta(), timedelta(days=30)))
def test_a_nearer_arrival_never_leaves_more_time_to_answer(ahead, further):
    arrives_at = arrival(ARRIVAL, TERMS)
    near, far = sorted((ahead, further))
    time_left = [answer_until(ARRIVAL, TERMS, at) - at for at in (arrives_at - near, arrives_at - far)]
    assert time_left == sorted(time_left)
