"""What holds for every stay and every voucher: sums add up, caps hold, more harm never pays less."""

from dataclasses import replace
from datetime import time, timedelta

from hypothesis import assume, given
from hypothesis import strategies as st

from compensation.rules import ClosedStoreFacts, StayFacts, closed_store, hotel_overbooking
from compensation.tests.cases import AFTER_THE_STAY, CLOSED, NOON, place, stay, voucher
from policies.shapes import plain, shaped
from policies.tests.files import terms_in_file
from policies.traces import canonical, read
from policies.words import Reason, Remedy

HOTEL, STORE = terms_in_file("hotel_overbooking"), terms_in_file("closed_store")
ranks = st.none() | st.integers(1, 9)
places = st.builds(
    place,
    st.text("abc", min_size=1),
    latitude=st.none() | st.floats(30.2, 30.3),
    longitude=st.floats(120.1, 120.2),
    open_from=st.none() | st.times(),
    open_until=st.sampled_from([time(2), time(22)]),
)

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
    own_no_room_factor=st.none() | st.integers(0, 9),
)

vouchers = st.builds(
    voucher,
    remedy=st.sampled_from([Remedy.COMPENSATION, Remedy.ALTERNATIVE]),
    paid=st.just(2_000_00),
    refundable=st.integers(0, 2_000_00),
    redeemed=st.booleans(),
    closures=st.sampled_from([(), (CLOSED,)]),
    others=st.lists(places, max_size=3).map(tuple),
    takes_part=st.booleans(),
    own_percent=st.none() | st.integers(0, 100),
)
moments = st.timedeltas(timedelta(days=-5), timedelta(days=90)).map(lambda passed: NOON + passed)


@given(stays, vouchers, moments)
def test_the_parts_of_every_verdict_add_up_and_stay_below_the_cap(facts, other, now):
    for verdict, terms, left in (
        (hotel_overbooking(facts, HOTEL, now), HOTEL, facts.refundable),
        (closed_store(other, STORE, now), STORE, other.refundable),
    ):
        assert verdict.amount == sum(step.amount for step in verdict.trace.steps)
        assert 0 <= verdict.compensation <= min(verdict.amount, terms.cap.of("CNY"))
        assert verdict.refund in (0, left)
        assert verdict.granted or verdict.amount == 0


@given(stays, moments)
def test_compensation_is_never_more_than_the_promised_first_nights(facts, now):
    verdict = hotel_overbooking(facts, HOTEL, now)
    factor = HOTEL.no_room_factor if facts.reason == Reason.NO_ROOM else HOTEL.worse_room_factor
    assert verdict.compensation <= max(0, facts.first_night_rate) * factor


@given(vouchers, moments)
def test_compensation_is_never_more_than_the_price(facts, now):
    assert closed_store(facts, STORE, now).compensation <= facts.paid


@given(stays, st.integers(1, 500_00))
def test_a_dearer_room_that_is_missing_never_pays_less(facts, more):
    dearer = replace(facts, first_night_rate=facts.first_night_rate + more)
    assert (
        hotel_overbooking(dearer, HOTEL, AFTER_THE_STAY).amount
        >= hotel_overbooking(facts, HOTEL, AFTER_THE_STAY).amount
    )


@given(stays)
def test_a_still_lesser_room_never_pays_less(facts):
    assume(facts.rank_assigned not in (None, 1))
    lesser = replace(facts, rank_assigned=facts.rank_assigned - 1)
    assert (
        hotel_overbooking(lesser, HOTEL, AFTER_THE_STAY).amount
        >= hotel_overbooking(facts, HOTEL, AFTER_THE_STAY).amount
    )


@given(vouchers, moments, st.integers(1, 100))
def test_a_dearer_voucher_never_pays_less(facts, now, more):
    dearer = replace(facts, paid=facts.paid + more, refundable=facts.refundable + more)
    assert closed_store(dearer, STORE, now).amount >= closed_store(facts, STORE, now).amount


@given(stays, moments)
def test_a_stay_read_back_from_storage_gives_the_same_bytes(facts, now):
    again = shaped(StayFacts, plain(facts), signed=True)
    text = canonical(hotel_overbooking(facts, HOTEL, now))
    assert again == facts
    assert canonical(hotel_overbooking(again, HOTEL, now)) == text == canonical(read(text))


@given(vouchers, moments)
def test_a_voucher_read_back_from_storage_gives_the_same_bytes(facts, now):
    again = shaped(ClosedStoreFacts, plain(facts), signed=True)
    text = canonical(closed_store(facts, STORE, now))
    assert again == facts
    assert canonical(closed_store(again, STORE, now)) == text == canonical(read(text))
