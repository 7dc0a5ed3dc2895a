"""The special fund's worked stories: filled, budgeted, drawn, recovered, borne, reversed, and never below zero."""

from contextlib import suppress
from datetime import UTC, datetime

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from accounts.models import Merchant, User
from common.errors import Refusal
from compensation.actions import (
    NothingToRecover,
    bear,
    budget,
    charge,
    forgive,
    fund,
    pay_from_fund,
    recover,
    reverse,
)
from compensation.actions.recoveries import burden, lock, receive_payment, undo_recoveries, write_off
from compensation.models import Recovery
from compensation.proofs import prove
from ledger import chart
from ledger.chart import balance_of
from ledger.models import Transfer
from ledger.proofs import prove as prove_ledger
from refunds.actions import FundExhausted, refund

CNY = "CNY"


def posted(name):
    return balance_of(name).posted


@pytest.fixture
def filled(db, now):
    """1,000.00 in the fund, 600.00 of it in the special budget."""
    fund(amount=1_000_00, currency=CNY, key="fund:1", at=now)
    budget(budget="special", amount=600_00, currency=CNY, key="budget:1", at=now)


def advance(payee, now, amount=200_00, key="advance:1", **changes):
    terms = {"as_expense": False, **changes}
    return pay_from_fund(key=key, payee=payee, amount=amount, currency=CNY, gateway="wallet", at=now, **terms)


def test_money_is_put_in_and_set_aside(filled):
    assert posted(chart.owner_capital(CNY)) == 1_000_00
    assert posted(chart.fund_cash(CNY)) == 400_00
    assert posted(chart.fund_budget("special", CNY)) == 600_00


def test_a_budget_cannot_take_more_than_the_fund_holds(filled, now):
    with pytest.raises(FundExhausted), transaction.atomic():
        budget(budget="empathy", amount=400_01, currency=CNY, key="budget:2", at=now)
    budget(budget="empathy", amount=400_00, currency=CNY, key="budget:3", at=now)
    assert posted(chart.fund_cash(CNY)) == 0


def test_the_same_key_moves_money_once(filled, now):
    fund(amount=1_000_00, currency=CNY, key="fund:1", at=now)
    assert posted(chart.owner_capital(CNY)) == 1_000_00


def test_advance_then_the_merchant_is_liable_and_pays(filled, consumer, shop, now):
    payout = advance(consumer, now)
    assert payout.amount == posted(chart.wallet_of(consumer.pk, CNY)) == 200_00
    assert posted(chart.advances_outstanding(CNY)) == 200_00
    assert posted(chart.fund_budget("special", CNY)) == 400_00

    charge(key="advance:1:charge", merchant=shop, amount=200_00, currency=CNY, at=now)
    assert posted(chart.advances_outstanding(CNY)) == 0
    assert posted(chart.receivable_from(shop.pk, CNY)) == 200_00

    recover(key="advance:1:recovery", merchant=shop, amount=200_00, currency=CNY, at=now)
    assert posted(chart.receivable_from(shop.pk, CNY)) == 0
    assert posted(chart.settlement_of(shop.pk, CNY)) == -200_00
    assert posted(chart.fund_budget("special", CNY)) == 600_00
    assert posted(chart.client_cash(CNY)) == 0
    assert [*prove(), *prove_ledger()] == []


def test_advance_then_the_platform_bears_it(filled, consumer, now):
    advance(consumer, now)
    bear(key="advance:1:expense", amount=200_00, currency=CNY, at=now)
    assert posted(chart.advances_outstanding(CNY)) == 0
    assert posted(chart.compensation_expense(CNY)) == 200_00
    assert posted(chart.fund_budget("special", CNY)) == 400_00
    assert [*prove(), *prove_ledger()] == []


def test_what_was_given_up_is_undone_before_what_was_paid(filled, finance, shop, now):
    """Written off, 20.00 of it came late; of the 109.00 the merchant is then found liable for 30.00 only."""
    burden(key="appeal:1", merchant=shop, amount=109_00, currency=CNY, claim="R-1", at=now)
    recovery = Recovery.objects.get()
    write_off(lock(recovery), at=now)
    receive_payment(recovery=recovery, amount=20_00, because="Bank reference 1.", by=finance, at=now)
    undo_recoveries(claim="R-1", amount=79_00, at=now)
    recovery.refresh_from_db()
    assert (recovery.paid, recovery.written_off, recovery.undone) == (20_00, 10_00, 79_00)
    assert posted(chart.settlement_of(shop.pk, CNY)) == 0
    assert posted(chart.write_off(CNY)) == 10_00
    assert [*prove(), *prove_ledger()] == []


