"""What an empty fund owes a consumer for a claim."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from disputes.models.claim import Claim


class Debt(models.Model):
    """What the special fund owes a consumer because it was empty when it had to pay; the next money in it pays this.

    `refund` and `compensation` are minor units of the claim's currency; `number` says which of the claim's payments it
    is. `as_expense`: the platform bears it; otherwise the merchant will owe it to the fund.
    """

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="debts")
    number = models.PositiveSmallIntegerField()
    refund = models.BigIntegerField()
    compensation = models.BigIntegerField()
    as_expense = models.BooleanField()
    owed_at = models.DateTimeField()
    paid_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["owed_at", "id"], condition=Q(paid_at__isnull=True), name="debt_open"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["claim", "number"], name="debt_is_one_per_payment"),
            models.CheckConstraint(
                condition=Q(refund__gte=0, compensation__gte=0) & ~Q(refund=0, compensation=0),
                name="debt_is_of_money",
            ),
        ]

    @property
    def amount(self) -> int:
        """All of it, in minor units."""
        return self.refund + self.compensation
