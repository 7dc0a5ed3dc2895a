"""How much a budget of the special fund may give away in a day, and how much it has."""

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from common.compiled import Given


class DailyLimitQuerySet(models.QuerySet["DailyLimit"]):
    def in_force(self, budget: str | Given, currency: str | Given, at: datetime | Given) -> "DailyLimitQuerySet":
        """What was set last before the moment stands first."""
        return self.filter(budget=budget, currency=currency, set_at__lte=at).order_by("-set_at", "-id")


class DailyLimit(models.Model):
    """`amount` minor units a day (null: no limit) for a budget, from `set_at` until another is set, by whom and why.

    Rows never change: they are the history as well.
    """

    budget = models.CharField(max_length=60)
    currency = models.CharField(max_length=3)
    amount = models.BigIntegerField(null=True)
    because = models.CharField(max_length=500)
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, db_index=False, on_delete=models.PROTECT, related_name="+"
    )
    set_at = models.DateTimeField()

    objects: ClassVar[models.Manager["DailyLimit"]] = models.Manager.from_queryset(DailyLimitQuerySet)()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["budget", "currency", "-set_at", "-id"], name="daily_limit_in_force")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(amount__isnull=True) | Q(amount__gte=0), name="daily_limit_is_a_sum"),
            models.CheckConstraint(condition=~Q(because=""), name="daily_limit_has_a_reason"),
        ]


class BudgetDay(models.Model):
    """What was drawn on a limited budget on one day (UTC), in minor units; nobody draws beyond `allowed`."""

    budget = models.CharField(max_length=60)
    currency = models.CharField(max_length=3)
    day = models.DateField()
    drawn = models.BigIntegerField()
    allowed = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["budget", "currency", "day"], name="budget_day_is_one"),
            models.CheckConstraint(
                condition=Q(drawn__gte=0, drawn__lte=F("allowed")), name="budget_day_keeps_its_limit"
            ),
        ]
