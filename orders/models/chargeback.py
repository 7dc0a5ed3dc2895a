"""What the card network took back from the merchant and gave to the consumer, as it told us. Not ours to decide."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from accounts.models import Role, User
from orders.models.order import Line


class ChargebackQuerySet(models.QuerySet["Chargeback"]):
    def visible_to(self, user: User) -> "ChargebackQuerySet":
        """Finance sees all, nobody else any."""
        return self if user.role == Role.FINANCE else self.none()

    def got_twice(self) -> "ChargebackQuerySet":
        """Those of which the consumer has a part from us as well, and the network has not given it back."""
        return self.filter(reversed_at__isnull=True, counted__lt=F("amount"))


class Chargeback(models.Model):
    """A chargeback on a line, under the network's own unique `key`; reversed when the merchant won it back.

    `amount` is minor units of the order's currency. Of it, `counted` was still left of the line's price and is held by
    the exposure `chargeback:<key>`; the rest the consumer got twice, and somebody has to look at it.
    """

    key = models.CharField(max_length=80, unique=True)
    line = models.ForeignKey(Line, on_delete=models.PROTECT, related_name="chargebacks")
    amount = models.BigIntegerField()
    counted = models.BigIntegerField()
    received_at = models.DateTimeField()
    reversal_key = models.CharField(max_length=80, null=True, unique=True)  # noqa: DJ001 (unique where there is one)
    reversed_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager["Chargeback"]] = models.Manager.from_queryset(ChargebackQuerySet)()

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["-id"],
                condition=Q(reversed_at__isnull=True, counted__lt=F("amount")),
                name="chargeback_got_twice",
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="chargeback_is_of_money"),
            models.CheckConstraint(
                condition=Q(counted__range=(0, F("amount"))), name="chargeback_counts_no_more_than_it_is"
            ),
            models.CheckConstraint(
                condition=Q(reversed_at__isnull=True, reversal_key__isnull=True)
                | Q(reversed_at__isnull=False, reversal_key__isnull=False),
                name="chargeback_is_reversed_under_a_key",
            ),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def exposure_key(self) -> str:
        return f"chargeback:{self.key}"

    @property
    def twice(self) -> int:
        """What the consumer got twice, in minor units; 0 once it was reversed."""
        return 0 if self.reversed_at else self.amount - self.counted
