"""What each deadline does when it passes."""

from datetime import timedelta

from accounts.models import User
from disputes.actions import answer, time_out
from disputes.models import Claim, Decision
from disputes.tests.conftest import breaks, deeds, due, expired, fresh, in_wallet, told
from ledger.chart import balance_of, compensation_expense
from refunds.models import Return


def passed(claim: Claim) -> Claim:
    return expired(claim)


def test_a_silent_merchant_pays_all_that_is_claimed(claim: Claim, consumer: User, merchant: User):
    ended = passed(claim)
    assert (ended.status, ended.close_reason, in_wallet(consumer)) == ("settled", "merchant_silent", 1_299_00)
    assert told(consumer)[-1] == told(merchant)[-1] == "deadline_passed"
    assert ended.events.latest("id").party == "clock"


def test_a_merchant_silent_on_a_counter_offer_pays_what_was_asked_last(countered: Claim, consumer: User):
    ended = passed(countered)
    assert (ended.close_reason, in_wallet(consumer)) == ("merchant_silent", 900_00)


def test_a_merchant_silent_on_goods_to_come_back_lets_them_come(returnable: Claim, consumer: User):
    waiting = passed(returnable)
    assert (waiting.status, waiting.turn, waiting.paid) == ("awaiting_return", "consumer", 0)
    assert told(consumer)[-1] == "return_asked"


def test_an_offer_that_nobody_answers_is_paid(offered: Claim, consumer: User):
    ended = passed(offered)
    assert (ended.close_reason, in_wallet(consumer)) == ("offer_lapsed", 500_00)
    assert ended.offers.get().status == "lapsed"


def test_goods_that_are_not_sent_back_end_the_claim(returning: Claim, consumer: User):
    ended = passed(returning)
    assert (ended.status, ended.close_reason, in_wallet(consumer)) == ("closed", "return_not_sent", 0)


def test_goods_that_nobody_confirms_count_as_received(shipped: Claim, consumer: User):
    ended = passed(shipped)
    assert (ended.close_reason, in_wallet(consumer)) == ("return_received", 1_311_00)
    assert deeds(ended)[-1] == "return_not_confirmed"
    assert Return.objects.get().received_at == shipped.due_at


def test_a_rejection_that_nobody_contests_stands(rejected: Claim, consumer: User):
    ended = passed(rejected)
    assert (ended.status, ended.close_reason, in_wallet(consumer)) == ("closed", "not_escalated", 0)


def test_the_evidence_is_sealed_and_the_agents_turn_begins(disputed: Claim):
    waiting = passed(disputed)
    assert (waiting.status, waiting.turn, waiting.level) == ("under_review", "agent", 0)
    assert waiting.due_at == due(disputed) + timedelta(days=15)


def test_a_slow_case_goes_to_a_senior_and_then_the_platform_pays(sealed: Claim, special_fund: int, consumer: User):
    raised = passed(sealed)
    assert (raised.status, raised.turn, raised.level) == ("under_review", "senior", 1)
    decided = passed(raised)
    assert (decided.status, in_wallet(consumer)) == ("decided", 1_299_00)
    assert balance_of(compensation_expense("CNY")).posted == 1_299_00
    decision = Decision.objects.get()
    assert (decision.outcome, decision.reason, decision.decided_by) == ("no_fault", "platform_too_slow", None)
    assert passed(decided).close_reason == "decided_no_fault"
    assert breaks() == []


def test_nothing_happens_before_the_deadline(claim: Claim):
    time_out(claim=claim, at=due(claim) - timedelta(microseconds=1))
    assert fresh(claim).status == "awaiting_merchant"


def test_who_acted_in_time_is_not_overrun(claim: Claim, merchant: User, now):
    """A sweep that read the claim before the answer came."""
    answer(claim=claim, by=merchant, kind="offer", amount=500_00, at=due(claim) - timedelta(seconds=1))
    expired(claim)
    assert fresh(claim).status == "offer_pending"


def test_a_claim_that_has_ended_stays_as_it_is(file, mug, now):
    claim = file(mug)
    time_out(claim=claim, at=now + timedelta(days=1000))
    assert fresh(claim).status == "settled"
