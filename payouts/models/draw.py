"""Payouts that wait for the fund's poster."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from ledger.models import AccountKind, TransferKind
from payouts.models.payout import Payout


class Draw(models.Model):
    """A payout that a `budget` of the special fund is to pay: the row is there for as long as it waits.

    The account of `cost_kind` and `cost_owner` bears it, as an expense or as an advance (`kind`). `amount` and
    `currency` are the payout's own; `made_by` is who awarded it (null: a rule did). Once the money is drawn the books
    say all this, and the row is gone.
    """

    payout = models.OneToOneField(
        Payout, db_constraint=False, primary_key=True, on_delete=models.PROTECT, related_name="draw"
    )
    budget = models.CharField(max_length=60)
    currency = models.CharField(max_length=3)
    amount = models.BigIntegerField()
    cost_kind = models.CharField(max_length=32, choices=AccountKind)
    cost_owner = models.CharField(max_length=60, blank=True, default="")
    kind = models.CharField(max_length=16, choices=TransferKind)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        db_constraint=False,
        db_index=False,
        on_delete=models.PROTECT,
        related_name="+",
    )

    class Meta:
        indexes: ClassVar = [models.Index(fields=["budget", "currency", "payout"], name="draw_queue_of_budget")]
        constraints: ClassVar = [models.CheckConstraint(condition=Q(amount__gt=0), name="draw_amount_is_positive")]
