"""The lines in the books."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import Role, User
from ledger.models.accounts import Account, owner_of


class TransferKind(models.TextChoices):
    FUNDING = "funding", _("Funding")
    BUDGET = "budget", _("Budget")
    REFUND = "refund", _("Refund")
    COMPENSATION = "compensation", _("Compensation")
    FREIGHT = "freight", _("Return freight")
    ADVANCE = "advance", _("Advance")
    DRAW = "draw", _("Draw on the fund")
    PAYOUT = "payout", _("Payout")
    CLEARING = "clearing", _("Gateway clearing")
    RECOVERY = "recovery", _("Recovery")
    EXPENSE = "expense", _("Expense")
    REVERSAL = "reversal", _("Reversal")
    DEPOSIT = "deposit", _("Deposit")
    SETTLEMENT = "settlement", _("Settlement")
    WRITE_OFF = "write_off", _("Write-off")
    COUPON_ISSUED = "coupon_issued", _("Coupon issued")
    COUPON_REDEEMED = "coupon_redeemed", _("Coupon redeemed")
    COUPON_EXPIRED = "coupon_expired", _("Coupon expired")
    COUPON_REVOKED = "coupon_revoked", _("Coupon revoked")


class TransferQuerySet(models.QuerySet["Transfer"]):
    def visible_to(self, user: User) -> "TransferQuerySet":
        """The transfers that touch an account this person may see."""
        if user.role == Role.FINANCE:
            return self
        owner = owner_of(user)
        return self.filter(Q(debit__owner=owner) | Q(credit__owner=owner)) if owner else self.none()

    def touching(self, account: Account) -> "tuple[TransferQuerySet, TransferQuerySet]":
        """Those that debit the account, and those that credit it: each is a list with an index of its own."""
        return self.filter(debit=account), self.filter(credit=account)


class Transfer(models.Model):
    """One line in the books: `amount` minor units from the debit to the credit side. Never updated, never deleted.

    `key` names the cause and is the guard against posting it twice. No foreign key is enforced here, as each would
    lock the row it points to: the trigger that keeps the balances proves that both accounts exist and share a
    currency, the one on reversals that they mirror what they reverse.
    """

    key = models.CharField(max_length=120)
    debit = models.ForeignKey(
        Account, db_constraint=False, db_index=False, on_delete=models.PROTECT, related_name="debits"
    )
    credit = models.ForeignKey(
        Account, db_constraint=False, db_index=False, on_delete=models.PROTECT, related_name="credits"
    )
    amount = models.BigIntegerField()
    kind = models.CharField(max_length=16, choices=TransferKind)
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now())
    reverses = models.ForeignKey(
        "self", null=True, db_constraint=False, db_index=False, on_delete=models.PROTECT, related_name="reversals"
    )

    objects: ClassVar[models.Manager["Transfer"]] = models.Manager.from_queryset(TransferQuerySet)()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["key"], name="transfer_key_is_posted_once"),
            models.UniqueConstraint(
                fields=["reverses"], condition=Q(reverses__isnull=False), name="transfer_is_reversed_at_most_once"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="transfer_amount_is_positive"),
            models.CheckConstraint(condition=~Q(debit=F("credit")), name="transfer_is_between_two_accounts"),
            models.CheckConstraint(condition=Q(kind__in=TransferKind.values), name="transfer_kind_is_known"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["debit", "id"], name="transfer_list_of_debit"),
            models.Index(fields=["credit", "id"], name="transfer_list_of_credit"),
        ]

    def __str__(self) -> str:
        return self.key
