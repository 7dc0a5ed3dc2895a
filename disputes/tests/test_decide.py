"""Decisions: for whom, how much, out of whose money, and by whom."""

import pytest

from accounts.models import User
from common.errors import Refusal
from disputes.actions import answer, decide, decide_appeal, escalate
from disputes.models import Claim, Decision
from disputes.tests.conftest import begun, breaks, decide_for, deeds, expired, fresh, in_wallet, settlement, told
from ledger.chart import balance_of, compensation_expense, fund_budget, receivable_from


def test_for_the_consumer_the_merchant_pays_at_once(disputed: Claim, agent: User, consumer: User, merchant: User, now):
    claim = decide_for(disputed, agent, now, "consumer")
    assert (claim.status, claim.turn, claim.paid) == ("decided", "both", 1_299_00)
    assert (in_wallet(consumer), settlement(claim)) == (1_299_00, -1_299_00)
    decision = Decision.objects.get()
    assert (decision.outcome, decision.amount, decision.decided_by) == ("consumer", 1_299_00, agent)
    assert told(consumer)[-1] == told(merchant)[-1] == "decided"
    assert breaks() == []


def test_for_the_merchant_nothing_is_paid(disputed: Claim, agent: User, consumer: User, now):
    claim = decide_for(disputed, agent, now, "merchant")
    assert (claim.status, claim.paid, in_wallet(consumer)) == ("decided", 0, 0)
    assert breaks() == []


def test_in_part_for_each_the_sum_is_paid(disputed: Claim, agent: User, consumer: User, now):
    assert decide_for(disputed, agent, now, "split", 400_00).paid == in_wallet(consumer) == 400_00
    assert breaks() == []


def test_for_the_consumer_it_may_be_less_than_claimed(disputed: Claim, agent: User, now):
    assert decide_for(disputed, agent, now, "consumer", 1_000_00).paid == 1_000_00


def test_where_nobody_is_at_fault_the_fund_pays(disputed: Claim, agent: User, consumer: User, special_fund: int, now):
    claim = decide_for(disputed, agent, now, "no_fault")
    assert (in_wallet(consumer), settlement(claim)) == (1_299_00, 0)
    assert balance_of(fund_budget("special", "CNY")).posted == special_fund - 1_299_00
    assert balance_of(compensation_expense("CNY")).posted == 1_299_00
    assert breaks() == []


def test_for_a_merchant_at_its_limit_the_fund_pays_first(
    disputed: Claim, agent: User, consumer: User, special_fund: int, merchant_at_its_limit, now
):
    claim = decide_for(disputed, agent, now, "consumer")
    assert (claim.paid, in_wallet(consumer), settlement(claim)) == (1_299_00, 1_299_00, 0)
    assert balance_of(receivable_from(claim.merchant_id, "CNY")).posted == 1_299_00
    assert breaks() == []


def test_what_an_empty_fund_cannot_pay_is_owed_and_the_case_goes_on(disputed: Claim, agent: User, consumer: User, now):
    claim = decide_for(disputed, agent, now, "no_fault")
    assert (claim.status, claim.paid, in_wallet(consumer)) == ("decided", 0, 0)
    assert claim.debts.get().amount == 1_299_00
    assert told(consumer)[-2:] == ["payment_owed", "decided"]
    assert breaks() == []


def test_after_the_window_the_decision_is_final(decided: Claim, consumer: User):
    ended = expired(decided)
    assert (ended.status, ended.close_reason) == ("settled", "decided_for_consumer")
    assert told(consumer)[-1] == "deadline_passed"
    assert breaks() == []


def test_after_the_window_a_decision_for_the_merchant_frees_the_price(disputed: Claim, agent: User, now):
    claim = decide_for(disputed, agent, now, "merchant")
    ended = expired(claim)
    ended.line.refresh_from_db()
    assert (ended.status, ended.close_reason, ended.line.taken) == ("closed", "decided_for_merchant", 0)
    assert breaks() == []


