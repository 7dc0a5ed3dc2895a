"""What holds for every refusal: a shorter notice never pays less, the steps add up, and nothing is above the cap."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from compensation.schemes.hard_reservation.rules import HardReservationFacts, NoticeStep, hard_reservation
from compensation.schemes.hard_reservation.tests.cases import EVENING, MINUTE, NEXT_DAY, booking
from policies.shapes import Amounts, plain, shaped
from policies.tests.files import terms_in_file
from policies.traces import canonical, read

TERMS = terms_in_file("hard_reservation")


def falling(triples: list[tuple[int, int, int]]) -> tuple[NoticeStep, ...]:
    """Steps from figures in any order: each for a longer notice, paying no more than the one before it."""
    minutes = sorted({minutes for minutes, _percent, _amount in triples})
    percents = sorted((percent for _minutes, percent, _amount in triples), reverse=True)
    sums = sorted((amount for _minutes, _percent, amount in triples), reverse=True)
    figures = list(zip(minutes, percents, sums, strict=False))
    return tuple(
        NoticeStep(under_minutes=under, percent=percent, at_least=Amounts({"CNY": least}))
        for under, percent, least in figures
    )


notices = st.integers(-120, 4000)
bookings = st.builds(
    lambda paid, taken, outcome, told, arrived, reported, own: booking(
        paid=paid,
        refundable=max(0, paid - taken),
        outcome=outcome,
        told_at=EVENING - told * MINUTE if outcome in ("refused", "cancelled_by_merchant") else None,
        arrived_at=arrived,
        reported_at=reported,
        own_steps=own,
    ),
    paid=st.integers(0, 10**7),
    taken=st.integers(0, 10**7),
    outcome=st.sampled_from(["booked", "kept", "refused", "cancelled_by_merchant", "cancelled_by_consumer", "no_show"]),
    told=notices,
    arrived=st.none() | st.just(EVENING),
    reported=st.none() | st.integers(-60, 60).map(lambda minutes: EVENING + minutes * MINUTE),
    own=st.lists(st.tuples(st.integers(1, 3000), st.integers(0, 100), st.integers(0, 500_00)), max_size=3).map(falling),
)


@given(bookings, notices, st.integers(0, 2000))
def test_a_shorter_notice_never_pays_less(facts, notice, longer):
    late = replace(facts, outcome="cancelled_by_merchant", told_at=EVENING - notice * MINUTE)
    early = replace(late, told_at=late.told_at - longer * MINUTE)
    assert hard_reservation(late, TERMS, NEXT_DAY).amount >= hard_reservation(early, TERMS, NEXT_DAY).amount


@given(bookings, notices)
def test_who_is_refused_at_the_door_is_never_paid_less_than_who_was_told_before(facts, notice):
    refused = replace(facts, outcome="refused", told_at=EVENING, arrived_at=EVENING)
    told = replace(facts, outcome="cancelled_by_merchant", told_at=EVENING - notice * MINUTE)
    assert hard_reservation(refused, TERMS, NEXT_DAY).amount >= hard_reservation(told, TERMS, NEXT_DAY).amount


@given(bookings, st.integers(0, 10**6))
def test_who_paid_more_is_never_paid_less(facts, more):
    dearer = replace(facts, paid=facts.paid + more, refundable=facts.refundable + more)
    assert hard_reservation(dearer, TERMS, NEXT_DAY).amount >= hard_reservation(facts, TERMS, NEXT_DAY).amount


@given(bookings, st.timedeltas(timedelta(days=-2), timedelta(days=60)))
def test_the_steps_add_up_and_stay_below_the_price_and_the_cap(facts, passed):
    verdict = hard_reservation(facts, TERMS, EVENING + passed)
    assert verdict.amount == sum(step.amount for step in verdict.trace.steps)
    assert verdict.refund == (facts.refundable if verdict.granted else 0)
    assert 0 <= verdict.compensation <= TERMS.cap.of("CNY")
    assert verdict.granted == (verdict.amount > 0)


@given(bookings)
def test_a_booking_read_back_from_storage_gives_the_same_bytes(facts):
    again = shaped(HardReservationFacts, plain(facts), signed=True)
    text = canonical(hard_reservation(facts, TERMS, NEXT_DAY))
    assert again == facts
    assert canonical(hard_reservation(again, TERMS, NEXT_DAY)) == text == canonical(read(text))
