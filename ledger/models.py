"""Where the money is: accounts, transfers between two of them, and holds that set money aside.

A transfer is balanced by construction and never changes; a correction is another transfer that names the one it
reverses. The database keeps the balances as transfers are written (see the triggers in the migrations), refuses a
balance below its floor, and refuses every UPDATE and DELETE of a transfer.

Debits raise assets and expenses, credits raise liabilities: `normal` is -1 for the former and 1 for the latter, and
a balance is `normal * (credits - debits)`, so that it reads positive when the account holds what its name says.
"""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import Role, User


class AccountKind(models.TextChoices):
    OWNER_CAPITAL = "owner_capital", _("Platform's own capital")
    CLIENT_CASH = "client_cash", _("Cash held for consumers and merchants")
    FUND_CASH = "fund_cash", _("Special fund, not yet budgeted")
    FUND_BUDGET = "fund_budget", _("Special fund, budget")
    MERCHANT_SETTLEMENT = "merchant_settlement", _("Merchant settlement")
    MERCHANT_DEPOSIT = "merchant_deposit", _("Merchant deposit")
    ADVANCES_OUTSTANDING = "advances_outstanding", _("Advances outstanding")
    RECOVERY_RECEIVABLE = "recovery_receivable", _("Recovery receivable")
    CONSUMER_WALLET = "consumer_wallet", _("Consumer wallet")
    CONSUMER_PAYABLE = "consumer_payable", _("Payable to consumer")
    COUPON_LIABILITY = "coupon_liability", _("Coupon liability")
    GATEWAY_CLEARING = "gateway_clearing", _("Gateway clearing")
    COMPENSATION_EXPENSE = "compensation_expense", _("Compensation expense")
    WRITE_OFF = "write_off", _("Write-off")


DEBIT_NORMAL = frozenset(
    {
        AccountKind.CLIENT_CASH,
        AccountKind.FUND_CASH,
        AccountKind.FUND_BUDGET,
        AccountKind.ADVANCES_OUTSTANDING,
        AccountKind.RECOVERY_RECEIVABLE,
        AccountKind.COMPENSATION_EXPENSE,
        AccountKind.WRITE_OFF,
    }
)

NEVER_NEGATIVE = frozenset(
    {
        AccountKind.FUND_CASH,
        AccountKind.FUND_BUDGET,
        AccountKind.MERCHANT_DEPOSIT,
        AccountKind.CONSUMER_WALLET,
        AccountKind.CONSUMER_PAYABLE,
        AccountKind.ADVANCES_OUTSTANDING,
        AccountKind.RECOVERY_RECEIVABLE,
        AccountKind.COUPON_LIABILITY,
    }
)


class AccountQuerySet(models.QuerySet["Account"]):
    def visible_to(self, user: User) -> "AccountQuerySet":
        """Finance sees every account; consumers and merchants see those that carry their name."""
        if user.role == Role.FINANCE:
            return self
        owner = owner_of(user)
        return self.filter(owner=owner) if owner else self.none()


def owner_of(user: User) -> str:
    """The name that this person's accounts carry, or "" for those who own none."""
    match user.role:
        case Role.CONSUMER:
            return f"user:{user.pk}"
        case Role.MERCHANT:
            member = getattr(user, "membership", None)
            return f"merchant:{member.merchant_id}" if member else ""
        case _:
            return ""


class Account(models.Model):
    """One account, never changed after it was opened. `owner` names whose it is: "merchant:12", "user:7", "special"."""

    kind = models.CharField(max_length=32, choices=AccountKind)
    owner = models.CharField(max_length=60, blank=True, default="")
    currency = models.CharField(max_length=3)
    normal = models.SmallIntegerField()
    never_negative = models.BooleanField()
    opened_at = models.DateTimeField(db_default=Now())

    objects: ClassVar[models.Manager["Account"]] = models.Manager.from_queryset(AccountQuerySet)()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "owner", "currency"], name="account_is_one_per_owner"),
            models.CheckConstraint(condition=Q(kind__in=AccountKind.values), name="account_kind_is_known"),
            models.CheckConstraint(condition=Q(normal__in=[-1, 1]), name="account_normal_is_a_sign"),
            models.CheckConstraint(condition=Q(currency__regex=r"^[A-Z]{3}$"), name="account_currency_is_iso_4217"),
        ]
        indexes: ClassVar = [models.Index(fields=["owner", "id"], name="account_list_of_owner")]

    def __str__(self) -> str:
        return f"{self.kind}:{self.owner}:{self.currency}" if self.owner else f"{self.kind}:{self.currency}"


class Balance(models.Model):
    """What an account holds (`posted`) and how much of that is set aside (`reserved`), in minor units.

    Opened with its account and written by triggers only, but for `floor`: how far down the balance may go (null: no
    limit). `reserved` is the sum of the open holds that would lower the balance.
    """

    account = models.OneToOneField(Account, primary_key=True, on_delete=models.PROTECT, related_name="balance")
    posted = models.BigIntegerField(default=0)
    reserved = models.BigIntegerField(default=0)
    floor = models.BigIntegerField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(reserved__gte=0), name="balance_reserved_is_not_negative"),
            models.CheckConstraint(
                condition=Q(floor__isnull=True) | Q(posted__gte=F("floor") + F("reserved")),
                name="balance_never_below_its_floor",
            ),
        ]

    @property
    def available(self) -> int:
        """What may still be set aside or moved before the balance stands at zero."""
        return self.posted - self.reserved


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


class TransferQuerySet(models.QuerySet["Transfer"]):
    def visible_to(self, user: User) -> "TransferQuerySet":
        """The transfers that touch an account this person may see."""
        if user.role == Role.FINANCE:
            return self
        owner = owner_of(user)
        return self.filter(Q(debit__owner=owner) | Q(credit__owner=owner)) if owner else self.none()

    def touching(self, account: Account) -> "TransferQuerySet":
        return self.filter(Q(debit=account) | Q(credit=account))


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
