"""Webhooks are wake-ups: genuine ones are kept once, and make us ask the provider, in whatever order they come."""

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from time import monotonic, sleep

import pytest
from django.test import Client

from common.webhook_signatures import sign
from payouts.actions import handle_events, send_next
from payouts.models import Payout, Status, WebhookEvent
from payouts.tests.conftest import sweep_until_it_ends
from payouts.tests.sandbox import SECRET, running_provider

ADDRESS = "/webhooks/sandbox"


def deliver(event, **changes):
    """Post the event from a browser that enforces CSRF, as a provider would without a token."""
    return Client(enforce_csrf_checks=True).post(
        f"/webhooks/{changes.get('gateway', 'sandbox')}",
        data=changes.get("body", event["body"]),
        content_type="application/json",
        headers=event["headers"] | changes.get("headers", {}),
    )


@pytest.fixture
def _waiting(payout, provider, now):
    provider.plan(payout, "pending")
    send_next(now=now)
    provider.settle(payout)


@pytest.fixture
def payout(pay, provider):
    return pay()


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

    @pytest.mark.parametrize("seed", range(5))
    def test_the_order_in_which_events_arrive_does_not_matter(self, payout, provider, now, seed):
        chance = random.Random(seed)  # noqa: S311 a seed, so that a failure can be repeated
        events = provider.events(payout) * 3
        chance.shuffle(events)
        for event in events:
            deliver(event)
            if chance.random() < 0.5:
                handle_events(now=now)
                send_next(now=now)
        handle_events(now=now)
        sweep_until_it_ends(payout)
        assert (payout.status, provider.paid(payout)) == (Status.SETTLED, [12_50])
        assert payout.moves.filter(became="settled").count() == 1

    def test_what_an_event_says_is_never_believed(self, payout, provider, now):
        """A signed event that speaks of success, for a payment that the provider is still working on."""
        other = Payout.objects.get(pk=payout.pk)
        body = f'{{"type": "payment.failed", "data": {{"reference": "{other.provider_key}"}}}}'.encode()
        headers = sign(SECRET, event_id="evt_lie", at=datetime.now(UTC), body=body)
        assert deliver({"headers": headers, "body": body}).status_code == 204
        handle_events(now=now)
        send_next(now=now)
        payout.refresh_from_db()
        assert payout.status == Status.SETTLED

    @pytest.mark.parametrize(
        "changes",
        [
            {"body": '{"type": "payment.paid"}'},
            {"headers": {"webhook-id": "evt_other"}},
            {"headers": {"webhook-signature": "v1,AAAA"}},
            {"headers": {"webhook-timestamp": str(int(datetime.now(UTC).timestamp()) - 3_600)}},
        ],
        ids=["another body", "another id", "another signature", "another moment"],
    )
    def test_what_is_not_genuine_is_refused_and_leaves_nothing(self, payout, provider, changes):
        [event, _] = provider.events(payout)
        assert deliver(event, **changes).status_code == 401
        assert not WebhookEvent.objects.exists()


@pytest.mark.django_db
class TestAddress:
    def test_an_event_about_nothing_we_know_is_kept_and_done_with(self, provider, now):
        for number, body in enumerate((b"{}", b"[]", b"\xff", b'{"data": {"reference": "x"}}')):
            headers = sign(SECRET, event_id=f"evt_{number}", at=datetime.now(UTC), body=body)
            assert deliver({"headers": headers, "body": body}).status_code == 204
        assert handle_events(now=now, limit=3) == 3
        assert handle_events(now=now, limit=3) == 1

    def test_only_known_gateways_have_an_address_and_only_for_posts(self, client, provider, settings):
        assert client.post("/webhooks/stripe").status_code == 404
        assert client.post("/webhooks/wallet").status_code == 404
        assert client.get(ADDRESS).status_code == 405
        settings.SANDBOX_SECRET = ""
        assert client.post(ADDRESS).status_code == 404


@pytest.mark.django_db
def test_news_of_a_failure_do_not_shorten_the_pause_after_it(payout, provider, now):
    provider.plan(payout, "fail")
    send_next(now=now)
    for event in provider.events(payout):
        assert deliver(event).status_code == 204
    assert handle_events(now=now) == 1
    assert not send_next(now=now)


@pytest.mark.django_db
def test_news_during_the_call_do_not_disturb_it(payout, provider, now, monkeypatch):
    """The provider's event overtakes its own answer."""

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