def test_nobody_at_fault_is_an_expense_at_once(filled, consumer, now):
    advance(consumer, now, as_expense=True)
    assert posted(chart.compensation_expense(CNY)) == 200_00
    assert posted(chart.advances_outstanding(CNY)) == 0


def test_the_fund_pays_for_a_merchant_that_then_wins_its_appeal(filled, consumer, shop, now):
    advance(consumer, now, merchant=shop)
    assert posted(chart.receivable_from(shop.pk, CNY)) == 200_00
    forgive(key="appeal:1", merchant=shop, amount=200_00, currency=CNY, at=now)
    assert posted(chart.receivable_from(shop.pk, CNY)) == 0
    assert posted(chart.compensation_expense(CNY)) == 200_00
    assert posted(chart.wallet_of(consumer.pk, CNY)) == 200_00
    assert [*prove(), *prove_ledger()] == []


def test_a_merchant_that_paid_and_wins_its_appeal_is_made_whole(goods_order, consumer, shop, now):
    line = goods_order.lines.select_related("order").get(position=1)
    refund(key="r", line=line, amount=45_00, quantity=1, payee=consumer, payer="merchant", gateway="wallet", at=now)
    reverse(key="appeal:1", merchant=shop, amount=45_00, currency=CNY, at=now)
    assert posted(chart.settlement_of(shop.pk, CNY)) == 0
    assert posted(chart.compensation_expense(CNY)) == 45_00
    assert posted(chart.wallet_of(consumer.pk, CNY)) == 45_00
    assert [*prove(), *prove_ledger()] == []


def test_no_more_is_recovered_than_is_owed(filled, consumer, shop, now):
    advance(consumer, now, merchant=shop)
    with pytest.raises(NothingToRecover), transaction.atomic():
        recover(key="recovery:1", merchant=shop, amount=200_01, currency=CNY, at=now)
    assert posted(chart.settlement_of(shop.pk, CNY)) == 0


def test_a_merchant_that_owes_nothing_pays_nothing(shop, now):
    with pytest.raises(NothingToRecover):
        recover(key="recovery:1", merchant=shop, amount=1, currency=CNY, at=now)


def test_the_last_cent_of_a_budget_can_be_drawn_and_not_one_more(filled, consumer, now):
    advance(consumer, now, amount=600_00)
    with pytest.raises(FundExhausted), transaction.atomic():
        advance(consumer, now, amount=1, key="advance:2")
    assert posted(chart.fund_budget("special", CNY)) == 0
    assert not Transfer.objects.filter(key__startswith="advance:2").exists()


def test_a_budget_that_was_never_filled_holds_nothing(filled, consumer, now):
    with pytest.raises(FundExhausted), transaction.atomic():
        advance(consumer, now, amount=1, budget="empathy")


AT = datetime(2026, 1, 1, tzinfo=UTC)
deeds = st.lists(
    st.tuples(st.sampled_from(["fund", "budget", "advance", "charge", "bear", "recover"]), st.integers(1, 300)),
    max_size=12,
)


class AnyHistory(TestCase):
    """Whatever is done to the fund, in whatever order: what is refused changes nothing, nothing falls below zero."""

    @settings(max_examples=20)
    @given(deeds)
    def test_the_books_stay_right(self, deeds):
        payee = User.objects.create_user("someone@example.com", name="Someone")
        shop = Merchant.objects.create(code="any-shop", name="Any Shop")
        for number, (deed, amount) in enumerate(deeds):
            with suppress(Refusal), transaction.atomic():
                do(deed, amount, f"{deed}:{number}", payee, shop)
            assert posted(chart.fund_cash(CNY)) >= 0
            assert posted(chart.fund_budget("special", CNY)) >= 0
            assert posted(chart.advances_outstanding(CNY)) >= 0
            assert posted(chart.receivable_from(shop.pk, CNY)) >= 0
        assert [*prove(), *prove_ledger()] == []


def do(deed, amount, key, payee, shop):
    sum_of_it = {"amount": amount, "currency": CNY, "key": key, "at": AT}
    match deed:
        case "fund":
            fund(**sum_of_it)
        case "budget":
            budget(budget="special", **sum_of_it)
        case "advance":
            advance(payee, AT, amount=amount, key=key)
        case "charge":
            charge(merchant=shop, **sum_of_it)
        case "bear":
            bear(**sum_of_it)
        case "recover":
            recover(merchant=shop, **sum_of_it)
