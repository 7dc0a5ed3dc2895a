"""Refunds and returns that were carried out. A refund goes back along the payment and never above what was paid."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common.rows import Row
from orders.models import Line
from payouts.models import Payout


class Payer(models.TextChoices):
    """Whose money it is: the merchant's settlement or the platform's special fund."""

    MERCHANT = "merchant", _("Merchant")
    FUND = "fund", _("Special fund")


class Refund(Row):
    """Money given back for a line; `key` names its cause ("claim:R-123:refund:1", "merchant:45:refund:2").

    `rule` is the code of the rule that granted it at once, "" where a person did. A line so cheap that its share
    rounds to nothing is refunded with 0: no money moves and there is no payout.
    """

    key = models.CharField(max_length=120, unique=True)
    line = models.ForeignKey(Line, on_delete=models.PROTECT, related_name="refunds")
    payee = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="refunds")
    amount = models.BigIntegerField()
    quantity = models.PositiveIntegerField(default=0)
    currency = models.CharField(max_length=3)
    payer = models.CharField(max_length=16, choices=Payer)
    rule = models.CharField(max_length=60, blank=True, default="")
    payout = models.ForeignKey(Payout, null=True, on_delete=models.PROTECT, related_name="refunds")
    refunded_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["payee", "refunded_at"], condition=Q(rule="lightning_refund"), name="refund_by_lightning"
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(amount__gte=0), name="refund_is_not_negative"),
            models.CheckConstraint(
                condition=Q(amount=0, payout__isnull=True) | Q(amount__gt=0, payout__isnull=False),
                name="refund_of_money_has_its_payout",
            ),
            models.CheckConstraint(condition=Q(payer__in=["merchant", "fund"]), name="refund_payer_is_known"),
        ]

    def __str__(self) -> str:
        return self.key


class Return(models.Model):
    """Goods on their way back for a claim; `key` names it ("claim:R-123:return").

    `freight_amount` (minor units of the order's currency) is what the consumer gets for sending them; 0 when the
    consumer bears the freight.
    """

    key = models.CharField(max_length=120, unique=True)
    line = models.ForeignKey(Line, on_delete=models.PROTECT, related_name="returns")
    quantity = models.PositiveIntegerField()
    freight_amount = models.BigIntegerField(default=0)
    asked_at = models.DateTimeField()
    carrier = models.CharField(max_length=60, blank=True, default="")
    tracking = models.CharField(max_length=60, blank=True, default="")
    shipped_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="return_has_a_quantity"),
            models.CheckConstraint(condition=Q(freight_amount__gte=0), name="return_freight_is_not_negative"),
            models.CheckConstraint(
                condition=Q(received_at__isnull=True) | Q(shipped_at__isnull=False),
                name="return_is_shipped_before_it_is_received",
            ),
        ]

    def __str__(self) -> str:
        return self.key
