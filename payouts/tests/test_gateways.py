"""The contract: what the payout machine relies on, held by every way for money to leave. A new one is a new name here.

Each name stands for a gateway whose provider is the sandbox: in its own language, and in Stripe's.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db.transaction import atomic

from common.at_once import at_once
from common.transactions import InsideTransaction
from common.webhook_signatures import BadSignature
from ledger.chart import clearing_at, wallet_of
from payouts.gateways.interface import Outcome, RemoteGateway
from payouts.gateways.registry import find_gateway, find_remote_gateway
from payouts.models import Payout
from payouts.tests.sandbox import PAYEES_TIME, Provider

REMOTE = ("sandbox", "stripe")

pytestmark = pytest.mark.django_db

Pay = Callable[..., Payout]


@pytest.fixture(params=REMOTE)
def code(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def payout(pay: Pay, provider: Provider, code: str) -> Payout:
    return pay(gateway=code)


@pytest.fixture
def gateway(payout: Payout) -> Callable[[], RemoteGateway]:
    """Connected anew for each call, as the settings are then."""
    return lambda: find_remote_gateway(payout.gateway)


def test_the_same_key_pays_once_however_often_it_is_sent(payout, provider, gateway):
    answers = {gateway().send(payout).outcome for _ in range(3)}
    assert answers == {Outcome.SETTLED}
    assert provider.paid(payout) == [12_50]


@pytest.mark.django_db(transaction=True)
def test_the_same_key_pays_once_when_many_send_it_at_once(payout, provider, gateway):
    answers = at_once(*[lambda: gateway().send(payout).outcome] * 8)
    assert set(answers) <= {Outcome.SETTLED, Outcome.UNKNOWN}
    assert provider.paid(payout) == [12_50]


@pytest.mark.parametrize("fault", ["timeout_after", "late", "error_after", "reset_after", "garbled", "other_sum"])
def test_when_the_answer_is_lost_nobody_knows_and_a_question_finds_the_payment(payout, provider, gateway, fault):
    provider.plan(payout, fault)
    assert gateway().send(payout).outcome == Outcome.UNKNOWN
    provider.has_time()
    wait_until_paid(provider, payout)
    found = gateway().query(payout)
    assert (found.outcome, bool(found.reference)) == (Outcome.SETTLED, True)
    assert provider.paid(payout) == [12_50]


@pytest.mark.parametrize("fault", ["timeout_before", "error_before", "reset_before"])
def test_when_the_order_is_lost_nobody_knows_and_the_same_key_may_be_sent_again(payout, provider, gateway, fault):
    provider.plan(payout, fault)
    assert gateway().send(payout).outcome == Outcome.UNKNOWN
    provider.has_time()
    assert gateway().query(payout).outcome == Outcome.FAILED
    assert gateway().send(payout).outcome == Outcome.SETTLED
    assert provider.paid(payout) == [12_50]


def test_what_the_provider_did_not_let_in_has_certainly_failed_and_may_be_sent_again(payout, provider, gateway):
    provider.plan(payout, "rate_limited")
    assert gateway().send(payout).outcome == Outcome.FAILED
    assert provider.paid(payout) == []
    assert gateway().send(payout).outcome == Outcome.SETTLED


def test_what_the_provider_refuses_is_never_paid_under_its_key(payout, provider, gateway):
    provider.plan(payout, "refuse")
    assert gateway().send(payout).outcome == Outcome.REFUSED
    assert gateway().send(payout).outcome == Outcome.REFUSED
    assert gateway().query(payout).outcome == Outcome.REFUSED
    assert provider.paid(payout) == []


@pytest.mark.parametrize("paid", [True, False], ids=["paid", "not paid"])
@pytest.mark.parametrize("fault", ["error_before", "reset_before", "timeout_before", "garbled", "rate_limited"])
def test_a_question_that_goes_wrong_says_nothing(payout, provider, gateway, fault, paid):
    if paid:
        gateway().send(payout)
    provider.plan(payout, fault, operation="query")
    assert gateway().query(payout).outcome == Outcome.UNKNOWN


@pytest.mark.parametrize("fault", ["error_before", "reset_before", "timeout_before", "rate_limited", "busy"])
def test_a_payment_is_not_called_off_until_the_provider_has_said_so(payout, provider, gateway, fault):
    provider.plan(payout, fault, operation="cancellation")
    assert gateway().call_off(payout).outcome == Outcome.UNKNOWN


def test_a_payment_of_another_sum_is_no_success(payout, provider, gateway):
    gateway().send(payout)
    payout.amount += 1
    assert gateway().query(payout).outcome == Outcome.UNKNOWN


def test_what_is_accepted_is_on_its_way_until_it_is_paid(payout, provider, gateway):
    provider.plan(payout, "pending")
    assert gateway().send(payout).outcome == Outcome.SENT
    assert gateway().query(payout).outcome == Outcome.SENT
    provider.settle(payout)
    assert gateway().query(payout).outcome == Outcome.SETTLED


def test_what_its_payee_has_to_confirm_says_until_when_and_is_paid_when_they_do(payout, provider, gateway, now):
    provider.plan(payout, "confirm")
    for answer in (gateway().send(payout), gateway().query(payout)):
        assert answer.outcome == Outcome.SENT
        assert abs(answer.confirm_by - now - PAYEES_TIME) < timedelta(minutes=5)
    provider.confirm(payout)
    assert gateway().query(payout).outcome == Outcome.SETTLED


def test_what_its_payee_does_not_confirm_is_never_paid(payout, provider, gateway):
    provider.plan(payout, "confirm")
    gateway().send(payout)
    provider.go_ahead(days=1, minutes=1)
    assert gateway().query(payout).outcome == Outcome.REFUSED
    provider.confirm(payout)
    assert provider.paid(payout) == []


class TestCallOff:
    def test_an_order_that_arrives_afterwards_is_not_paid(self, payout, provider, gateway):
        assert gateway().call_off(payout).outcome == Outcome.REFUSED
        assert gateway().send(payout).outcome != Outcome.SETTLED
        assert provider.paid(payout) == []

    def test_it_is_too_late_for_what_is_paid(self, payout, gateway):
        gateway().send(payout)
        assert gateway().call_off(payout).outcome == Outcome.SETTLED

    def test_it_is_too_late_for_what_is_on_its_way(self, payout, provider, gateway):
        provider.plan(payout, "pending")
        gateway().send(payout)
        assert gateway().call_off(payout).outcome == Outcome.SENT

    def test_said_twice_it_is_the_same(self, payout, gateway):
        assert [gateway().call_off(payout).outcome for _ in range(2)] == [Outcome.REFUSED] * 2


class TestReadEvent:
    @pytest.fixture
    def event(self, payout, provider, gateway):
        gateway().send(payout)
        return provider.events(payout)[-1]

    def test_a_genuine_event_names_our_key_and_has_one_id_however_often_it_is_sent(
        self, payout, provider, gateway, event, now
    ):
        again = provider.events(payout)[-1]
        read = [gateway().read_event(sent["headers"], sent["body"].encode(), now=now) for sent in (event, again)]
        assert {one.provider_key for one in read} == {payout.provider_key}
        assert len({one.event_id for one in read}) == 1

    @pytest.mark.parametrize("late", [timedelta(minutes=6), timedelta(minutes=-6)], ids=["too old", "too new"])
    def test_an_event_of_another_time_is_refused(self, gateway, event, now, late):
        with pytest.raises(BadSignature):
            gateway().read_event(event["headers"], event["body"].encode(), now=now + late)

    def test_what_was_signed_is_the_raw_body(self, gateway, event, now):
        for body in (event["body"] + " ", event["body"].replace(":", ": ", 1), ""):
            with pytest.raises(BadSignature):
                gateway().read_event(event["headers"], body.encode(), now=now)

    def test_an_event_that_another_secret_signed_is_refused(self, gateway, event, now, settings):
        settings.SANDBOX_SECRET, settings.STRIPE_WEBHOOK_SECRETS = "another", ["another"]
        with pytest.raises(BadSignature):
            gateway().read_event(event["headers"], event["body"].encode(), now=now)

    def test_an_event_without_a_readable_signature_is_refused(self, gateway, event, now):
        for headers in ({}, dict.fromkeys(event["headers"], ""), dict.fromkeys(event["headers"], "t=x,v1=\u20ac,\xe9")):
            with pytest.raises(BadSignature):
                gateway().read_event(headers, event["body"].encode(), now=now)

    def test_a_body_that_is_no_text_is_refused(self, gateway, event, now):
        with pytest.raises(BadSignature):
            gateway().read_event(event["headers"], b"\xff\xfe", now=now)


@pytest.mark.parametrize("call", ["send", "query", "call_off"])
def test_a_provider_is_never_called_inside_a_transaction(payout, gateway, call):
    with atomic(), pytest.raises(InsideTransaction):
        getattr(gateway(), call)(payout)


def test_money_that_leaves_through_a_provider_clears_at_that_provider(payout, gateway):
    assert gateway().destination(payout) == clearing_at(payout.gateway, "GBP")


def test_the_windows_of_a_provider_are_given_and_it_knows_a_key_as_long_as_it_honours_it(gateway):
    assert timedelta(0) < gateway().key_window <= gateway().query_window


def test_the_wallet_settles_at_once_pays_anybody_and_calls_nobody(pay):
    wallet, payout = find_gateway("wallet"), pay(gateway="wallet")
    wallet.check(payout)
    assert (wallet.settles_at_once, wallet.only_gives_back) == (True, False)
    assert wallet.destination(payout) == wallet_of(payout.payee_id, "GBP")
    assert not hasattr(wallet, "send")


def wait_until_paid(provider: Provider, payout: Payout, *, seconds: float = 60) -> None:
    """An order that is late arrives after we gave up."""
    until = datetime.now().astimezone() + timedelta(seconds=seconds)
    while not provider.paid(payout):
        assert datetime.now().astimezone() < until
