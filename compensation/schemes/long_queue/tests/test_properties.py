"""What holds for every wait: a longer one never pays less, the steps add up, and nothing is above the cap."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from compensation.schemes.long_queue.rules import LongQueueFacts, QueueStep, long_queue
from compensation.schemes.long_queue.tests.cases import EVENING, MINUTE, NEXT_DAY, booking
from policies.shapes import Amounts, plain, shaped
from policies.tests.files import terms_in_file
from policies.traces import canonical, read

TERMS = terms_in_file("long_queue")


def rising(pairs: list[tuple[int, int]]) -> tuple[QueueStep, ...]:
    """Steps from minutes and sums in any order: each begins later and pays no less than the one before it."""
    minutes = sorted({minutes for minutes, _amount in pairs})
    sums = sorted(amount for _minutes, amount in pairs)[: len(minutes)]
    return tuple(
        QueueStep(from_minutes=at, amount=Amounts({"CNY": paid})) for at, paid in zip(minutes, sums, strict=True)
    )


steps = st.lists(st.tuples(st.integers(1, 200), st.integers(1, 400_00)), max_size=4).map(rising)
minutes = st.integers(-120, 600)
bookings = st.builds(
    lambda promised, own, joined, reported, own_steps: booking(
        promised_minutes=promised,
        own_promised_minutes=own,
        queue_joined_at=None if joined is None else EVENING + joined * MINUTE,
        called_at=None,
        reported_minutes=reported,
        own_steps=own_steps,
    ),
    promised=st.none() | st.integers(0, 120),
    own=st.none() | st.integers(0, 15),
    joined=st.none() | minutes,
    reported=st.none() | st.integers(1, 1440),
    own_steps=steps,
)


@given(bookings, minutes, minutes, st.integers(0, 300))
def test_who_is_called_later_is_never_paid_less(facts, joined, waited, more):
    joined_at = EVENING + joined * MINUTE
    called = replace(facts, queue_joined_at=joined_at, called_at=joined_at + max(0, waited) * MINUTE)
    later = replace(called, called_at=called.called_at + more * MINUTE)
    assert long_queue(later, TERMS, NEXT_DAY).amount >= long_queue(called, TERMS, NEXT_DAY).amount


@given(bookings, st.integers(1, 1000), st.integers(0, 400))
def test_who_reports_a_longer_wait_is_never_paid_less(facts, waited, more):
    shorter, longer = replace(facts, reported_minutes=waited), replace(facts, reported_minutes=waited + more)
    assert long_queue(longer, TERMS, NEXT_DAY).amount >= long_queue(shorter, TERMS, NEXT_DAY).amount


@given(bookings, st.integers(0, 120), st.integers(0, 60))
def test_who_was_promised_a_shorter_wait_is_never_paid_less(facts, promised, less):
    looser = replace(facts, promised_minutes=promised)
    tighter = replace(facts, promised_minutes=max(0, promised - less))
    assert long_queue(tighter, TERMS, NEXT_DAY).amount >= long_queue(looser, TERMS, NEXT_DAY).amount


@given(bookings, st.timedeltas(timedelta(days=-2), timedelta(days=60)))
def test_the_steps_add_up_and_stay_below_the_cap(facts, passed):
    verdict = long_queue(facts, TERMS, EVENING + passed)
    assert verdict.amount == verdict.compensation == sum(step.amount for step in verdict.trace.steps)
    assert 0 <= verdict.amount <= TERMS.cap.of("CNY")
    assert verdict.granted == (verdict.amount > 0)


@given(bookings)
def test_a_wait_read_back_from_storage_gives_the_same_bytes(facts):
    again = shaped(LongQueueFacts, plain(facts), signed=True)
    text = canonical(long_queue(facts, TERMS, NEXT_DAY))
    assert again == facts
    assert canonical(long_queue(again, TERMS, NEXT_DAY)) == text == canonical(read(text))
