"""What holds for every voucher: sums add up, caps hold, more harm never pays less."""

from dataclasses import replace
from datetime import time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from compensation.schemes.closed_store.rules import Cause, ClosedStoreFacts, Report, closed_store
from compensation.schemes.closed_store.tests.cases import CLOSED, NOON, place, voucher
from policies.shapes import plain, shaped
from policies.tests.files import terms_in_file
from policies.traces import canonical, read
from policies.words import Remedy

TERMS = terms_in_file("closed_store")
places = st.builds(
    place,
    st.text("abc", min_size=1),
    latitude=st.none() | st.floats(30.2, 30.3),
    longitude=st.floats(120.1, 120.2),
    open_from=st.none() | st.times(),
    open_until=st.sampled_from([time(2), time(22)]),
)

reports = st.builds(
    Report,
    happened_at=st.none() | st.timedeltas(timedelta(days=-5), timedelta(days=1)).map(lambda passed: NOON + passed),
    latitude=st.just(30.25),
    longitude=st.floats(120.1, 120.2),
)
vouchers = st.builds(
    voucher,
    cause=st.sampled_from(Cause),
    report=st.none() | reports,
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


@given(vouchers, moments)
def test_the_parts_of_every_verdict_add_up_and_stay_below_the_cap(facts, now):
    verdict = closed_store(facts, TERMS, now)
    assert verdict.amount == sum(step.amount for step in verdict.trace.steps)
    assert 0 <= verdict.compensation <= min(verdict.amount, TERMS.cap.of("CNY"))
    assert verdict.refund in (0, facts.refundable)
    assert verdict.granted or verdict.amount == 0


@given(vouchers, moments)
def test_compensation_is_never_more_than_the_price(facts, now):
    assert closed_store(facts, TERMS, now).compensation <= facts.paid


@given(vouchers, moments, st.integers(1, 100))
def test_a_dearer_voucher_never_pays_less(facts, now, more):
    dearer = replace(facts, paid=facts.paid + more, refundable=facts.refundable + more)
    assert closed_store(dearer, TERMS, now).amount >= closed_store(facts, TERMS, now).amount


@given(vouchers, moments)
def test_a_voucher_read_back_from_storage_gives_the_same_bytes(facts, now):
    again = shaped(ClosedStoreFacts, plain(facts), signed=True)
    text = canonical(closed_store(facts, TERMS, now))
    assert again == facts
    assert canonical(closed_store(again, TERMS, now)) == text == canonical(read(text))