INPUTS = {
    "an unknown outcome": ({"outcome": "both"}, "unknown_outcome", "outcome"),
    "no reason": ({"reason": ""}, "reason_missing", "reason"),
    "no word": ({"statement": ""}, "statement_missing", "statement"),
    "a split without a sum": ({"outcome": "split"}, "amount_does_not_fit", "amount"),
    "a split of all": ({"outcome": "split", "amount": 1_299_00}, "amount_does_not_fit", "amount"),
    "a split of nothing": ({"outcome": "split", "amount": 0}, "amount_does_not_fit", "amount"),
    "a sum for the merchant": ({"outcome": "merchant", "amount": 1}, "amount_does_not_fit", "amount"),
    "more than was claimed": ({"amount": 1_299_01}, "amount_does_not_fit", "amount"),
    "less than nothing": ({"amount": -1}, "amount_does_not_fit", "amount"),
    "nothing for the consumer": ({"amount": 0}, "amount_does_not_fit", "amount"),
    "nothing without fault": ({"outcome": "no_fault", "amount": 0}, "amount_does_not_fit", "amount"),
}


@pytest.mark.parametrize(("changes", "code", "field"), list(INPUTS.values()), ids=list(INPUTS))
def test_what_is_no_decision_is_refused_and_changes_nothing(disputed: Claim, agent: User, now, changes, code, field):
    given = {"outcome": "consumer", "reason": "terms_say_so", "statement": "So it is."} | changes
    with pytest.raises(Refusal) as refused:
        decide(claim=disputed, by=agent, at=now, **given)
    assert (refused.value.code, refused.value.field) == (code, field)
    assert (fresh(disputed).status, Decision.objects.count()) == ("awaiting_evidence", 0)


def test_what_was_raised_is_decided_by_a_senior(sealed: Claim, agent: User, senior: User):
    raised = expired(sealed)
    with pytest.raises(Refusal) as refused:
        decide_for(raised, agent, begun(raised), "consumer")
    assert refused.value.code == "not_possible_now"
    assert decide_for(raised, senior, begun(raised), "consumer").status == "decided"


def test_a_first_decision_is_not_made_on_appeal_nor_the_other_way_round(appealed: Claim, sealed_again, senior, now):
    with pytest.raises(Refusal):
        decide_for(appealed, senior, now, "consumer")
    with pytest.raises(Refusal):
        decide_appeal(claim=sealed_again, by=senior, outcome="consumer", reason="terms_say_so", statement="So.", at=now)


@pytest.fixture
def sealed_again(file, jackets, merchant: User, consumer: User, now) -> Claim:
    claim = file(jackets, quantity=1)
    answer(claim=claim, by=merchant, kind="reject", reason="outside_the_terms", statement="No.", at=now)
    return escalate(claim=claim, by=consumer, statement="Yes.", at=now)


@pytest.mark.parametrize("person", ["consumer", "merchant", "outsider", "finance", "operator"])
def test_nobody_but_agents_decides(disputed: Claim, request, person, now):
    with pytest.raises(Refusal) as refused:
        decide_for(disputed, request.getfixturevalue(person), now, "consumer")
    assert refused.value.code == ("not_possible_now" if person in ("consumer", "merchant") else "not_found")


def test_goods_stay_where_they_are_when_the_platform_decides_for_the_consumer(
    returnable, merchant, consumer, agent, now
):
    answer(claim=returnable, by=merchant, kind="reject", reason="outside_the_terms", statement="No.", at=now)
    dispute = escalate(claim=returnable, by=consumer, statement="Yes.", at=now)
    assert decide_for(dispute, agent, now, "consumer").paid == in_wallet(consumer) == 1_299_00


def test_what_is_given_in_kind_is_given_by_decision(file, voucher_order, another_store, merchant, consumer, agent, now):
    another_store.merchant.stores.exclude(pk=another_store.pk).get().closures.all().delete()
    claim = file(voucher_order.lines.get(), reason="store_closed", remedy="alternative")
    answer(claim=claim, by=merchant, kind="reject", reason="outside_the_terms", statement="No.", at=now)
    escalate(claim=claim, by=consumer, statement="Yes.", at=now)
    decided = decide_for(claim, agent, now, "consumer")
    ended = expired(decided)
    assert (ended.status, ended.paid, deeds(ended)[-1]) == ("settled", 0, "decision_stands")
    assert breaks() == []
