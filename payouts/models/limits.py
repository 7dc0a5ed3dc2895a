"""From which sums on a person looks at a payout: dated terms of the platform, by currency."""

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q


class LimitsQuerySet(models.QuerySet["Limits"]):
    def in_force(self, currency: str, at: datetime) -> "LimitsQuerySet":
        """The terms that were set last before the moment stand first."""
        return self.filter(currency=currency, set_at__lte=at).order_by("-set_at", "-id")


class Limits(models.Model):
    """Terms in minor units of `currency`, in force from `set_at` until others are set. Rows never change.

    What each figure means stands in payouts.rules.Terms; currencies without a row go by payouts.rules.DEFAULTS.
    """

    currency = models.CharField(max_length=3)
    large = models.BigIntegerField()
    large_for_merchant = models.BigIntegerField()
    many = models.PositiveSmallIntegerField()
    times_usual = models.PositiveSmallIntegerField()
    because = models.CharField(max_length=500)
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, db_index=False, on_delete=models.PROTECT, related_name="+"
    )
    set_at = models.DateTimeField()

    objects: ClassVar[models.Manager["Limits"]] = models.Manager.from_queryset(LimitsQuerySet)()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["currency", "-set_at", "-id"], name="limits_in_force")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(large__gt=0, large_for_merchant__gte=models.F("large"), many__gte=2, times_usual__gte=2),
                name="limits_make_sense",
            ),
            models.CheckConstraint(condition=~Q(because=""), name="limits_have_a_reason"),
        ]
