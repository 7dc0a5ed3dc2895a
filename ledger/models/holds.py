"""Money set aside for a transfer to come."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from ledger.models.accounts import Account
from ledger.models.transfers import TransferKind


class Hold(models.Model):
    """Money set aside for a transfer to come: reserved, then posted or released, once.

    Posting writes the transfer under the hold's own key, between the same accounts, over the same amount. Money that
    arrives at once is held and posted in one statement, and leaves the same rows behind.
    """

    class Status(models.TextChoices):
        RESERVED = "reserved", _("Reserved")
        POSTED = "posted", _("Posted")
        RELEASED = "released", _("Released")

    key = models.CharField(max_length=120)
    debit = models.ForeignKey(
        Account, db_constraint=False, db_index=False, on_delete=models.PROTECT, related_name="debit_holds"
    )
    credit = models.ForeignKey(
        Account, db_constraint=False, db_index=False, on_delete=models.PROTECT, related_name="credit_holds"
    )
    amount = models.BigIntegerField()
    kind = models.CharField(max_length=16, choices=TransferKind)
    status = models.CharField(max_length=16, choices=Status, default=Status.RESERVED)
    reserved_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["key"], name="hold_key_is_reserved_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="hold_amount_is_positive"),
            models.CheckConstraint(condition=~Q(debit=F("credit")), name="hold_is_between_two_accounts"),
            models.CheckConstraint(condition=Q(kind__in=TransferKind.values), name="hold_kind_is_known"),
            models.CheckConstraint(
                condition=Q(status="reserved", ended_at__isnull=True)
                | Q(status__in=["posted", "released"], ended_at__isnull=False),
                name="hold_ends_once",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["debit"], condition=Q(status="reserved"), name="hold_open_by_debit"),
            models.Index(fields=["credit"], condition=Q(status="reserved"), name="hold_open_by_credit"),
        ]

    def __str__(self) -> str:
        return self.key
