"""Listen to providers: what they tell is a reason to ask them, never a fact in itself."""

from collections.abc import Mapping
from datetime import datetime

from django.db.models import F
from django.db.models.functions import Least

from common.crash_points import crash_point
from common.texts import storable
from common.transactions import atomic
from common.wakeups import wake
from payouts.gateways.registry import find_remote_gateway
from payouts.models import Payout, WebhookEvent


@atomic
def receive_webhook(*, gateway: str, headers: Mapping[str, str], body: bytes, now: datetime) -> None:
    """Keep an event once, however often it is sent; `handle_events` looks at it.

    Raises UnknownGateway, and common.webhook_signatures.BadSignature for what the provider did not sign just now.
    """
    event = find_remote_gateway(gateway).read_event(headers, body, now=now)
    row = WebhookEvent(
        gateway=gateway,
        event_id=event.event_id,
        provider_key=event.provider_key,
        body=storable(body.decode(errors="replace")),
        received_at=now,
    )
    WebhookEvent.objects.bulk_create([row], ignore_conflicts=True)
    wake("payouts.tasks.handle_webhook_events")
    crash_point("payouts.before_webhook_is_committed")


@atomic
def handle_events(*, now: datetime, limit: int = 100) -> int:
    """Have the payouts that the events speak of looked at now; how many events there were.

    Whatever order the events came in, and however many, each of those payouts is asked about at its provider.
    """
    events = list(WebhookEvent.objects.due().select_for_update(skip_locked=True)[:limit])
    keys = [event.provider_key for event in events if event.provider_key]
    payouts = Payout.objects.open_to_news().filter(provider_key__in=keys)
    told = [payout.pk for payout in payouts.order_by("id").select_for_update(no_key=True)]
    Payout.objects.filter(pk__in=told).update(next_at=Least(F("next_at"), now))
    WebhookEvent.objects.filter(pk__in=[event.pk for event in events]).update(handled_at=now)
    crash_point("payouts.before_events_are_committed")
    return len(events)
