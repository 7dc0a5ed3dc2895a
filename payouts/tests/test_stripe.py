"""Money goes back through Stripe once, whatever Stripe answers and however long it takes it to."""

import json
import uuid
from datetime import timedelta
from typing import Any

import pytest
import stripe
from django.core.checks import run_checks

from ledger.chart import balance_of, clearing_at, compensation_expense, settlement_of, wallet_of
from ledger.models import TransferKind
from payouts.actions import DrawRequest, GivesBackOnly, call_off, request_draw, send_next, start
from payouts.gateways.interface import Outcome
from payouts.gateways.registry import UnknownGateway, find_gateway, find_remote_gateway
from payouts.gateways.stripe.connection import StripeIsNotInstalled
from payouts.gateways.stripe.errors import meaning_of
from payouts.gateways.stripe.gateway import CountedOtherwise, NoPaymentToGiveBackTo, Stripe
from payouts.models import Attention, Payout, Status
from payouts.proofs import prove
from payouts.tests.conftest import sweep_until_it_ends
from payouts.tests.sandbox import CLIENT, SECRET
from refunds import actions as refunds
from refunds.actions import Payment

pytestmark = pytest.mark.django_db


@pytest.fixture
def payout(pay, provider) -> Payout:
    made: Payout = pay(gateway="stripe")
    return made


def refund_by_hand(provider, payout: Payout, amount: int) -> None:
    """Somebody gives money back in Stripe's dashboard."""
    form = {"payment_intent": payout.payment_reference, "amount": str(amount)}
    headers = {"Authorization": "Bearer sk_test", "Idempotency-Key": str(uuid.uuid4())}
    assert CLIENT.post(f"{provider.url}/v1/refunds", data=form, headers=headers).status_code == 200


class TestMachine:
    THROUGH_STRIPE = {
        "nothing goes wrong": [],
        "it takes a while to answer": ["slow"],
        "the order is lost on its way": ["timeout_before"],
        "the answer is lost on its way": ["timeout_after"],
        "Stripe breaks before it looks at the key": ["error_before"],
        "the connection breaks before the order arrives": ["reset_before"],
        "the connection breaks after Stripe paid": ["reset_after"],
        "Stripe paid and keeps a 500 under the key": ["error_after"],
        "the answer cannot be read": ["garbled"],
        "the answer speaks of another sum": ["other_sum"],
        "Stripe is too busy": ["rate_limited", "rate_limited"],
        "another call holds the key": ["busy"],
        "one thing after the other": ["timeout_before", "rate_limited", "busy", "reset_after"],
    }

    @pytest.mark.parametrize("what", THROUGH_STRIPE)
    def test_the_payment_is_given_back_once_although(self, what, payout, provider):
        provider.plan(payout, *self.THROUGH_STRIPE[what])
        sweep_until_it_ends(payout)
        assert (payout.status, provider.paid(payout)) == (Status.SETTLED, [12_50])
        assert balance_of(clearing_at("stripe", "GBP")).posted == 12_50
        assert payout.provider_reference.startswith("re_")
        assert list(prove()) == []

    @pytest.mark.parametrize("fault", ["fail", "refuse"])
    def test_the_wallet_pays_once_when_the_refund_fails(self, fault, payout, provider):
        provider.plan(payout, fault)
        sweep_until_it_ends(payout)
        assert (payout.status, provider.paid(payout)) == (Status.RELEASED, [])
        assert balance_of(wallet_of(payout.payee_id, "GBP")).posted == 12_50

    def test_a_500_that_stripe_keeps_under_the_key_is_left_to_a_person_after_a_day(self, payout, provider, now):
        """Stripe may still make the refund by itself: no key, and no wallet, may pay before somebody knows."""
        provider.plan(payout, "error_kept")
        while payout.next_at is not None:
            sweep_once(payout)
        assert (payout.attention, payout.status) == (Attention.KEY_WINDOW, Status.FAILED)
        assert provider.paid(payout) == []
        assert balance_of(wallet_of(payout.payee_id, "GBP")).posted == 0

    @pytest.mark.parametrize("by_hand", [100_00, 99_00], ids=["all of it", "more than what is left"])
    def test_a_payment_that_somebody_gave_back_already_is_not_given_back_again(self, payout, provider, by_hand):
        refund_by_hand(provider, payout, by_hand)
        sweep_once(payout)
        assert (payout.status, payout.attention, payout.next_at) == (Status.FAILED, Attention.PARKED, None)
        assert "InvalidRequestError 400" in payout.failure
        assert provider.paid(payout) == []
        assert balance_of(wallet_of(payout.payee_id, "GBP")).posted == 0

    def test_what_a_person_found_not_to_have_arrived_is_paid_by_the_wallet(self, payout, provider, finance, now):
        refund_by_hand(provider, payout, 100_00)
        sweep_once(payout)
        call_off(payout=payout.pk, by=finance, at=now)
        sweep_until_it_ends(payout)
        assert (payout.status, provider.paid(payout)) == (Status.RELEASED, [])
        assert balance_of(wallet_of(payout.payee_id, "GBP")).posted == 12_50

    def test_stripe_forgets_a_key_after_a_day_and_the_machine_never_uses_it_then(self, payout, provider, now):
        provider.plan(payout, "timeout_after")
        sweep_once(payout)
        provider.has_time()
        provider.go_ahead(hours=25)
        assert find_remote_gateway("stripe").send(payout).outcome == Outcome.SETTLED
        assert provider.paid(payout) == [12_50, 12_50], "this is the danger"
        Payout.objects.update(next_at=now + timedelta(hours=25))
        sweep_once(payout)
        assert (payout.status, payout.attempts_made) == (Status.UNKNOWN, 1)
        assert "2 refunds under our key" in payout.failure


