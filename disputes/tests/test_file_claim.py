"""Filing: what is paid at once, what waits for whom, and what is refused without a trace."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from psycopg._queries import MAX_CACHED_STATEMENT_LENGTH

from accounts.models import User
from common.errors import Refusal
from compensation.models import Honouring
from disputes.actions import answer, escalate, file_claim, withdraw
from disputes.actions.file_claim.asked import LOCKED_LINE
from disputes.entitlements import entitlements
from disputes.models import Claim, Event
from disputes.perspectives import perspective
from disputes.tests.conftest import breaks, decide_for, deeds, due, expired, fresh, in_wallet, settlement, told
from orders.models import Line, Order, RoomType, Voucher
from payouts.models import Payout
from policies.actions import replay
from refunds.models import Refund, Return


def test_a_small_claim_is_paid_at_once(file, mug: Line, consumer: User):
    claim = file(mug)
    assert (claim.status, claim.close_reason, claim.paid) == ("settled", "paid_by_rule", 45_00)
    assert (claim.turn, claim.due_at, claim.closed_at) == ("", None, claim.filed_at)
    assert (in_wallet(consumer), settlement(claim)) == (45_00, -45_00)
    assert deeds(claim) == ["filed", "paid_by_rule"]
    assert told(consumer) == ["claim_paid"]
    assert breaks() == []


def test_the_verdict_it_was_judged_by_stays_with_it_and_can_be_replayed(file, mug: Line):
    claim = fresh(file(mug))
    assert claim.verdict is not None
    assert replay(claim.verdict) == claim.verdict.body


@pytest.mark.django_db(transaction=True)
def test_paying_at_once_needs_few_statements(file, mug: Line, jackets: Line, consumer: User):
    file(mug, amount=1_00)  # the accounts are open now
    with CaptureQueriesContext(connection) as queries:
        file(mug, amount=1_00)
    work = [query["sql"] for query in queries if query["sql"] not in ("BEGIN", "COMMIT")]
    assert len(work) <= 14, "\n".join(work)


def test_the_statement_that_reads_the_line_is_one_the_driver_remembers(consumer: User):
    with transaction.atomic():  # it locks the consumer's row
        assert len(LOCKED_LINE._query.sql) <= MAX_CACHED_STATEMENT_LENGTH


def test_above_the_limits_the_merchant_has_to_answer(file, jackets: Line, merchant: User, clerk: User, now):
    claim = file(jackets, quantity=1)
    assert (claim.status, claim.turn, claim.amount, claim.quantity) == ("awaiting_merchant", "merchant", 1_299_00, 1)
    assert claim.due_at == now + timedelta(hours=48)
    assert told(merchant) == told(clerk) == ["claim_filed"]


def test_a_voucher_that_was_used_gives_the_merchant_a_day(file, voucher_order: Order, now):
    Voucher.objects.update(redeemed_at=now - timedelta(days=1))
    claim = file(voucher_order.lines.get(), reason="not_as_described")
    assert claim.due_at == now + timedelta(hours=24)


def test_goods_that_must_come_back_wait_for_the_consumer(file, jackets: Line, consumer: User):
    claim = file(jackets, remedy="return")
    assert (claim.status, claim.turn, claim.amount, claim.compensation) == (
        "awaiting_return",
        "consumer",
        2_598_00 + 12_00,
        12_00,
    )
    assert Return.objects.get().quantity == 2
    assert told(consumer) == ["return_asked"]


def test_a_lesser_room_is_made_good_with_the_first_night(file, stay_order: Order, consumer: User):
    claim = file(stay_order.lines.get(), reason="worse_room", remedy="compensation")
    assert (claim.status, claim.paid, claim.compensation) == ("settled", 600_00, 600_00)
    assert in_wallet(consumer) == 600_00
    assert breaks() == []


def test_another_store_is_given_without_money(file, voucher_order: Order, another_store):
    claim = file(voucher_order.lines.get(), reason="store_closed", remedy="alternative")
    assert (claim.status, claim.close_reason, claim.paid) == ("settled", "given_in_kind", 0)
    assert Honouring.objects.get().alternative_store == another_store
    assert breaks() == []


def test_what_no_rank_can_tell_goes_to_an_agent(file, stay_order: Order, merchant: User):
    RoomType.objects.update(mean_rate_rank=None)
    claim = file(stay_order.lines.get(), reason="worse_room", remedy="compensation")
    assert (claim.status, claim.turn, claim.amount) == ("awaiting_evidence", "both", 600_00)
    assert told(merchant) == ["evidence_asked"]


# --- how much ------------------------------------------------------------------------------------------


def test_a_claim_without_quantity_and_amount_is_for_all_that_is_left(file, jackets: Line):
    file(jackets, amount=100_00)
    claim = file(jackets)
    assert (claim.quantity, claim.amount) == (2, 2_598_00 - 100_00)


def test_a_second_claim_on_the_rest_finds_what_the_first_left(file, mug: Line, consumer: User):
    file(mug, amount=20_00)
    file(mug, amount=25_00)
    assert in_wallet(consumer) == 45_00


def test_pieces_are_not_claimed_for_more_than_they_cost(file, jackets: Line):
    with pytest.raises(Refusal) as refused:
        file(jackets, quantity=1, amount=1_299_01)
    assert (refused.value.code, refused.value.field) == ("above_price_of_the_pieces", "amount")
    assert file(jackets, quantity=1, amount=1_299_00).amount == 1_299_00


AMOUNTS = {
    "above what was paid": ({"amount": 45_01}, "above_what_was_paid", "amount"),
    "zero": ({"amount": 0}, "not_positive", "amount"),
    "below zero": ({"amount": -1}, "not_positive", "amount"),
    "no pieces": ({"quantity": 0}, "not_positive", "quantity"),
    "more pieces than were bought": ({"quantity": 2}, "quantity_above_what_is_left", "quantity"),
    "a reason of another kind": ({"reason": "no_room"}, "wrong_reason", "reason"),
    "no reason": ({"reason": "because"}, "wrong_reason", "reason"),
    "a remedy that is not offered": ({"remedy": "upgrade"}, "remedy_not_offered", "remedy"),
    "no remedy": ({"remedy": "gold"}, "remedy_not_offered", "remedy"),
    "an essay": ({"statement": "!" * 2_001}, "statement_too_long", "statement"),
}


@pytest.mark.parametrize(("changes", "code", "field"), list(AMOUNTS.values()), ids=list(AMOUNTS))
def test_what_cannot_be_claimed_is_refused_by_name_and_leaves_nothing(file, mug: Line, changes, code, field):
    with pytest.raises(Refusal) as refused:
        file(mug, **changes)
    assert (refused.value.code, refused.value.field) == (code, field)
    assert refused.value.sentence()
    mug.refresh_from_db()
    assert mug.taken == 0
    assert not any(model.objects.exists() for model in (Claim, Event, Refund, Payout))


def test_a_line_that_is_refunded_is_refused(file, mug: Line):
    file(mug)
    with pytest.raises(Refusal) as refused:
        file(mug)
    assert refused.value.code == "nothing_left_to_refund"


def test_a_claim_that_waits_holds_its_part_of_the_price(file, jackets: Line):
    file(jackets)
    with pytest.raises(Refusal) as refused:
        file(jackets, quantity=1)
    assert refused.value.code == "nothing_left_to_refund"


def test_what_was_settled_in_part_is_not_claimed_again(offered, file, jackets: Line, mug: Line):
    """The offer of 500.00 was taken for one jacket; only the other one is left."""
    expired(offered)
    claim = file(jackets, quantity=1, at=due(offered))
    withdraw(claim=claim, by=claim.consumer, at=due(offered))
    jackets.refresh_from_db()
    assert (jackets.refundable_quantity, jackets.taken) == (1, 500_00)


def test_a_guarantee_is_claimed_once_for_each_reason(file, stay_order: Order):
    file(stay_order.lines.get(), reason="worse_room", remedy="compensation")
    with pytest.raises(Refusal) as refused:
        file(stay_order.lines.get(), reason="worse_room", remedy="compensation")
    assert refused.value.code == "already_claimed"


@pytest.mark.parametrize(("first", "then"), [("compensation", "refund"), ("refund", "compensation")])
def test_for_one_reason_there_is_the_guarantee_or_the_money_back(file, stay_order: Order, first, then, now):
    stay = stay_order.lines.get()
    offered = {it.remedy for it in entitlements(stay_order, now=now) if it.reason == "worse_room"}
    assert {first, then} <= offered
    file(stay, reason="worse_room", remedy=first)
    assert not [it for it in entitlements(stay_order, now=now) if it.reason == "worse_room"]
    with pytest.raises(Refusal) as refused:
        file(stay, reason="worse_room", remedy=then)
    assert refused.value.code in ("already_claimed", "nothing_left_to_refund")


def test_what_the_platform_decided_is_not_claimed_again(file, mug: Line, merchant, consumer, agent, now):
    claim = file(mug, reason="changed_mind", remedy="refund")
    answer(claim=claim, by=merchant, kind="reject", reason="outside_the_terms", statement="No.", at=now)
    escalate(claim=claim, by=consumer, statement="Yes.", at=now)
    expired(decide_for(claim, agent, now, "merchant"))
    with pytest.raises(Refusal) as refused:
        file(mug, reason="changed_mind", remedy="refund")
    assert refused.value.code == "already_decided"


def test_of_two_pieces_the_other_one_can_still_be_claimed(disputed, file, jackets: Line, agent, now):
    expired(decide_for(disputed, agent, now, "merchant"))
    with pytest.raises(Refusal) as refused:
        file(jackets, quantity=2)
    assert refused.value.code == "already_decided"
    assert file(jackets, quantity=1).status == "awaiting_merchant"


def test_for_one_piece_nobody_asks_the_price_of_two(file, jackets: Line):
    with pytest.raises(Refusal) as refused:
        file(jackets, quantity=1, amount=1_299_01)
    assert (refused.value.code, refused.value.field) == ("above_price_of_the_pieces", "amount")


# --- who and when --------------------------------------------------------------------------------------


def test_somebody_else_s_order_does_not_exist(mug: Line, consumer2: User, now):
    with pytest.raises(Refusal) as refused:
        file_claim(consumer=consumer2, order=mug.order.number, line=mug.pk, reason="damaged", remedy="refund", at=now)
    assert (refused.value.code, refused.value.http_status) == ("unknown_order", 404)


def test_a_line_of_another_order_is_refused(mug: Line, voucher_order: Order, consumer: User, now):
    with pytest.raises(Refusal) as refused:
        file_claim(
            consumer=consumer, order=voucher_order.number, line=mug.pk, reason="damaged", remedy="refund", at=now
        )
    assert (refused.value.code, refused.value.field) == ("unknown_line", "line")


def test_after_the_window_nothing_can_be_claimed(file, mug: Line, now):
    with pytest.raises(Refusal) as refused:
        file(mug, at=now + timedelta(days=178))
    assert refused.value.code == "window_closed"


def test_at_the_window_s_last_moment_it_still_can(file, mug: Line, now):
    claim = file(mug, at=now + timedelta(days=177) - timedelta(microseconds=1))
    assert claim.status == "awaiting_merchant"


def test_a_sixth_claim_on_a_line_is_one_too_many(file, mug: Line, consumer: User, now):
    for _time in range(5):
        withdraw(claim=file(mug, reason="changed_mind", amount=1_00, remedy="refund"), by=consumer, at=now)
    with pytest.raises(Refusal) as refused:
        file(mug, reason="changed_mind", amount=1_00)
    assert refused.value.code == "too_many_claims"


# --- again, and at once --------------------------------------------------------------------------------


def test_the_same_key_files_one_claim(file, mug: Line, consumer: User):
    first = file(mug, key="form:1")
    assert file(mug, key="form:1") == first
    assert in_wallet(consumer) == 45_00


def test_history_is_told_to_nobody_and_never_comes_due(file, jackets: Line, merchant: User, now):
    claim = file(jackets, replayed=True)
    assert claim.status == "awaiting_merchant"
    assert not told(merchant)
    assert not Claim.objects.due(now + timedelta(days=400)).exists()


def test_history_gives_back_pieces_that_cost_nothing(file, mug: Line):
    Line.objects.filter(pk=mug.pk).update(paid=0)
    claim = file(mug, amount=0, quantity=1, replayed=True)
    mug.refresh_from_db()
    assert (claim.status, claim.paid, mug.refundable_quantity) == ("settled", 0, 0)
    assert breaks() == []


def test_history_may_find_that_nothing_is_owed(file, stay_order: Order):
    Line.objects.filter(order=stay_order).update(unit_price="0.00")
    claim = file(stay_order.lines.get(), reason="worse_room", remedy="compensation", replayed=True)
    assert (claim.status, claim.close_reason) == ("closed", "nothing_owed")
    assert breaks() == []


# --- out of whose money ---------------------------------------------------------------------------------


def test_a_guarantee_is_kept_by_the_fund_where_the_merchant_is_at_its_limit(
    file, stay_order: Order, consumer: User, special_fund: int, merchant_at_its_limit
):
    claim = file(stay_order.lines.get(), reason="worse_room", remedy="compensation")
    assert (claim.status, claim.paid, in_wallet(consumer)) == ("settled", 600_00, 600_00)
    assert breaks() == []


def test_a_guarantee_nobody_can_pay_is_owed(file, stay_order: Order, consumer: User, merchant_at_its_limit, now):
    claim = fresh(file(stay_order.lines.get(), reason="worse_room", remedy="compensation"))
    assert (claim.status, claim.paid, claim.debts.get().amount) == ("settled", 0, 600_00)
    assert told(consumer) == ["payment_owed"]
    assert "owes you" in perspective(claim, consumer, now).sentence
    assert breaks() == []


def test_a_merchant_at_its_limit_is_asked_instead_of_charged(file, mug: Line, merchant_at_its_limit):
    assert file(mug).status == "awaiting_merchant"
