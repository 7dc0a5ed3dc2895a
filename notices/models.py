"""What we told whom: a notice is written once under its key and delivered over channels from an outbox.

Knows people and addresses, no business row: a notice carries a kind, the values of its sentence and a link.
"""

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User

COUNTED_TO = 100


class NoticeQuerySet(models.QuerySet["Notice"]):
    def visible_to(self, user: User) -> "NoticeQuerySet":
        """What this person was told; nobody reads another's notices."""
        return self.filter(recipient=user)

    def unread(self) -> "NoticeQuerySet":
        return self.filter(read_at__isnull=True)

    def count_unread(self) -> int:
        """How many are unread, up to COUNTED_TO; more than that is many."""
        return self.unread()[:COUNTED_TO].count()


class Notice(models.Model):
    """One thing told to one person, shown in the portal. `kind` names the sentence in notices.wording.

    `key` names the fact and the step ("claim:R-1:decided"); all the people it concerns are told under the same key.
    """

    key = models.CharField(max_length=160)
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="notices", db_index=False
    )
    kind = models.CharField(max_length=60)
    values = models.JSONField(default=dict)
    link = models.CharField(max_length=200, blank=True, default="")
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager["Notice"]] = models.Manager.from_queryset(NoticeQuerySet)()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["recipient", "-id"], name="notice_list_of_recipient"),
            models.Index(fields=["recipient"], condition=Q(read_at__isnull=True), name="notice_unread_of_recipient"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["recipient", "key"], name="recipient_is_told_once_per_key"),
        ]

    def __str__(self) -> str:
        return f"{self.key} to {self.recipient_id}"


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def due(self, now: datetime) -> "DeliveryQuerySet":
        """Those the sweep takes: their turn has come, or the worker that had them in hand died."""
        return self.filter(due_at__lte=now)


class Delivery(models.Model):
    """A notice on its way over one channel, until it was sent or given up.

    `due_at` is when the sweep looks at it again: its turn, or the end of the lease of the worker that has it in hand;
    null once it ended. `attempts_made` counts attempts begun, each committed before the mail server is called.
    `in_hand_of` is the database session of that worker (common.sessions).
    """

    class Channel(models.TextChoices):
        EMAIL = "email", _("E-mail")

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="deliveries", db_index=False)
    channel = models.CharField(max_length=16, choices=Channel, default=Channel.EMAIL)
    due_at = models.DateTimeField(null=True)
    attempts_made = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    failure = models.CharField(max_length=200, blank=True, default="", help_text="what the last attempt ran into")
    in_hand_of = models.IntegerField(null=True)

    objects: ClassVar[models.Manager["Delivery"]] = models.Manager.from_queryset(DeliveryQuerySet)()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["due_at", "id"], condition=Q(due_at__isnull=False), name="delivery_due"),
            models.Index(fields=["in_hand_of"], condition=Q(in_hand_of__isnull=False), name="delivery_in_hand"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["notice", "channel"], name="notice_is_delivered_once_per_channel"),
            models.CheckConstraint(
                condition=Q(due_at__isnull=False, sent_at__isnull=True, failed_at__isnull=True)
                | Q(due_at__isnull=True, sent_at__isnull=False, failed_at__isnull=True)
                | Q(due_at__isnull=True, sent_at__isnull=True, failed_at__isnull=False),
                name="delivery_is_looked_at_until_it_ends",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.notice_id} by {self.channel}"
