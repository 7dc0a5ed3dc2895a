"""Coupons: a sum that its holder can spend once, at any merchant of the marketplace, until it expires."""

from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Member, Merchant, Role, User
from common.states import Stateful, table_of
from orders.models import Line, Order


class CouponQuerySet(models.QuerySet["Coupon"]):
    def visible_to(self, user: User) -> "CouponQuerySet":
        """Consumers see their own, finance sees all, and merchants see those that were redeemed with them.

        A merchant meets a coupon that is still open only through its code, which its holder shows.
        """
        match user.role:
            case Role.CONSUMER:
                return self.filter(holder=user)
            case Role.MERCHANT:
                return self.filter(redeemed_for__merchant=Member.objects.filter(user=user).values("merchant_id")[:1])
            case Role.FINANCE:
                return self
            case _:
                return self.none()

    def open(self) -> "CouponQuerySet":
        """Those that can still be spent, or were not looked at since they expired."""
        return self.filter(status=Coupon.Status.ISSUED)


class Coupon(Stateful):
    """A coupon of `amount` minor units; `key` names its cause ("claim:R-123:compensation:1").

    `cash_amount` is what its holder could have had in money and did not want, at `consented_at`, when both figures
    stood beside each other (0 and never: there was nothing to choose, the coupon is goodwill). `scheme` is the code of
    the policy that granted it. `bearer` is the merchant that pays for it; none: the platform does. `line` is what it
    makes good, and `redeemed_for` the order it was spent on.
    """

    class Status(models.TextChoices):
        ISSUED = "issued", pgettext_lazy("a coupon", "Open")
        REDEEMED = "redeemed", _("Redeemed")
        EXPIRED = "expired", _("Expired")
        REVOKED = "revoked", _("Revoked")

    key = models.CharField(max_length=120, unique=True)
    code = models.CharField(max_length=20, unique=True)
    holder = models.ForeignKey(
        settings.AUTH_USER_MODEL, db_index=False, on_delete=models.PROTECT, related_name="coupons"
    )
    line = models.ForeignKey(Line, on_delete=models.PROTECT, related_name="coupons")
    scheme = models.CharField(max_length=60)
    bearer = models.ForeignKey(Merchant, null=True, on_delete=models.PROTECT, related_name="coupons_borne")
    amount = models.BigIntegerField()
    cash_amount = models.BigIntegerField(default=0)
    currency = models.CharField(max_length=3)
    consented_at = models.DateTimeField(null=True)
    status = models.CharField(max_length=16, choices=Status, default=Status.ISSUED)
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    redeemed_for = models.ForeignKey(Order, null=True, on_delete=models.PROTECT, related_name="coupons_redeemed")

    MOVES = table_of(
        (Status.ISSUED, [Status.REDEEMED, Status.EXPIRED, Status.REVOKED]),
        (Status.REDEEMED, []),
        (Status.EXPIRED, []),
        (Status.REVOKED, []),
    )

    objects: ClassVar[models.Manager["Coupon"]] = models.Manager.from_queryset(CouponQuerySet)()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["expires_at", "id"], condition=Q(status="issued"), name="coupon_open_by_expiry"),
            models.Index(fields=["holder", "-id"], name="coupon_list_of_holder"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(status__in=["issued", "redeemed", "expired", "revoked"]), name="coupon_status_is_known"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="coupon_is_worth_something"),
            models.CheckConstraint(
                condition=Q(cash_amount__range=(0, F("amount"))), name="coupon_is_never_below_its_cash_figure"
            ),
            models.CheckConstraint(
                condition=Q(cash_amount=0, consented_at__isnull=True)
                | Q(cash_amount__gt=0, consented_at__isnull=False),
                name="coupon_instead_of_money_was_consented_to",
            ),
            models.CheckConstraint(condition=Q(currency__regex=r"^[A-Z]{3}$"), name="coupon_currency_is_iso_4217"),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("issued_at")), name="coupon_expires_after_it_was_issued"
            ),
            models.CheckConstraint(
                condition=Q(status="issued", ended_at__isnull=True) | (~Q(status="issued") & Q(ended_at__isnull=False)),
                name="coupon_ends_once",
            ),
            models.CheckConstraint(
                condition=Q(status="redeemed", redeemed_for__isnull=False, ended_at__lt=F("expires_at"))
                | (~Q(status="redeemed") & Q(redeemed_for__isnull=True)),
                name="coupon_is_redeemed_for_an_order_before_it_expires",
            ),
            models.CheckConstraint(
                condition=~Q(status="expired") | Q(ended_at__gte=F("expires_at")), name="coupon_never_expires_early"
            ),
        ]

    def __str__(self) -> str:
        return self.code

    def get_absolute_url(self) -> str:
        return reverse("coupon", args=[self.code])

    def is_over(self, now: datetime) -> bool:
        """Whether its time has run out, half-open, although no sweep has written it down yet."""
        return self.status == self.Status.ISSUED and self.expires_at <= now

    def write_history(self, *, was: str, at: datetime, history: dict[str, Any]) -> None:
        CouponMove.objects.create(coupon=self, was=was, became=self.status, at=at, **history)


class CouponMove(models.Model):
    """One entry of a coupon's story: what became of it and when, by whom (nobody: a rule or the clock), and why."""

    coupon = models.ForeignKey(Coupon, db_index=False, on_delete=models.PROTECT, related_name="moves")
    was = models.CharField(max_length=16, blank=True, default="")
    became = models.CharField(max_length=16, choices=Coupon.Status)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(blank=True, default="")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["coupon", "became"], name="coupon_takes_each_step_once"),
            models.CheckConstraint(
                condition=~Q(became="revoked") | (Q(by__isnull=False) & ~Q(reason="")),
                name="coupon_is_revoked_by_somebody_for_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.coupon} {self.became}"
