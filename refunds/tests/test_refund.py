"""A refund goes back along the payment: out of the merchant's settlement or the fund, to the consumer."""

from datetime import timedelta

import pytest
from django.db import transaction

from common.transactions import atomic
from compensation.actions import budget, fund
from ledger.actions import Overdrawn, set_floor
from ledger.chart import (
    balance_of,
    client_cash,
    compensation_expense,
    fund_budget,
    payable_to,
    receivable_from,
    settlement_of,
    wallet_of,
)
from ledger.models import Transfer
from orders.actions import take
from orders.models import Line, Order
from payouts.models import Payout, Status
from refunds.actions import AlreadyRefunded, FundExhausted, refund
from refunds.models import Payer, Refund
from refunds.proofs import prove


@pytest.fixture
def mug(goods_order: Order) -> Line:
    return goods_order.lines.select_related("order").get(code="mug-blue")


def back(line, now, amount=45_00, key="claim:R-1:refund:1", payer=Payer.MERCHANT, **changes) -> Refund:
    """Take the sum off the line and refund it, as every caller does."""
    take(key=key, line_id=line.pk, amount=amount, quantity=0, at=now)
    payee = line.order.consumer
    return refund(
        key=key, line=line, amount=amount, quantity=0, payee=payee, payer=payer, gateway="wallet", at=now, **changes
    )


def test_the_merchant_pays_and_the_consumer_has_it(mug, shop, consumer, now):
    given = back(mug, now, rule="lightning_refund")
    assert given.payout
    assert (given.amount, given.currency, given.payer, given.rule) == (45_00, "CNY", "merchant", "lightning_refund")
    assert (given.payout.amount, given.payout.status, given.payout.payee) == (45_00, Status.SETTLED, consumer)
    assert balance_of(settlement_of(shop.pk, "CNY")).posted == -45_00
    assert balance_of(payable_to(consumer.pk, "CNY")).posted == 0
    assert balance_of(wallet_of(consumer.pk, "CNY")).posted == 45_00
    assert list(prove()) == []


def test_payout_transfers_and_refund_are_one_statement_each(mug, shop, consumer, now, django_assert_num_queries):
    back(mug, now, amount=1_00, key="first")
    terms = {"line": mug, "amount": 1_00, "quantity": 0, "payee": consumer, "payer": "merchant"}
    with atomic(), django_assert_num_queries(3):
        refund(key="again", gateway="wallet", at=now, **terms)


def test_the_fund_pays_for_the_merchant_that_then_owes_it(mug, shop, consumer, now):
    fund(amount=100_00, currency="CNY", key="fund:1", at=now)
    budget(budget="special", amount=100_00, currency="CNY", key="budget:1", at=now)
    back(mug, now, payer=Payer.FUND)
    assert balance_of(fund_budget("special", "CNY")).posted == 55_00
    assert balance_of(client_cash("CNY")).posted == 45_00
    assert balance_of(receivable_from(shop.pk, "CNY")).posted == 45_00
    assert balance_of(settlement_of(shop.pk, "CNY")).posted == 0
    assert balance_of(wallet_of(consumer.pk, "CNY")).posted == 45_00
    assert list(prove()) == []


def test_the_platform_may_bear_it_itself(mug, shop, now):
    fund(amount=100_00, currency="CNY", key="fund:1", at=now)
    budget(budget="special", amount=100_00, currency="CNY", key="budget:1", at=now)
    back(mug, now, payer=Payer.FUND, as_expense=True)
    assert balance_of(compensation_expense("CNY")).posted == 45_00
    assert balance_of(receivable_from(shop.pk, "CNY")).posted == 0


@pytest.mark.parametrize("held", [0, 44_99])
def test_an_empty_fund_pays_nothing(mug, now, held):
    if held:
        fund(amount=held, currency="CNY", key="fund:1", at=now)
        budget(budget="special", amount=held, currency="CNY", key="budget:1", at=now)
    with pytest.raises(FundExhausted), transaction.atomic():
        back(mug, now, payer=Payer.FUND)
    assert balance_of(fund_budget("special", "CNY")).posted == held
    assert not Refund.objects.exists()
    assert not Payout.objects.exists()


def test_a_settlement_goes_down_to_its_floor_and_no_further(mug, shop, now):
    set_floor(account=settlement_of(shop.pk, "CNY"), floor=-30_00)
    back(mug, now, amount=30_00)
    with pytest.raises(Overdrawn), transaction.atomic():
        back(mug, now, amount=1, key="claim:R-2:refund:1")
    assert balance_of(settlement_of(shop.pk, "CNY")).posted == -30_00


def test_one_cause_is_refunded_once(mug, consumer, shop, now):
    back(mug, now, amount=20_00)
    with pytest.raises(AlreadyRefunded), transaction.atomic():
        back(mug, now + timedelta(minutes=1), amount=20_00)
    assert balance_of(settlement_of(shop.pk, "CNY")).posted == -20_00
    assert balance_of(wallet_of(consumer.pk, "CNY")).posted == 20_00


def test_nothing_is_refunded_without_moving_anything(mug, now):
    given = back(mug, now, amount=0)
    assert (given.amount, given.payout) == (0, None)
    assert not Transfer.objects.exists()
    assert list(prove()) == []


def test_money_that_moved_otherwise_than_recorded_is_found(mug, now):
    given = back(mug, now)
    Refund.objects.filter(pk=given.pk).update(amount=44_00)
    assert [found.sentence for found in prove()] == [
        f"Refund {given.key} of 4400 CNY is paid out as 4500 CNY to person {given.payee_id}.",
        f"Refund {given.key} of 4400 CNY has no transfer of that sum from its payer to the consumer.",
    ]


def test_a_refund_of_the_wrong_payer_is_found(mug, now):
    given = back(mug, now)
    Refund.objects.filter(pk=given.pk).update(payer=Payer.FUND)
    assert [found.sentence for found in prove()] == [
        f"Refund {given.key} of 4500 CNY has no transfer of that sum from its payer to the consumer.",
        f"Refund {given.key} of 4500 CNY was paid by the fund and drew 0 from it.",
    ]


def test_money_that_nobody_recorded_is_found(mug, now):
    given = back(mug, now)
    Refund.objects.filter(pk=given.pk).delete()
    assert [found.sentence for found in prove()] == [
        f"Transfer {given.key} of 4500 is a refund that was never recorded."
    ]


def test_a_refund_that_was_never_taken_off_the_line_is_found(mug, consumer, now):
    refund(key="loose", line=mug, amount=1, quantity=0, payee=consumer, payer="merchant", gateway="wallet", at=now)
    assert [found.sentence for found in prove()] == [
        f"Line {mug.pk} was refunded 1 in all, and only 0 was ever taken off it."
    ]
