"""Payouts that wait for the fund's poster."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import Role, User
from common.rows import Row
from ledger.models import AccountKind, TransferKind


class DrawQuerySet(models.QuerySet["Draw"]):
    def visible_to(self, user: User) -> "DrawQuerySet":
        """Finance sees the whole line; for everybody else a place in it is a part of their claim."""
        return self if user.role == Role.FINANCE else self.none()


class Draw(Row):
    """A payout that a `budget` of the special fund is to pay: the row is there for as long as it waits.

    `key`, `payee`, `amount`, `currency` and `gateway` are those of the payout that begins when the money is drawn. The
    account of `cost_kind` and `cost_owner` bears it, as an expense or as an advance (`kind`); `made_by` is who awarded
    it (null: a rule did). Once it is paid the payout and the books say all this, and the row is gone.

    It is as narrow as it can be, with no more indexes than questions: each one who asks pays for it alone.
    """

    key = models.CharField(max_length=120)
    payee = models.ForeignKey(settings.AUTH_USER_MODEL, db_index=False, on_delete=models.PROTECT, related_name="+")
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    gateway = models.CharField(max_length=16)
    accepted_at = models.DateTimeField()
    budget = models.CharField(max_length=60)
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

    objects: ClassVar[models.Manager["Draw"]] = models.Manager.from_queryset(DrawQuerySet)()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["budget", "currency", "id"], name="draw_queue_of_budget")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["key"], name="draw_is_accepted_once_per_key"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="draw_amount_is_positive"),
        ]

    def __str__(self) -> str:
        return self.key
