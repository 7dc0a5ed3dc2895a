"""The one thing this room enforces: never more is taken back from a line than was paid for it."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from orders.models.order import Line


class Exposure(models.Model):
    """A part of a line's price that was taken off it (refunded or promised), under the unique key of its cause.

    `amount` and `quantity` never change; what came back to the line since is `given_back` and `quantity_given_back`.
    """

    key = models.CharField(max_length=120, unique=True)
    line = models.ForeignKey(Line, on_delete=models.PROTECT, related_name="exposures")
    amount = models.BigIntegerField()
    quantity = models.PositiveIntegerField(default=0)
    taken_at = models.DateTimeField()
    given_back = models.BigIntegerField(default=0)
    quantity_given_back = models.PositiveIntegerField(default=0)
    given_back_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(amount__gte=0), name="exposure_is_not_negative"),
            models.CheckConstraint(
                condition=Q(given_back__range=(0, F("amount")), quantity_given_back__lte=F("quantity")),
                name="exposure_gives_back_no_more_than_it_took",
            ),
        ]

    def __str__(self) -> str:
        return self.key