def sweep_once(payout: Payout) -> None:

    payout.refresh_from_db()
    assert payout.next_at is not None
    send_next(now=payout.next_at)
    payout.refresh_from_db()


class TestStart:
    def test_without_a_payment_there_is_nothing_to_give_back_to(self, provider, consumer, now):
        with pytest.raises(NoPaymentToGiveBackTo):
            start(key="k", payee=consumer, amount=1, currency="GBP", gateway="stripe", at=now)

    def test_the_fund_pays_nobody_over_it(self, provider, consumer, now):
        request = DrawRequest(
            key="k", payee=consumer, amount=1, currency="GBP", gateway="stripe", at=now,
            budget="special", cost=compensation_expense("GBP"), kind=TransferKind.EXPENSE,
        )  # fmt: skip
        with pytest.raises(GivesBackOnly):
            request_draw(request)
        assert not Payout.objects.exists()

    def test_a_currency_that_stripe_counts_otherwise_is_refused(self, provider, consumer, now):
        wanted = {"key": "k", "payee": consumer, "amount": 1, "gateway": "stripe", "at": now}
        with pytest.raises(CountedOtherwise):
            start(**wanted, currency="ISK", payment_reference="pi_1")

    def test_refunds_go_back_along_the_payment_and_what_goes_beyond_it_to_the_wallet(self, provider, consumer, now):
        paid_in = provider.pay_in(100_00, "GBP")
        ways = {}
        for kind in (TransferKind.REFUND, TransferKind.COMPENSATION, TransferKind.FREIGHT):
            payment = Payment(
                key=f"claim:1:{kind}",
                payee=consumer,
                amount=5_00,
                currency="GBP",
                merchant_id=1,
                kind=kind,
                gateway="stripe",
                at=now,
                payment_reference=paid_in,
            )
            payout = refunds.pay_from_settlement(payment)
            ways[kind] = (payout.gateway, payout.payment_reference)
        assert ways[TransferKind.REFUND] == ("stripe", paid_in)
        assert {ways[kind][0] for kind in (TransferKind.COMPENSATION, TransferKind.FREIGHT)} == {"wallet"}
        assert balance_of(settlement_of(1, "GBP")).posted == -15_00


class TestCalls:
    def test_every_post_carries_our_key_and_nothing_is_repeated_by_the_package(self, payout, provider, monkeypatch):
        sent: list[tuple[str, str]] = []
        request = stripe.RequestsClient.request

        def note(client: Any, method: str, url: str, headers: Any, post_data: Any = None) -> Any:
            sent.append((method, headers.get("Idempotency-Key", "")))
            return request(client, method, url, headers, post_data)

        monkeypatch.setattr(stripe.RequestsClient, "request", note)
        provider.plan(payout, "error_before", "confirm")
        gateway = find_remote_gateway("stripe")
        for call in (gateway.send, gateway.send, gateway.call_off):
            call(payout)
        posts = [key for method, key in sent if method == "post"]
        assert posts == [str(payout.provider_key)] * 3 + [f"{payout.provider_key}-cancel"]

    def test_a_payment_in_another_currency_is_refused_before_anything_moves(self, payout, provider):
        payout.payment_reference = provider.pay_in(100_00, "USD")
        assert find_remote_gateway("stripe").send(payout).outcome == Outcome.REFUSED
        assert provider.paid(payout) == []

    def test_a_payment_that_stripe_does_not_know_is_refused(self, payout, provider):
        payout.payment_reference = "pi_nobodys"
        assert find_remote_gateway("stripe").send(payout).outcome == Outcome.REFUSED

    def test_while_the_payment_cannot_be_looked_at_nothing_is_sent(self, payout, provider, settings):
        settings.STRIPE_API_BASE = "http://127.0.0.1:9"
        assert find_remote_gateway("stripe").send(payout).outcome == Outcome.FAILED

    def test_among_many_refunds_of_a_payment_ours_is_found_by_its_key(self, payout, provider):
        gateway = find_remote_gateway("stripe")
        gateway.send(payout)
        for _ in range(101):
            refund_by_hand(provider, payout, 1)
        assert gateway.query(payout).outcome == Outcome.SETTLED


