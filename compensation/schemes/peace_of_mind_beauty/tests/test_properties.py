"""What holds for every treatment: sums add up, the cap holds, more harm never pays less, a replay is the same."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from compensation.schemes.peace_of_mind_beauty.rules import (
    BeautyFacts,
    PeaceOfMindBeautyTerms,
    Right,
    peace_of_mind_beauty,
)
from compensation.schemes.peace_of_mind_beauty.tests.cases import AFTERWARDS, BEGINS, PAID, treatment
from policies.shapes import plain, shaped
from policies.tests.files import terms_in_file
from policies.traces import canonical, read

TERMS: PeaceOfMindBeautyTerms = terms_in_file("peace_of_mind_beauty")
CAP = TERMS.cap.of("CNY")

moments = st.timedeltas(timedelta(days=-5), timedelta(days=40)).map(lambda passed: BEGINS + passed)
treatments = st.builds(
    treatment,
    right=st.sampled_from(Right),
    refundable=st.integers(0, PAID),
    cancelled=st.booleans(),
    label_held=st.booleans(),
    charged=st.none() | st.integers(0, 99_999_99),
    treated=st.booleans(),
)


@given(treatments, moments)
def test_the_parts_add_up_and_stay_below_the_cap(facts, now):
    verdict = peace_of_mind_beauty(facts, TERMS, now)
    assert verdict.amount == verdict.refund + verdict.compensation == sum(step.amount for step in verdict.trace.steps)
    assert 0 <= verdict.compensation <= CAP
    assert verdict.refund in (0, facts.refundable)
    assert verdict.granted == (verdict.amount > 0)


@given(treatments, st.integers(1, 500_00))
def test_a_higher_charge_and_a_dearer_treatment_never_pay_less(facts, more):
    dearer = replace(facts, paid=PAID + more, refundable=facts.refundable + more)
    assert _amount(replace(facts, charged=(facts.charged or 0) + more)) >= _amount(facts)
    assert _amount(dearer) >= _amount(facts)


@given(treatments)
def test_who_had_no_treatment_never_gets_less_than_who_had_one(facts):
    whole = replace(facts, right=Right.PRACTITIONER_REPLACED, refundable=PAID)
    assert _amount(replace(whole, treated=False)) >= _amount(replace(whole, treated=True))


@given(treatments, moments)
def test_a_treatment_read_back_from_storage_gives_the_same_bytes(facts, now):
    again = shaped(BeautyFacts, plain(facts), signed=True)
    text = canonical(peace_of_mind_beauty(facts, TERMS, now))
    assert again == facts
    assert canonical(peace_of_mind_beauty(again, TERMS, now)) == text == canonical(read(text))


def _amount(facts: BeautyFacts) -> int:
    return peace_of_mind_beauty(facts, TERMS, AFTERWARDS).amount
