"""Refunds and returns that were carried out. A refund goes back along the payment and never above what was paid."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from orders.models import Line
from payouts.models import Payout


class Payer(models.TextChoices):
    """Whose money it is: the merchant's settlement or the platform's special fund."""

    MERCHANT = "merchant", _("Merchant")
    FUND = "fund", _("Special fund")


class Refund(models.Model):
    """Money given back for a line; `key` names its cause ("claim:R-123:refund:1", "merchant:45:refund:2")."""

    key = models.CharField(max_length=120, unique=True)
    line = models.ForeignKey(Line, on_delete=models.PROTECT, related_name="refunds")
    amount = models.BigIntegerField()
    quantity = models.PositiveIntegerField(default=0)
    currency = models.CharField(max_length=3)
    payer = models.CharField(max_length=16, choices=Payer)
    rule = models.CharField(max_length=60, blank=True, default="")
    payout = models.ForeignKey(Payout, null=True, on_delete=models.PROTECT, related_name="refunds")
    refunded_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(amount__gte=0), name="refund_is_not_negative"),
            models.CheckConstraint(condition=Q(payer__in=["merchant", "fund"]), name="refund_payer_is_known"),
        ]


class Return(models.Model):
    """Goods on their way back for a claim, and who pays the freight (in minor units of the order's currency)."""

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
            models.CheckConstraint(condition=Q(freight_amount__gte=0), name="return_freight_is_not_negative"),
            models.CheckConstraint(
                condition=Q(received_at__isnull=True) | Q(shipped_at__isnull=False),
                name="return_is_shipped_before_it_is_received",
            ),
        ]
