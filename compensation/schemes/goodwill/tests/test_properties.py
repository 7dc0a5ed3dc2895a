"""What holds whatever the figures: waiting longer never brings less, and nothing is above the last step."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from compensation.schemes.goodwill.rules import goodwill
from compensation.schemes.goodwill.tests.cases import NOW, facts
from policies.in_force import typed_terms


@st.composite
def terms(draw):
    days = sorted(draw(st.sets(st.integers(0, 100), min_size=1, max_size=5)))
    sums = sorted(draw(st.lists(st.integers(0, 10**6), min_size=len(days), max_size=len(days))))
    waited = [
        {"after_days": day, "amount": {"CNY": f"{sum_ // 100}.{sum_ % 100:02d}"}}
        for day, sum_ in zip(days, sums, strict=True)
    ]
    return typed_terms(
        "goodwill",
        1,
        {"ended_as": ["decided_for_consumer"], "waited": waited, "once_in_days": 30, "coupon_days": 90},
    )


minutes = st.integers(0, 120 * 24 * 60)


@given(terms(), minutes, minutes)
def test_a_longer_wait_never_brings_less(said, one, other):
    case = facts()
    took = [timedelta(minutes=it) for it in sorted((one, other))]
    shorter, longer = (goodwill(replace(case, filed_at=case.closed_at - it), said, NOW).amount for it in took)
    assert shorter <= longer


@given(terms(), minutes)
def test_the_steps_add_up_and_none_is_above_the_last(said, took):
    case = facts()
    verdict = goodwill(replace(case, filed_at=case.closed_at - timedelta(minutes=took)), said, NOW)
    assert verdict.amount == verdict.compensation == sum(step.amount for step in verdict.trace.steps)
    assert verdict.amount <= said.waited[-1].amount.of("CNY")
    assert verdict.granted == (verdict.amount > 0)
