"""Webhooks are wake-ups: genuine ones are kept once, and make us ask the provider, in whatever order they come."""

import json
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from time import monotonic, sleep

import pytest
import stripe
from django.test import Client

from common.webhook_signatures import sign
from payouts.actions import handle_events, send_next
from payouts.gateways.interface import Answer, Outcome
from payouts.gateways.registry import find_remote_gateway
from payouts.models import Status, WebhookEvent
from payouts.proofs import prove
from payouts.tests.conftest import sweep_until_it_ends
from payouts.tests.sandbox import SECRET, running_provider

ADDRESS = "/webhooks/sandbox"


def deliver(event, *, gateway=None, **changes):
    """Post the event from a browser that enforces CSRF, as a provider would without a token."""
    gateway = gateway or ("stripe" if "Stripe-Signature" in event["headers"] else "sandbox")
    return Client(enforce_csrf_checks=True).post(
        f"/webhooks/{gateway}",
        data=changes.get("body", event["body"]),
        content_type="application/json",
        headers=event["headers"] | changes.get("headers", {}),
    )


@pytest.fixture
def _waiting(payout, provider, now):
    provider.plan(payout, "pending")
    send_next(now=now)
    provider.settle(payout)


@pytest.fixture(params=["sandbox", "stripe"])
def payout(request, pay, provider):
    return pay(gateway=request.param)


@pytest.mark.django_db
@pytest.mark.usefixtures("_waiting")
class TestReceiveWebhook:
    def test_news_make_us_ask_at_once_instead_of_later(self, payout, provider, now):
        soon = now + timedelta(milliseconds=1)
        assert not send_next(now=soon)
        for event in provider.events(payout):
            assert deliver(event).status_code == 204
        assert handle_events(now=soon) == 2
        assert send_next(now=soon)
        payout.refresh_from_db()
        assert payout.status == Status.SETTLED

    def test_an_event_counts_once_however_often_it_is_sent(self, payout, provider, now):
        for _ in range(3):
            for event in provider.events(payout):
                assert deliver(event).status_code == 204
        assert WebhookEvent.objects.count() == 2
        assert handle_events(now=now) == 2
        assert handle_events(now=now) == 0

    def test_what_an_event_says_is_never_believed(self, payout, provider, now):
        """A genuine event that speaks of failure, for a payment that was made."""
        told = {
            "reference": str(payout.provider_key),
            "object": {"metadata": {"redress_payout": str(payout.provider_key)}},
        }
        body = json.dumps({"id": "evt_lie", "type": "payment.failed", "data": told})
        at = datetime.now(UTC)
        signed = stripe.WebhookSignature.generate_signature_header(body, SECRET, int(at.timestamp()))
        headers = sign(SECRET, event_id="evt_lie", at=at, body=body.encode()) | {"Stripe-Signature": signed}
        assert deliver({"headers": headers, "body": body}, gateway=payout.gateway).status_code == 204
        handle_events(now=now)
        send_next(now=now)
        payout.refresh_from_db()
        assert payout.status == Status.SETTLED

    @pytest.mark.parametrize("what", ["body", "signature", "moment", "sender"])
    def test_what_is_not_genuine_is_refused_and_leaves_nothing(self, payout, provider, what):
        [event, _] = provider.events(payout)
        at = int(datetime.now(UTC).timestamp())
        forged = {
            "body": {"body": event["body"] + " "},
            "signature": {"headers": {"webhook-signature": "v1,AAAA", "Stripe-Signature": f"t={at},v1=AAAA"}},
            "moment": {"headers": {"webhook-timestamp": str(at - 3_600), "Stripe-Signature": moved(event, -3_600)}},
            "sender": {"gateway": "sandbox" if payout.gateway == "stripe" else "stripe"},
        }
        assert deliver(event, **forged[what]).status_code == 401
        assert not WebhookEvent.objects.exists()


def moved(event, seconds: int) -> str:
    """Stripe's header with another moment than the one that was signed."""
    stamp, _, signature = event["headers"].get("Stripe-Signature", "t=0,v1=").partition(",")
    return f"t={int(stamp.removeprefix('t=')) + seconds},{signature}"


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(12))
def test_events_sent_one_to_five_times_in_any_order_also_before_the_answer_have_one_effect(
    payout, provider, now, monkeypatch, seed
):
    chance = random.Random(seed)  # noqa: S311 a seed, so that a failure can be repeated
    provider.plan(payout, chance.choice(["pending", "slow"]))
    gateway = type(find_remote_gateway(payout.gateway))
    send = gateway.send

    def answer_after_the_events(way, sent):
        answer = send(way, sent)
        provider.settle(sent)
        deliver_often(provider.events(sent), now, chance)
        return chance.choice([answer, Answer(outcome=Outcome.UNKNOWN)])

    monkeypatch.setattr(gateway, "send", answer_after_the_events)
    send_next(now=now)
    deliver_often(provider.events(payout), now, chance)
    sweep_until_it_ends(payout)
    deliver_often(provider.events(payout), now, chance)
    handle_events(now=now)
    assert (payout.status, provider.paid(payout), payout.attempts_made) == (Status.SETTLED, [12_50], 1)
    assert payout.moves.filter(became="settled").count() == 1
    assert WebhookEvent.objects.filter(handled_at__isnull=False).count() == len(provider.events(payout))
    assert list(prove()) == []