ERRORS = [
    (429, {"type": "invalid_request_error"}, Outcome.FAILED),
    (429, {"type": "invalid_request_error", "code": "lock_timeout"}, Outcome.UNKNOWN),
    (401, {"type": "invalid_request_error"}, Outcome.FAILED),
    (403, {"type": "invalid_request_error"}, Outcome.FAILED),
    (400, {"type": "idempotency_error"}, Outcome.UNKNOWN),
    (409, {"type": "idempotency_error", "code": "idempotency_key_in_use"}, Outcome.UNKNOWN),
    (409, {"type": "invalid_request_error"}, Outcome.UNKNOWN),
    (400, {"type": "invalid_request_error", "param": "amount"}, Outcome.REFUSED),
    (400, {"type": "invalid_request_error", "param": "metadata"}, Outcome.REFUSED),
    (404, {"type": "invalid_request_error", "code": "resource_missing"}, Outcome.REFUSED),
    (402, {"type": "card_error", "code": "card_declined"}, Outcome.REFUSED),
    (400, {"type": "invalid_request_error", "code": "charge_already_refunded"}, Outcome.REFUSED),
    (400, {"type": "invalid_request_error", "code": "charge_disputed"}, Outcome.REFUSED),
    (500, {"type": "api_error"}, Outcome.UNKNOWN),
    (502, {"type": "api_error"}, Outcome.UNKNOWN),
    (503, {}, Outcome.UNKNOWN),
]


@pytest.mark.parametrize(("status", "error", "outcome"), ERRORS)
def test_each_of_stripes_errors_is_a_definite_failure_or_a_doubt(status, error, outcome):
    """Raised as the package itself does, from what comes over the wire."""
    requestor = stripe.StripeClient("sk_test")._requestor
    body = json.dumps({"error": {"message": "words", **error}})
    with pytest.raises(stripe.StripeError) as raised:
        requestor._interpret_response(body, status, {}, "V1")
    answer = meaning_of(raised.value)
    assert answer.outcome == outcome
    has_it_already = error.get("code") in ("charge_already_refunded", "charge_disputed") or "amount" in error.values()
    assert answer.ask_a_person == has_it_already


@pytest.mark.parametrize("error", [stripe.APIConnectionError("reset"), stripe.StripeError("?"), AttributeError("odd")])
def test_what_is_not_known_means_that_nobody_knows(error):
    assert meaning_of(error).outcome == Outcome.UNKNOWN


class TestConnect:
    def test_without_a_key_there_is_no_connection(self, settings):
        settings.STRIPE_API_KEY = ""
        with pytest.raises(UnknownGateway):
            find_gateway("stripe")

    def test_without_the_package_a_sentence_says_what_to_do(self, settings, monkeypatch):
        settings.STRIPE_API_KEY = "sk_test"
        monkeypatch.setattr("payouts.gateways.stripe.connection.find_spec", lambda _: None)
        with pytest.raises(StripeIsNotInstalled, match=r"pip install -r requirements-stripe\.txt"):
            find_gateway("stripe")
        assert [error.id for error in run_checks() if "requirements-stripe" in error.msg] == ["payouts.E001"]

    def test_while_a_secret_is_changed_both_are_good(self, payout, provider, settings, now):
        gateway = find_remote_gateway("stripe")
        assert isinstance(gateway, Stripe)
        gateway.send(payout)
        event = provider.events(payout)[-1]
        settings.STRIPE_WEBHOOK_SECRETS = ["whsec_the_new_one", SECRET]
        read = find_remote_gateway("stripe").read_event(event["headers"], event["body"].encode(), now=now)
        assert read.provider_key == payout.provider_key
