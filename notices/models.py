"""What we told whom: a notice is written once under its key and delivered over channels from an outbox.

Knows people and addresses, no business row: a notice carries a kind, the values of its sentence and a link.
"""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User


class NoticeQuerySet(models.QuerySet["Notice"]):
    def visible_to(self, user: User) -> "NoticeQuerySet":
        return self.filter(recipient=user)

    def unread(self) -> "NoticeQuerySet":
        return self.filter(read_at__isnull=True)


class Notice(models.Model):
    """One thing told to one person, shown in the portal. `kind` names the sentence in notices.wording."""

    key = models.CharField(max_length=160, unique=True)
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="notices")
    kind = models.CharField(max_length=60)
    values = models.JSONField(default=dict)
    link = models.CharField(max_length=200, blank=True, default="")
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager["Notice"]] = models.Manager.from_queryset(NoticeQuerySet)()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["recipient", "-id"], name="notice_list_of_recipient")]


class Delivery(models.Model):
    """A notice on its way over one channel; `due_at` is when the sweep takes it (null once it ended)."""

    class Channel(models.TextChoices):
        EMAIL = "email", _("E-mail")

    class Status(models.TextChoices):
        DUE = "due", _("Due")
        SENDING = "sending", _("Being sent")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Failed")

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="deliveries")
    channel = models.CharField(max_length=16, choices=Channel, default=Channel.EMAIL)
    status = models.CharField(max_length=16, choices=Status, default=Status.DUE)
    due_at = models.DateTimeField(null=True)
    attempts_made = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    failure = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["due_at", "id"], condition=Q(due_at__isnull=False), name="delivery_due"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["notice", "channel"], name="notice_is_delivered_once_per_channel"),
            models.CheckConstraint(
                condition=Q(status__in=["due", "sending"], due_at__isnull=False)
                | Q(status__in=["sent", "failed"], due_at__isnull=True),
                name="delivery_is_looked_at_until_it_ends",
            ),
        ]
