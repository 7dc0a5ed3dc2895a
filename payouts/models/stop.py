"""The kill switch: while a stop stands, no payout over its gateway begins."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, OuterRef, Q


class StopQuerySet(models.QuerySet["Stop"]):
    def standing(self) -> "StopQuerySet":
        """Those that nobody has lifted."""
        return self.filter(resumed_at__isnull=True)

    def covering(self, gateway: "str | OuterRef | F") -> "StopQuerySet":
        """Those that stand in the way of a gateway: its own, and the one for all."""
        return self.standing().filter(Q(gateway="") | Q(gateway=gateway))


class Stop(models.Model):
    """New payouts over `gateway` ("": over any) do not begin from `stopped_at` to `resumed_at`, who said so and why.

    A person or, where `stopped_by` is null, the command line. Rows stay as the history of the switch.
    """

    gateway = models.CharField(max_length=16, blank=True, default="")
    because = models.CharField(max_length=500)
    stopped_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, db_index=False, on_delete=models.PROTECT, related_name="+"
    )
    stopped_at = models.DateTimeField()
    resumed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, db_index=False, on_delete=models.PROTECT, related_name="+"
    )
    resumed_at = models.DateTimeField(null=True)
    resumed_because = models.CharField(max_length=500, blank=True, default="")

    objects: ClassVar[models.Manager["Stop"]] = models.Manager.from_queryset(StopQuerySet)()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["gateway"], condition=Q(resumed_at__isnull=True), name="stop_stands_once_per_gateway"
            ),
            models.CheckConstraint(condition=~Q(because=""), name="stop_has_a_reason"),
            models.CheckConstraint(
                condition=Q(resumed_at__isnull=True, resumed_by__isnull=True)
                | Q(resumed_at__isnull=False) & ~Q(resumed_because=""),
                name="stop_is_lifted_with_a_reason",
            ),
        ]
