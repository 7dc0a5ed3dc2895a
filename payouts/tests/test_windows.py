"""Past the windows of a provider nothing is sent or asked by itself, and what is not known is left to a person."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from payouts.actions import handle_events, send_next
from payouts.actions.patience import LEASE
from payouts.gateways.sandbox.gateway import Sandbox
from payouts.gateways.stripe.gateway import Stripe
from payouts.models import Attention, Payout, Status
from payouts.tests.conftest import sweep_until_it_ends
from payouts.tests.test_receive_webhook import deliver

pytestmark = pytest.mark.django_db

DAY = timedelta(hours=24)
MONTH = timedelta(days=30)


@pytest.fixture(params=["sandbox", "stripe"])
def payout(request, pay, provider):
    return pay(gateway=request.param)


@pytest.fixture
def calls(monkeypatch) -> list[str]:
    """Every call to the provider, by its name."""
    made: list[str] = []
    for gateway in (Sandbox, Stripe):
        for name in ("send", "query", "call_off"):
            monkeypatch.setattr(gateway, name, noted(name, getattr(gateway, name), made))
    return made


def noted(name: str, call: Callable[..., Any], made: list[str]) -> Callable[..., Any]:
    def note(gateway: object, payout: Payout) -> Any:
        made.append(name)
        return call(gateway, payout)

    return note


def step(payout: Payout, now: datetime) -> Payout:
    Payout.objects.filter(pk=payout.pk, next_at__isnull=False).update(next_at=now)
    send_next(now=now)
    payout.refresh_from_db()
    return payout


def test_a_key_whose_fate_is_unknown_is_neither_sent_nor_called_off_after_a_day(payout, provider, now, calls):
    provider.plan(payout, "timeout_before")
    step(payout, now)
    provider.has_time()
    step(payout, now + DAY)
    assert payout.status == Status.FAILED
    step(payout, now + DAY + timedelta(hours=1))
    assert (payout.attention, payout.next_at) == (Attention.KEY_WINDOW, None)
    assert payout.failure != ""
    assert calls == ["send", "query"]
    assert not send_next(now=now + 365 * DAY)


def test_just_before_a_day_is_over_it_is_sent_again(payout, provider, now, calls):
    provider.plan(payout, "timeout_before")
    step(payout, now)
    provider.has_time()
    step(payout, now + DAY - LEASE - timedelta(seconds=2))
    step(payout, now + DAY - LEASE - timedelta(seconds=1))
    assert (payout.status, provider.paid(payout)) == (Status.SETTLED, [12_50])
    assert calls == ["send", "query", "send"]


def test_a_call_that_could_end_after_the_day_does_not_begin(payout, provider, now, calls):
    provider.plan(payout, "timeout_before")
    step(payout, now)
    provider.has_time()
    step(payout, now + DAY - LEASE - timedelta(seconds=1))
    step(payout, now + DAY - LEASE)
    assert (payout.attention, calls) == (Attention.KEY_WINDOW, ["send", "query"])


def test_a_key_that_has_certainly_failed_is_called_off_after_a_day_and_the_wallet_pays(payout, provider, now):
    provider.plan(payout, "rate_limited")
    step(payout, now)
    step(payout, now + DAY)
    assert (payout.status, payout.attempts_made) == (Status.RELEASED, 1)
    assert provider.paid(payout) == []


def test_a_provider_that_does_not_promise_never_to_pay_is_asked_to_for_a_month(payout, provider, now, calls):
    provider.plan(payout, "rate_limited")
    provider.plan(payout, *["error_before"] * 2, operation="cancellation")
    step(payout, now)
    step(payout, now + DAY)
    assert (payout.status, payout.attention) == (Status.FAILED, Attention.NONE)
    step(payout, now + MONTH)
    assert (payout.status, payout.attention, payout.next_at) == (Status.FAILED, Attention.KEY_WINDOW, None)
    assert calls == ["send", "call_off"]


def test_it_is_asked_about_for_a_month_and_then_left_alone(payout, provider, now, calls):
    provider.plan(payout, "error_after")
    provider.plan(payout, *["error_before"] * 2, operation="query")
    step(payout, now)
    step(payout, now + 20 * DAY)
    assert (payout.status, payout.attention) == (Status.UNKNOWN, Attention.NONE)
    step(payout, now + MONTH)
    assert (payout.status, payout.attention, payout.next_at) == (Status.UNKNOWN, Attention.KEY_WINDOW, None)
    assert calls == ["send", "query"]


def test_what_was_accepted_is_left_to_a_person_after_a_month_too(payout, provider, now):
    provider.plan(payout, "pending")
    step(payout, now)
    step(payout, now + MONTH)
    assert (payout.status, payout.attention) == (Status.SENT, Attention.KEY_WINDOW)


def test_a_webhook_still_ends_it(payout, provider, now):
    provider.plan(payout, "pending")
    step(payout, now)
    step(payout, now + MONTH)
    provider.settle(payout)
    for event in provider.events(payout):
        assert deliver(event, gateway=payout.gateway).status_code == 204
    handle_events(now=now + MONTH)
    sweep_until_it_ends(payout)
    assert (payout.status, payout.attention) == (Status.SETTLED, Attention.NONE)


def test_the_provider_knowing_nothing_after_a_month_is_no_proof(payout, provider, now):
    provider.plan(payout, "timeout_before")
    step(payout, now)
    provider.has_time()
    step(payout, now + MONTH)
    Payout.objects.filter(pk=payout.pk).update(next_at=now + MONTH)
    send_next(now=now + MONTH)
    payout.refresh_from_db()
    assert (payout.status, payout.attention, payout.next_at) == (Status.UNKNOWN, Attention.KEY_WINDOW, None)
    assert provider.paid(payout) == []
