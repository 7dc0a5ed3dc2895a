"""A payout starts once: through the wallet it has arrived, through a provider its money is set aside."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from django.db import connection
from django.db.transaction import atomic
from django.test.utils import CaptureQueriesContext

from common.at_once import at_once, wait_until_blocked
from ledger.actions import Overdrawn, accounts, hold_still, post_hold
from ledger.chart import balance_of, clearing_at, payable_to, settlement_of, wallet_of
from ledger.models import Hold, Transfer
from payouts.actions import PayoutKeyReused, UnknownGateway, start
from payouts.models import Move, Payout, Status
from payouts.proofs import count, prove


@pytest.mark.django_db
class TestStart:
    def test_through_the_wallet_the_money_is_there_at_once(self, pay, consumer, now):
        payout = pay(gateway="wallet")
        assert (payout.status, payout.ended_at, payout.next_at) == (Status.SETTLED, now, None)
        assert balance_of(wallet_of(consumer.pk, "GBP")).posted == 12_50
        assert balance_of(payable_to(consumer.pk, "GBP")).posted == 0
        assert list(payout.moves.order_by("id").values_list("was", "became")) == [
            ("", "reserved"),
            ("reserved", "settled"),
        ]
        assert list(prove()) == []
        assert count() == {"paid_out": {"GBP": 12_50}}

    def test_through_the_wallet_screening_row_history_money_and_hold_take_two_statements(self, pay):
        pay("first", gateway="wallet")
        with atomic(), CaptureQueriesContext(connection) as queries:
            pay("second", gateway="wallet")
        assert len(queries) == 2

    def test_through_a_provider_the_money_is_set_aside(self, pay, consumer, now, provider):
        payout = pay()
        assert (payout.status, payout.ended_at, payout.next_at) == (Status.RESERVED, None, now)
        assert Hold.objects.get(key=payout.hold_key).status == Hold.Status.RESERVED
        assert balance_of(payable_to(consumer.pk, "GBP")).available == 0
        assert balance_of(clearing_at("sandbox", "GBP")).posted == 0
        assert list(prove()) == []

    @pytest.mark.parametrize("gateway", ["wallet", "sandbox"])
    def test_the_same_key_starts_one_payout(self, pay, provider, gateway):
        first = pay(gateway=gateway)
        assert pay(gateway=gateway).pk == first.pk
        assert Payout.objects.count() == Hold.objects.count() == 1

    def test_the_same_key_never_pays_anything_else(self, pay):
        pay(gateway="wallet")
        with pytest.raises(PayoutKeyReused):
            pay(gateway="wallet", amount=12_51)
        assert Transfer.objects.count() == 2

    def test_what_is_not_payable_is_not_paid(self, pay, consumer, now, provider):
        payouts = {
            gateway: partial(start, key=gateway, payee=consumer, amount=1, currency="GBP", gateway=gateway, at=now)
            for gateway in ("wallet", "sandbox")
        }
        for begin in payouts.values():
            with pytest.raises(Overdrawn):
                begin()
        assert not Payout.objects.exists()
        assert not Move.objects.exists()

    def test_a_gateway_that_is_not_connected_is_refused(self, pay, settings):
        settings.SANDBOX_SECRET = ""
        for gateway in ("sandbox", "nobody"):
            with pytest.raises(UnknownGateway):
                pay(gateway=gateway)
        assert not Payout.objects.exists()

    def test_consumers_see_their_own_payouts_and_finance_all(self, pay, consumer, consumer2, finance, merchant):
        pay(gateway="wallet")
        seen = {user: Payout.objects.visible_to(user).count() for user in (consumer, consumer2, finance, merchant)}
        assert seen == {consumer: 1, consumer2: 0, finance: 1, merchant: 0}


@pytest.mark.django_db(transaction=True)
def test_of_many_who_start_one_payout_at_once_all_get_the_same_one(pay, consumer):
    outcomes = at_once(*[partial(pay, gateway="wallet")] * 32)
    assert outcomes == [Payout.objects.get()] * 32
    assert balance_of(wallet_of(consumer.pk, "GBP")).posted == 12_50
    assert balance_of(settlement_of(1, "GBP")).posted == -12_50
    assert list(prove()) == []


@pytest.mark.django_db(transaction=True)
def test_a_start_waits_for_the_end_of_another_payout_to_the_payee(pay, consumer, now, provider):
    """What is under way holds the gateway's account and wants the payee's; what starts may not hold that already."""
    accounts([clearing_at("sandbox", "GBP")])  # the older account, so that it is locked before the payee's
    first = pay("first")

    def second():
        try:
            return pay("second").status
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with atomic():
            hold_still([clearing_at("sandbox", "GBP")])
            started = pool.submit(second)
            wait_until_blocked(1)
            post_hold(key=first.hold_key, at=now)
        assert started.result() == Status.RESERVED
    assert balance_of(payable_to(consumer.pk, "GBP")).reserved == first.amount
