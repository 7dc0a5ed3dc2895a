"""What holds whatever the figures: more harm never pays less, the steps add up, and nothing is above a cap."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from compensation.schemes.cancelled_performance.rules import cancelled_performance
from compensation.schemes.cancelled_performance.tests.cases import NOW, facts
from policies.tests.files import terms_in_file

TERMS = terms_in_file("cancelled_performance")

hours = st.integers(0, 500)
bookings = st.builds(
    lambda paid, taken, starts, own: facts(
        paid=paid, refundable=max(0, paid - taken), starts_at=NOW + timedelta(hours=starts), own_percent=own
    ),
    paid=st.integers(1, 10**9),
    taken=st.integers(0, 10**6),
    starts=hours,
    own=st.integers(0, 100),
)


@given(bookings, hours, hours)
def test_shorter_notice_never_pays_less(booking, one, other):
    told = [booking.starts_at - timedelta(hours=notice) for notice in sorted((one, other))]
    late, early = (cancelled_performance(replace(booking, cancelled_at=at), TERMS, NOW).amount for at in told)
    assert late >= early


@given(bookings, st.integers(0, 10**6))
def test_a_higher_price_never_brings_less(booking, more):
    dearer = replace(booking, paid=booking.paid + more, refundable=booking.refundable + more)
    assert cancelled_performance(dearer, TERMS, NOW).amount >= cancelled_performance(booking, TERMS, NOW).amount


@given(bookings)
def test_the_steps_add_up_and_never_exceed_the_price_or_the_cap(booking):
    verdict = cancelled_performance(booking, TERMS, NOW)
    assert verdict.amount == sum(step.amount for step in verdict.trace.steps)
    assert verdict.amount - verdict.compensation in (0, booking.refundable)
    assert 0 <= verdict.compensation <= min(booking.paid, TERMS.cap.of("CNY"))