def deliver_often(events, now, chance: random.Random) -> None:
    """Each event one to five times, shuffled, and now and then what comes of it."""
    sent = [event for event in events for _ in range(chance.randint(1, 5))]
    chance.shuffle(sent)
    for event in sent:
        assert deliver(event).status_code == 204
        if chance.random() < 0.3:
            handle_events(now=now)
            send_next(now=now)


@pytest.mark.django_db
class TestAddress:
    def test_an_event_of_stripes_that_is_about_no_payout_is_kept_and_done_with(self, provider, now):
        for number, told in enumerate(
            ({}, {"object": {"metadata": {}}}, {"object": {"metadata": {"redress_payout": "x"}}})
        ):
            body = json.dumps({"id": f"evt_{number}", "data": told})
            header = stripe.WebhookSignature.generate_signature_header(body, SECRET)
            assert deliver({"headers": {"Stripe-Signature": header}, "body": body}).status_code == 204
        assert handle_events(now=now) == 3

    def test_an_event_about_nothing_we_know_is_kept_and_done_with(self, provider, now):
        for number, body in enumerate((b"{}", b"[]", b"\xff", b'{"data": {"reference": "x"}}')):
            headers = sign(SECRET, event_id=f"evt_{number}", at=datetime.now(UTC), body=body)
            assert deliver({"headers": headers, "body": body}).status_code == 204
        assert handle_events(now=now, limit=3) == 3
        assert handle_events(now=now, limit=3) == 1

    def test_only_known_gateways_have_an_address_and_only_for_posts(self, client, provider, settings):
        assert client.post("/webhooks/nobody").status_code == 404
        assert client.post("/webhooks/wallet").status_code == 404
        assert client.get(ADDRESS).status_code == 405
        settings.SANDBOX_SECRET = settings.STRIPE_API_KEY = ""
        assert client.post(ADDRESS).status_code == 404
        assert client.post("/webhooks/stripe").status_code == 404


@pytest.mark.django_db
def test_news_of_a_failure_do_not_shorten_the_pause_after_it(pay, provider, now):
    payout = pay()
    provider.plan(payout, "fail")
    send_next(now=now)
    for event in provider.events(payout):
        assert deliver(event).status_code == 204
    assert handle_events(now=now) == 1
    assert not send_next(now=now)


@pytest.mark.django_db
def test_news_during_the_call_do_not_disturb_it(pay, provider, now, monkeypatch):
    """The provider's event overtakes its own answer."""
    payout = pay()

    def answer_late(sandbox, sent):
        monkeypatch.undo()
        answer = sandbox.send(sent)
        for event in provider.events(sent):
            deliver(event)
        handle_events(now=now)
        assert not send_next(now=now)
        return answer

    monkeypatch.setattr("payouts.gateways.sandbox.gateway.Sandbox.send", answer_late)
    send_next(now=now)
    payout.refresh_from_db()
    assert (payout.status, payout.attempts_made) == (Status.SETTLED, 1)


@pytest.mark.django_db(transaction=True)
def test_the_provider_delivers_over_http_and_again_until_it_is_received(live_server, tmp_path, pay, settings, now):
    settings.SANDBOX_SECRET = "one that was changed on our side only"
    with running_provider(tmp_path, webhook_url=f"{live_server.url}{ADDRESS}") as provider:
        settings.SANDBOX_URL = provider.url
        payout = pay()
        provider.plan(payout, "error_after")
        send_next(now=now)
        wait_until(lambda: provider.events(payout)[0]["sends"])
        assert not WebhookEvent.objects.exists()
        settings.SANDBOX_SECRET = SECRET
        wait_until(lambda: handle_events(now=now))
        assert send_next(now=now)
        payout.refresh_from_db()
        assert payout.status == Status.SETTLED


def wait_until(condition: Callable[[], object], seconds: float = 20) -> None:
    until = monotonic() + seconds
    while not condition():
        assert monotonic() < until
        sleep(0.02)
