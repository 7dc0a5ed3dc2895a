"""What holds for every case, whatever its figures: sums add up, limits hold, more harm never pays less."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import assume, given
from hypothesis import strategies as st

from policies.precedence import ranked
from policies.shapes import plain, shaped
from policies.tests.files import terms_in_file
from policies.traces import canonical, read
from policies.words import Reason, Settles
from refunds.rules import OwnRule, RefundFacts, ask_merchant, lightning_refund, refund_without_return, return_first
from refunds.tests.cases import DELIVERED, mug

RULES = {
    rule: terms_in_file(rule.__name__) for rule in (lightning_refund, refund_without_return, return_first, ask_merchant)
}
LIGHTNING = RULES[lightning_refund]
OWN_RULE = OwnRule(name="cheap", price_from=0, price_until=80_00, categories=(), reasons=tuple(Reason))


@st.composite
def cases(draw):
    """A line of some price, of which some may be gone, and somebody who asks for some of it."""
    paid, quantity = draw(st.integers(0, 3_000_00)), draw(st.integers(1, 9))
    refundable, left = draw(st.integers(0, paid)), draw(st.integers(0, quantity))
    return mug(
        order_kind=draw(st.sampled_from(["goods", "voucher"])),
        reason=draw(st.sampled_from(Reason)),
        category=draw(st.sampled_from(["home", "fresh"])),
        paid=paid,
        refundable=refundable,
        quantity=quantity,
        refundable_quantity=left,
        asked=draw(st.integers(0, refundable + 5)),
        asked_quantity=draw(st.integers(0, left + 1)),
        fulfilled_at=draw(st.sampled_from([None, DELIVERED])),
        standing=draw(st.integers(0, 5)),
        paid_by_lightning=draw(st.integers(0, 1_000_00)),
        own_limit=draw(st.none() | st.integers(0, 500_00)),
        own_rules=draw(st.sampled_from([(), (OWN_RULE,)])),
        in_lightning=draw(st.booleans()),
        settlement_covers=draw(st.booleans()),
        claims_filed=draw(st.integers(0, 6)),
        pays_freight_always=draw(st.booleans()),
    )


moments = st.timedeltas(timedelta(), timedelta(days=200)).map(lambda passed: DELIVERED + passed)


def verdicts(facts, now):
    return [rule(facts, terms, now) for rule, terms in RULES.items()]


@given(cases(), moments)
def test_the_parts_of_every_verdict_add_up_to_the_whole(facts, now):
    for verdict in verdicts(facts, now):
        assert verdict.amount == sum(step.amount for step in verdict.trace.steps)
        assert verdict.refund + verdict.compensation == verdict.amount
        assert 0 <= verdict.compensation <= verdict.amount


@given(cases(), moments)
def test_no_verdict_gives_back_more_than_is_left_or_asked(facts, now):
    for verdict in verdicts(facts, now):
        assert verdict.refund == (facts.asked if verdict.granted else 0)
        assert verdict.refund <= facts.refundable <= facts.paid


@given(cases(), moments)
def test_nothing_is_granted_against_a_test_that_failed(facts, now):
    for verdict in verdicts(facts, now):
        assert verdict.granted == all(test.passed for test in verdict.trace.tests)


@given(cases(), moments)
def test_a_lightning_refund_is_never_above_any_limit(facts, now):
    verdict = lightning_refund(facts, LIGHTNING, now)
    limit = max(
        (limit for limit in LIGHTNING.consumer_limits if limit.standing <= facts.standing), key=lambda it: it.standing
    )
    assert verdict.amount <= limit.per_claim.of("CNY")
    assert verdict.amount <= LIGHTNING.limit_per_claim.of("CNY")
    assert facts.own_limit is None or verdict.amount <= facts.own_limit
    assert not verdict.granted or facts.paid_by_lightning + verdict.amount <= limit.per_day.of("CNY")


def owed(facts: RefundFacts, now) -> int:
    """What the best offer brings."""
    return max((verdict.refund for verdict in ranked(verdicts(facts, now)).offered), default=0)


@given(cases(), moments)
def test_more_harm_never_pays_less(facts, now):
    more = replace(facts, asked=facts.asked + 1, refundable=facts.refundable + 1, paid=facts.paid + 1)
    assert owed(more, now) >= owed(facts, now)


@given(cases(), moments)
def test_a_better_standing_never_makes_a_refund_slower(facts, now):
    assume(facts.standing < 5)
    better = replace(facts, standing=facts.standing + 1)
    assert lightning_refund(better, LIGHTNING, now).granted >= lightning_refund(facts, LIGHTNING, now).granted


@given(cases(), moments)
def test_what_is_offered_is_granted_once_for_each_remedy_and_nothing_gets_lost(facts, now):
    judged = verdicts(facts, now)
    ranking = ranked(judged)
    remedies = [verdict.remedy for verdict in ranking.offered]
    assert all(verdict.granted for verdict in ranking.offered)
    assert len(remedies) == len(set(remedies))
    assert len(ranking.offered) + len(ranking.set_aside) == len(judged)
    assert bool(ranking.offered) == any(verdict.granted for verdict in judged)
    if any(verdict.settles == Settles.AT_ONCE for verdict in judged if verdict.granted):
        assert ranking.offered[0].settles == Settles.AT_ONCE


@given(cases(), moments)
def test_facts_read_back_from_storage_give_the_same_bytes(facts, now):
    again = shaped(RefundFacts, plain(facts), signed=True)
    assert again == facts
    for rule, terms in RULES.items():
        text = canonical(rule(facts, terms, now))
        assert canonical(rule(again, terms, now)) == text
        assert canonical(read(text)) == text
