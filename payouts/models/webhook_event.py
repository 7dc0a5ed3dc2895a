"""What providers tell us, as it came in."""

from typing import ClassVar

from django.db import models
from django.db.models import Q


class WebhookEventQuerySet(models.QuerySet["WebhookEvent"]):
    def due(self) -> "WebhookEventQuerySet":
        """Those nobody has looked at yet, the oldest first."""
        return self.filter(handled_at__isnull=True).order_by("received_at", "id")


class WebhookEvent(models.Model):
    """A provider's event, received once: its id is the guard against replays, the row is the work to do."""

    gateway = models.CharField(max_length=16)
    event_id = models.CharField(max_length=120)
    provider_key = models.UUIDField(null=True)
    body = models.TextField()
    received_at = models.DateTimeField()
    handled_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager["WebhookEvent"]] = models.Manager.from_queryset(WebhookEventQuerySet)()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["gateway", "event_id"], name="webhook_event_is_received_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["received_at", "id"], condition=Q(handled_at__isnull=True), name="webhook_event_due"),
        ]
