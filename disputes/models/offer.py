"""A sum that one side proposes in place of the claim."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from disputes.models.claim import Claim
from disputes.models.party import Party


class Offer(models.Model):
    """A sum one side proposes instead of the claim; at most one stands open on a claim."""

    class Status(models.TextChoices):
        OPEN = "open", _("Open")
        ACCEPTED = "accepted", _("Accepted")
        COUNTERED = "countered", _("Countered")
        DECLINED = "declined", _("Declined")
        LAPSED = "lapsed", _("Lapsed")

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="offers")
    by = models.CharField(max_length=16, choices=[(Party.CONSUMER, Party.CONSUMER), (Party.MERCHANT, Party.MERCHANT)])
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    amount = models.BigIntegerField()
    statement = models.TextField(blank=True, default="")
    status = models.CharField(max_length=16, choices=Status, default=Status.OPEN)
    made_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["claim"], condition=Q(status="open"), name="offer_open_is_one_per_claim"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="offer_amount_is_positive"),
            models.CheckConstraint(
                condition=Q(status="open", answered_at__isnull=True)
                | Q(status__in=["accepted", "countered", "declined", "lapsed"], answered_at__isnull=False),
                name="offer_is_answered_once",
            ),
        ]
