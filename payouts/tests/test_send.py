"""However a provider behaves, each payout arrives once: through the provider, or through the wallet in its place."""

from datetime import timedelta

import pytest
from django.db.transaction import atomic

from common.transactions import InsideTransaction
from ledger.chart import balance_of, clearing_at, payable_to, wallet_of
from notices.models import Notice
from payouts.actions import send_due, send_next
from payouts.gateways.interface import Outcome
from payouts.gateways.registry import find_remote_gateway
from payouts.models import Payout, Status
from payouts.proofs import prove
from payouts.tests.conftest import sweep_until_it_ends

pytestmark = pytest.mark.django_db


def arrived(payout: Payout) -> dict[str, int]:
    """Where the books say that the money is."""
    places = {
        "payable": payable_to(payout.payee_id, "GBP"),
        "wallet": wallet_of(payout.payee_id, "GBP"),
        "provider": clearing_at("sandbox", "GBP"),
    }
    return {place: balance_of(name).posted for place, name in places.items() if balance_of(name).posted}


def history(payout: Payout) -> list[str]:
    return list(payout.moves.order_by("id").values_list("became", flat=True))


THROUGH_THE_PROVIDER = {
    "nothing goes wrong": [],
    "it takes a while to answer": ["slow"],
    "the order is lost on its way": ["timeout_before"],
    "the answer is lost on its way": ["timeout_after"],
    "the order arrives after we gave up": ["late"],
    "the provider breaks before it writes the order down": ["error_before"],
    "the provider breaks after it paid": ["error_after"],
    "the connection breaks before the order arrives": ["reset_before"],
    "the connection breaks after the provider paid": ["reset_after"],
    "the answer cannot be read": ["garbled"],
    "the answer speaks of another sum": ["other_sum"],
    "the provider is too busy": ["rate_limited", "rate_limited"],
    "the payment fails and then succeeds": ["fail", "fail"],
    "one thing after the other": ["timeout_before", "fail", "error_before", "reset_after"],
}


@pytest.mark.parametrize("what", THROUGH_THE_PROVIDER)
def test_the_provider_pays_once_although(what, pay, provider):
    payout = pay()
    provider.plan(payout, *THROUGH_THE_PROVIDER[what])
    sweep_until_it_ends(payout)
    assert payout.status == Status.SETTLED
    assert provider.paid(payout) == [12_50]
    assert arrived(payout) == {"provider": 12_50}
    assert list(prove()) == []


THROUGH_THE_WALLET = {
    "the payee cannot be paid": ["refuse"],
    "the payment fails every time": ["fail"] * 5,
    "no order ever arrives": ["timeout_before", "error_before", "reset_before", "rate_limited", "timeout_before"],
}


@pytest.mark.parametrize("what", THROUGH_THE_WALLET)
def test_the_wallet_pays_once_when(what, pay, provider):
    payout = pay()
    provider.plan(payout, *THROUGH_THE_WALLET[what])
    sweep_until_it_ends(payout)
    assert payout.status == Status.RELEASED
    assert (payout.replaced_by.status, payout.replaced_by.gateway) == (Status.SETTLED, "wallet")
    assert provider.paid(payout) == []
    assert arrived(payout) == {"wallet": 12_50}
    assert list(prove()) == []


def test_what_is_unknown_is_asked_about_and_not_sent_again(pay, provider):
    payout = pay()
    provider.plan(payout, "timeout_after")
    sweep_until_it_ends(payout)
    assert history(payout) == ["reserved", "sending", "unknown", "settled"]
    assert payout.attempts_made == 1


def test_a_payout_stays_unknown_for_as_long_as_nobody_can_tell(pay, provider, now):
    payout = pay()
    provider.plan(payout, "error_after")
    silence = ["error_before", "reset_before", "timeout_before", "other_sum", "rate_limited", "garbled"]
    provider.plan(payout, *silence, operation="query")
    send_next(now=now)
    for _ in silence:
        payout.refresh_from_db()
        assert (payout.status, payout.attempts_made) == (Status.UNKNOWN, 1)
        send_next(now=payout.next_at)
    sweep_until_it_ends(payout)
    assert (payout.status, provider.paid(payout)) == (Status.SETTLED, [12_50])


def test_questions_are_asked_less_and_less_often(pay, provider, now):
    payout = pay()
    provider.plan(payout, "pending")
    pauses, at = [], now
    for _ in range(25):
        send_next(now=at)
        payout.refresh_from_db()
        pauses.append(payout.next_at - at)
        at = payout.next_at
    assert payout.status == Status.SENT
    assert pauses == sorted(pauses)
    assert (pauses[0], pauses[-1]) == (timedelta(seconds=2), timedelta(hours=1))


