"""Accounts, and what they hold."""

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


# Many move these at once, so they keep no row that each transfer would have to wait for (see ledger.models.hot).
HOT = frozenset({AccountKind.FUND_BUDGET, AccountKind.CLIENT_CASH, AccountKind.COMPENSATION_EXPENSE})


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
    hot = models.GeneratedField(
        expression=Q(kind__in=sorted(HOT)),  # type: ignore[arg-type] # missing in the stubs, Django takes it
        output_field=models.BooleanField(),
        db_persist=True,
        editable=False,
    )
    opened_at = models.DateTimeField(db_default=Now())

    objects: ClassVar[models.Manager["Account"]] = models.Manager.from_queryset(AccountQuerySet)()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "owner", "currency"], name="account_is_one_per_owner"),
            models.CheckConstraint(condition=Q(kind__in=AccountKind.values), name="account_kind_is_known"),
            models.CheckConstraint(condition=Q(normal__in=[-1, 1]), name="account_normal_is_a_sign"),
            models.CheckConstraint(condition=Q(currency__regex=r"^[A-Z]{3}$"), name="account_currency_is_iso_4217"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["owner", "id"], name="account_list_of_owner"),
            models.Index(fields=["id"], condition=Q(hot=True), name="account_hot"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}:{self.owner}:{self.currency}" if self.owner else f"{self.kind}:{self.currency}"


class Balance(models.Model):
    """What an account holds (`posted`), how much of that is set aside (`reserved`) and how far down it may go
    (`floor`, null: no limit), in minor units.

    A view over both ways to keep a balance, exact within the statement that reads it. `reserved` is the sum of the
    open holds that would lower the balance.
    """

    account = models.OneToOneField(
        Account, primary_key=True, db_constraint=False, on_delete=models.DO_NOTHING, related_name="balance"
    )
    posted = models.BigIntegerField(default=0)
    reserved = models.BigIntegerField(default=0)
    floor = models.BigIntegerField(null=True)

    class Meta:
        managed = False
        db_table = "ledger_balance"

    @property
    def available(self) -> int:
        """What may still be set aside or moved before the balance stands at zero."""
        return self.posted - self.reserved


class KeptBalance(models.Model):
    """The balance of an ordinary account, in a row that follows its transfers and holds.

    Opened with its account and written by triggers only, but for `floor`.
    """

    account = models.OneToOneField(Account, primary_key=True, on_delete=models.PROTECT, related_name="kept_balance")
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
