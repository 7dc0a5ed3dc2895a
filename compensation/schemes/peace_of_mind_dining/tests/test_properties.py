"""What holds for every meal: sums add up, the cap holds, more harm never pays less, a replay is the same."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from compensation.schemes.peace_of_mind_dining.rules import (
    DiningFacts,
    PeaceOfMindDiningTerms,
    Right,
    peace_of_mind_dining,
)
from compensation.schemes.peace_of_mind_dining.tests.cases import AFTERWARDS, PAID, SERVED, dinner
from policies.shapes import plain, shaped
from policies.tests.files import terms_in_file
from policies.traces import canonical, read

TERMS: PeaceOfMindDiningTerms = terms_in_file("peace_of_mind_dining")
CAP = TERMS.cap.of("CNY")

moments = st.timedeltas(timedelta(days=-5), timedelta(days=12)).map(lambda passed: SERVED + passed)
parts = st.integers(1, 900).flatmap(lambda whole: st.tuples(st.integers(0, whole), st.just(whole)))
dinners = st.builds(
    lambda part, **rest: dinner(missing=part[0], whole=part[1], **rest),
    st.just((0, 0)) | parts,
    right=st.sampled_from(Right),
    refundable=st.integers(0, PAID),
    served=st.booleans(),
    label_held=st.booleans(),
    loss=st.integers(0, 99_999_99),
)


@given(dinners, moments)
def test_the_parts_add_up_and_stay_below_the_cap(facts, now):
    verdict = peace_of_mind_dining(facts, TERMS, now)
    assert verdict.amount == verdict.refund + verdict.compensation == sum(step.amount for step in verdict.trace.steps)
    assert 0 <= verdict.compensation <= CAP
    assert verdict.refund in (0, facts.refundable)
    assert verdict.granted == (verdict.amount > 0)


@given(dinners, st.integers(1, 500_00))
def test_a_higher_loss_and_a_dearer_meal_never_pay_less(facts, more):
    dearer = replace(facts, paid=PAID + more, refundable=facts.refundable + more)
    assert _amount(replace(facts, loss=facts.loss + more)) >= _amount(facts)
    assert _amount(dearer) >= _amount(facts)


@given(parts, st.sampled_from([Right.PORTION_SHORT, Right.SET_NOT_AS_SOLD]))
def test_the_more_is_missing_the_more_is_owed(part, right):
    missing, whole = part
    facts = dinner(right=right, missing=missing, whole=whole)
    assert _amount(replace(facts, missing=min(whole, missing + 1))) >= _amount(facts)


@given(dinners, moments)
def test_a_meal_read_back_from_storage_gives_the_same_bytes(facts, now):
    again = shaped(DiningFacts, plain(facts), signed=True)
    text = canonical(peace_of_mind_dining(facts, TERMS, now))
    assert again == facts
    assert canonical(peace_of_mind_dining(again, TERMS, now)) == text == canonical(read(text))


def _amount(facts: DiningFacts) -> int:
    return peace_of_mind_dining(facts, TERMS, AFTERWARDS).amount
