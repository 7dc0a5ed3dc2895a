"""The merchant's answer: accept, offer or reject, and giving in later."""

import pytest

from accounts.models import User
from common.errors import Refusal
from disputes.actions import answer
from disputes.models import Claim, Offer, Rejection
from disputes.tests.conftest import breaks, deeds, due, fresh, in_wallet, settlement, told
from orders.models import Order
from refunds.models import Return


def test_accepting_pays_all_that_is_claimed(claim: Claim, merchant: User, consumer: User, now):
    ended = answer(claim=claim, by=merchant, kind="accept", at=now)
    assert (ended.status, ended.close_reason, ended.paid) == ("settled", "merchant_accepted", 1_299_00)
    assert (in_wallet(consumer), settlement(claim)) == (1_299_00, -1_299_00)
    assert told(consumer) == ["merchant_answered"]
    assert breaks() == []


def test_a_clerk_answers_as_well_as_the_owner(claim: Claim, clerk: User, now):
    assert answer(claim=claim, by=clerk, kind="accept", at=now).status == "settled"


def test_an_offer_is_the_consumer_s_to_answer(claim: Claim, merchant: User, consumer: User, now):
    waiting = answer(claim=claim, by=merchant, kind="offer", amount=500_00, statement="Half?", at=now)
    assert (waiting.status, waiting.turn) == ("offer_pending", "consumer")
    assert Offer.objects.get(claim=claim, status="open").amount == 500_00
    assert told(consumer) == ["merchant_answered"]


def test_a_rejection_has_its_reason_and_can_be_taken_to_the_platform(claim: Claim, merchant: User, consumer: User, now):
    waiting = answer(
        claim=claim, by=merchant, kind="reject", reason="delivered_as_ordered", statement="It was whole.", at=now
    )
    assert (waiting.status, waiting.turn) == ("rejected", "consumer")
    assert Rejection.objects.get().reason == "delivered_as_ordered"
    assert told(consumer) == ["merchant_answered"]


@pytest.mark.parametrize("state", ["offered", "rejected", "disputed", "sealed"])
def test_a_merchant_may_give_in_until_the_platform_has_decided(state, request, merchant: User, consumer: User, now):
    claim = request.getfixturevalue(state)
    ended = answer(claim=claim, by=merchant, kind="accept", at=claim.turned_at)
    assert (ended.status, in_wallet(consumer)) == ("settled", 1_299_00)
    assert breaks() == []


def test_accepting_a_claim_whose_goods_must_come_back_pays_when_they_have(returnable: Claim, merchant: User, now):
    waiting = answer(claim=returnable, by=merchant, kind="accept", at=now)
    assert (waiting.status, waiting.turn, waiting.paid) == ("awaiting_return", "consumer", 0)
    assert Return.objects.exists()


def test_accepting_what_is_given_in_kind_moves_no_money(file, voucher_order: Order, another_store, merchant, now):
    another_store.merchant.stores.exclude(pk=another_store.pk).get().closures.all().delete()
    claim = file(voucher_order.lines.get(), reason="store_closed", remedy="alternative")
    assert claim.status == "awaiting_merchant"
    ended = answer(claim=claim, by=merchant, kind="accept", at=now)
    assert (ended.status, ended.paid) == ("settled", 0)
    assert told(claim.consumer) == ["claim_paid"]
    assert breaks() == []


def test_contesting_a_return_goes_to_the_platform_at_once(shipped: Claim, merchant: User, now):
    contested = answer(
        claim=shipped, by=merchant, kind="reject", reason="return_incomplete", statement="An empty box.", at=now
    )
    assert (contested.status, contested.turn) == ("awaiting_evidence", "both")
    assert deeds(contested)[-1] == "return_contested"


def test_giving_in_after_the_goods_were_contested_pays_at_once(shipped: Claim, merchant: User, consumer: User, now):
    answer(claim=shipped, by=merchant, kind="reject", reason="return_incomplete", statement="Empty.", at=now)
    ended = answer(claim=shipped, by=merchant, kind="accept", at=now)
    assert (ended.status, in_wallet(consumer)) == ("settled", 1_299_00 + 12_00)
    assert breaks() == []


INPUTS = {
    "an unknown answer": ({"kind": "maybe"}, "unknown_answer", "kind"),
    "an offer without a sum": ({"kind": "offer"}, "amount_missing", "amount"),
    "an offer of nothing": ({"kind": "offer", "amount": 0}, "offer_out_of_range", "amount"),
    "an offer above the claim": ({"kind": "offer", "amount": 1_299_01}, "offer_out_of_range", "amount"),
    "accepting another sum": ({"kind": "accept", "amount": 5_00}, "amount_only_in_an_offer", "amount"),
    "rejecting with a sum": (
        {"kind": "reject", "reason": "outside_the_terms", "statement": "No.", "amount": 5_00},
        "amount_only_in_an_offer",
        "amount",
    ),
    "a rejection without a reason": ({"kind": "reject", "statement": "No."}, "reason_missing", "reason"),
    "a rejection without a word": ({"kind": "reject", "reason": "outside_the_terms"}, "statement_missing", "statement"),
}


@pytest.mark.parametrize(("given", "code", "field"), list(INPUTS.values()), ids=list(INPUTS))
def test_what_is_no_answer_is_refused_and_changes_nothing(claim: Claim, merchant: User, now, given, code, field):
    with pytest.raises(Refusal) as refused:
        answer(claim=claim, by=merchant, at=now, **given)
    assert (refused.value.code, refused.value.field) == (code, field)
    assert fresh(claim).status == "awaiting_merchant"


def test_after_the_deadline_silence_has_answered(claim: Claim, merchant: User):
    with pytest.raises(Refusal) as refused:
        answer(claim=claim, by=merchant, kind="reject", reason="outside_the_terms", statement="No.", at=due(claim))
    assert refused.value.code == "deadline_passed"


def test_another_merchant_s_claim_does_not_exist(claim: Claim, outsider: User, now):
    with pytest.raises(Refusal) as refused:
        answer(claim=claim, by=outsider, kind="accept", at=now)
    assert refused.value.http_status == 404


def test_a_claim_that_changed_meanwhile_is_read_again_and_refused(claim: Claim, merchant: User, now):
    answer(claim=claim, by=merchant, kind="accept", at=now)
    with pytest.raises(Refusal) as refused:
        answer(claim=claim, by=merchant, kind="accept", at=now)
    assert refused.value.code == "not_possible_now"