def test_what_is_accepted_settles_when_the_provider_has_paid(pay, provider, now):
    payout = pay()
    provider.plan(payout, "pending")
    send_next(now=now)
    assert arrived(payout) == {"payable": 12_50}
    provider.settle(payout)
    sweep_until_it_ends(payout)
    assert history(payout) == ["reserved", "sending", "sent", "settled"]
    assert arrived(payout) == {"provider": 12_50}
    assert payout.provider_reference.startswith("pay_")


def test_failed_attempts_are_five_and_further_and_further_apart(pay, provider, now):
    payout = pay()
    provider.plan(payout, *["fail"] * 5)
    sweep_until_it_ends(payout)
    started = list(payout.attempts.order_by("number").values_list("started_at", flat=True))
    assert [moment - now for moment in started] == [timedelta(seconds=late) for late in (0, 5, 35, 155, 755)]
    assert set(payout.attempts.values_list("outcome", flat=True)) == {"failed"}


def test_before_the_wallet_pays_the_provider_promises_never_to(pay, provider):
    payout = pay()
    provider.plan(payout, *["reset_before"] * 5)
    provider.plan(payout, "error_before", "timeout_before", "rate_limited", operation="cancellation")
    sweep_until_it_ends(payout)
    assert payout.status == Status.RELEASED
    late_order = find_remote_gateway("sandbox").send(payout)
    assert late_order.outcome == Outcome.REFUSED
    assert provider.paid(payout) == []


def test_a_payment_that_was_made_after_all_is_never_replaced(pay, provider):
    payout = pay()
    provider.plan(payout, *["rate_limited"] * 4, "rate_limited")
    for _ in range(5):
        payout.refresh_from_db()
        send_next(now=payout.next_at)
    find_remote_gateway("sandbox").send(payout)
    sweep_until_it_ends(payout)
    assert (payout.status, provider.paid(payout)) == (Status.SETTLED, [12_50])
    assert arrived(payout) == {"provider": 12_50}


def test_a_key_that_the_provider_may_have_forgotten_is_not_sent_again(pay, provider, now):
    payout = pay()
    provider.plan(payout, "fail")
    send_next(now=now)
    send_next(now=now + timedelta(hours=24))
    payout.refresh_from_db()
    assert (payout.status, payout.attempts_made) == (Status.RELEASED, 1)
    assert arrived(payout) == {"wallet": 12_50}


def test_without_a_connection_the_payout_waits_and_nothing_is_released(pay, provider, settings):
    url, settings.SANDBOX_URL = settings.SANDBOX_URL, "http://127.0.0.1:9"
    payout = pay()
    for _ in range(8):
        payout.refresh_from_db()
        send_next(now=payout.next_at)
    payout.refresh_from_db()
    assert (payout.status, payout.attempts_made) == (Status.FAILED, 5)
    settings.SANDBOX_URL = url
    sweep_until_it_ends(payout)
    assert arrived(payout) == {"wallet": 12_50}


def test_a_sender_that_comes_back_after_its_lease_changes_nothing(pay, provider, now, monkeypatch):
    payout = pay()
    provider.plan(payout, "fail")

    def sleep_through_the_lease(sandbox, sent):
        """The call of the first sender, during which a second one takes over and finds that nothing was paid."""
        monkeypatch.undo()
        answer = find_remote_gateway("sandbox").send(sent)
        send_next(now=now + timedelta(seconds=61))
        return answer

    monkeypatch.setattr("payouts.gateways.sandbox.gateway.Sandbox.send", sleep_through_the_lease)
    send_next(now=now)
    payout.refresh_from_db()
    assert history(payout) == ["reserved", "sending", "unknown", "failed"]
    assert payout.attempts.get().outcome == "unknown"
    assert payout.next_at == now + timedelta(seconds=61 + 5)
    sweep_until_it_ends(payout)
    assert provider.paid(payout) == [12_50]


def test_a_provider_is_never_called_inside_a_transaction(pay, provider):
    payout = pay()
    with atomic(), pytest.raises(InsideTransaction):
        find_remote_gateway("sandbox").query(payout)
    with atomic(), pytest.raises(RuntimeError, match="durable"):
        send_next(now=payout.next_at)


def test_a_sweep_takes_what_is_due_and_no_more_than_it_was_asked_to(pay, provider, now):
    for number in range(3):
        pay(f"claim:{number}:refund:1")
    assert send_due(now=now - timedelta(seconds=1)) == 0
    assert send_due(now=now, limit=2) == 2
    assert send_due(now=now) == 1
    assert Payout.objects.filter(status=Status.SETTLED).count() == 3


def test_the_payee_is_told_when_the_money_has_arrived_and_how(pay, provider, consumer):
    arrives, returns = pay("arrives"), pay("returns")
    provider.plan(returns, "refuse")
    for payout in (arrives, returns):
        sweep_until_it_ends(payout)
    told = Notice.objects.filter(recipient=consumer).order_by("id").values_list("kind", flat=True)
    assert list(told) == ["payout_settled", "payout_replaced_by_wallet"]
