"""Payouts that wait for the fund's poster."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from ledger.models import Account, TransferKind
from payouts.models.payout import Payout


class Draw(models.Model):
    """A payout that `fund`, a budget of the special fund, is to pay: the row is there for as long as it waits.

    `cost` bears it, as an expense or as an advance (`kind`). `amount` is the payout's own, in minor units of the
    fund's currency. `judged`: it may be conspicuous and is looked at before it leaves. Once the money is drawn, the
    transfers in the books say all this, and the row is gone.
    """

    payout = models.OneToOneField(
        Payout, db_constraint=False, primary_key=True, on_delete=models.PROTECT, related_name="draw"
    )
    fund = models.ForeignKey(
        Account, db_constraint=False, db_index=False, on_delete=models.PROTECT, related_name="draws_waiting"
    )
    cost = models.ForeignKey(Account, db_constraint=False, db_index=False, on_delete=models.PROTECT, related_name="+")
    amount = models.BigIntegerField()
    kind = models.CharField(max_length=16, choices=TransferKind)
    judged = models.BooleanField(default=False)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["fund", "payout"], name="draw_queue_of_fund")]
        constraints: ClassVar = [models.CheckConstraint(condition=Q(amount__gt=0), name="draw_amount_is_positive")]
