"""Advances: what the special fund paid first, before it was decided who has to bear it."""

from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Merchant, Role, User
from common.states import Stateful, table_of
from compensation.models.force_majeure import ForceMajeure
from orders.models import Line
from payouts.models import Payout


class AdvanceQuerySet(models.QuerySet["Advance"]):
    def visible_to(self, user: User) -> "AdvanceQuerySet":
        """Finance sees all; for everybody else an advance is a part of its claim."""
        return self if user.role == Role.FINANCE else self.none()

    def outstanding(self) -> "AdvanceQuerySet":
        """Those for which nobody has been found to bear them."""
        return self.filter(status=Advance.Status.OUTSTANDING)


class Advance(Stateful):
    """`amount` (minor units) paid out of the fund's `budget` under `key`, which is also its payout's and transfer's.

    `claim` is the number of the claim it was paid for, "" where finance paid by hand; there is one for each claim.
    `charged` is what a merchant was found to owe for it, `borne` what the platform bears; what is left is outstanding.
    """

    class Cause(models.TextChoices):
        FORCE_MAJEURE = "force_majeure", _("Force majeure")
        LENGTHY = "lengthy", _("The dispute takes too long")
        BY_HAND = "by_hand", _("Paid by finance")

    class Status(models.TextChoices):
        OUTSTANDING = "outstanding", _("Not decided yet")
        CHARGED = "charged", _("Charged to the merchant")
        BORNE = "borne", _("Borne by the platform")

    key = models.CharField(max_length=120, unique=True)
    claim = models.CharField(max_length=16, blank=True, default="")
    cause = models.CharField(max_length=16, choices=Cause)
    force_majeure = models.ForeignKey(ForceMajeure, null=True, on_delete=models.PROTECT, related_name="advances")
    line = models.ForeignKey(Line, null=True, on_delete=models.PROTECT, related_name="advances")
    merchant = models.ForeignKey(Merchant, null=True, on_delete=models.PROTECT, related_name="advances")
    payee = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="advances")
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    budget = models.CharField(max_length=60)
    payout = models.OneToOneField(Payout, on_delete=models.PROTECT, related_name="advance")
    status = models.CharField(max_length=16, choices=Status, default=Status.OUTSTANDING)
    charged = models.BigIntegerField(default=0)
    borne = models.BigIntegerField(default=0)
    advanced_at = models.DateTimeField()

    MOVES = table_of(
        (Status.OUTSTANDING, [Status.CHARGED, Status.BORNE]),
        (Status.CHARGED, []),
        (Status.BORNE, []),
    )

    objects: ClassVar[models.Manager["Advance"]] = models.Manager.from_queryset(AdvanceQuerySet)()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["currency", "id"], condition=Q(status="outstanding"), name="advance_outstanding"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["claim"], condition=~Q(claim=""), name="claim_is_advanced_once"),
            models.CheckConstraint(
                condition=Q(status__in=["outstanding", "charged", "borne"]), name="advance_status_is_known"
            ),
            models.CheckConstraint(
                condition=Q(cause="force_majeure", force_majeure__isnull=False)
                | Q(cause__in=["lengthy", "by_hand"], force_majeure__isnull=True),
                name="advance_names_the_force_majeure_it_is_for",
            ),
            models.CheckConstraint(
                condition=Q(amount__gt=0, charged__gte=0, borne__gte=0, amount__gte=F("charged") + F("borne")),
                name="advance_is_charged_and_borne_at_most_once",
            ),
            models.CheckConstraint(
                condition=Q(status="outstanding", amount__gt=F("charged") + F("borne"))
                | Q(status="charged", charged__gt=0, amount=F("charged") + F("borne"))
                | Q(status="borne", charged=0, amount=F("borne")),
                name="advance_is_outstanding_until_all_of_it_is_borne",
            ),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def outstanding(self) -> int:
        """What nobody bears yet, in minor units."""
        return self.amount - self.charged - self.borne

    def write_history(self, *, was: str, at: datetime, history: dict[str, Any]) -> None:
        AdvanceMove.objects.create(advance=self, was=was, became=self.status, at=at, **history)


class AdvanceMove(models.Model):
    """How much of an advance was charged or borne, and when; `by` is null where a rule or a deadline did it."""

    advance = models.ForeignKey(Advance, on_delete=models.PROTECT, related_name="moves")
    was = models.CharField(max_length=16)
    became = models.CharField(max_length=16)
    charged = models.BigIntegerField(default=0)
    borne = models.BigIntegerField(default=0)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
