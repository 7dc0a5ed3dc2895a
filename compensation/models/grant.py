"""Grants of the empathy fund: help in hardship that no rule provides for, at an agent's discretion under a budget."""

from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Role, User
from common.states import Stateful, table_of
from orders.models import Line
from payouts.models import Payout


class GrantQuerySet(models.QuerySet["Grant"]):
    def visible_to(self, user: User) -> "GrantQuerySet":
        """Agents and finance see all, consumers what they were given."""
        match user.role:
            case Role.AGENT | Role.FINANCE:
                return self
            case Role.CONSUMER:
                return self.filter(payee=user, status=Grant.Status.PAID)
            case _:
                return self.none()

    def waiting_for(self, user: User) -> "GrantQuerySet":
        """Those that this person may agree to: somebody else proposed them."""
        return self.visible_to(user).filter(status=Grant.Status.PROPOSED).exclude(granted_by=user)

    def due(self, now: datetime) -> "GrantQuerySet":
        """Those that nobody answered in time."""
        return self.filter(status=Grant.Status.PROPOSED, due_at__lte=now)


class Grant(Stateful):
    """`amount` minor units out of the budget "empathy", beside whatever the claim is about; nobody is liable for it.

    Above the limits of its terms it waits for a second person, who is never the first, until `due_at`; then it lapses.
    """

    class Hardship(models.TextChoices):
        ILLNESS = "illness", _("Illness or accident")
        BEREAVEMENT = "bereavement", _("Bereavement")
        LIVELIHOOD = "livelihood", _("Loss of livelihood")
        DISASTER = "disaster", _("Disaster at home")
        STRANDED = "stranded", _("Stranded on a journey")
        OTHER = "other", _("Another hardship")

    class Status(models.TextChoices):
        PROPOSED = "proposed", _("Waits for a second person")
        PAID = "paid", _("Granted")
        DECLINED = "declined", _("Declined")
        LAPSED = "lapsed", _("Nobody answered in time")

    claim = models.CharField(max_length=16)
    line = models.ForeignKey(Line, on_delete=models.PROTECT, related_name="grants")
    payee = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, db_index=False, related_name="grants")
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    hardship = models.CharField(max_length=16, choices=Hardship)
    because = models.TextField()
    status = models.CharField(max_length=16, choices=Status, default=Status.PROPOSED)
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, db_index=False, related_name="grants_given"
    )
    granted_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True)
    payout = models.OneToOneField(Payout, null=True, on_delete=models.PROTECT, related_name="grant")

    MOVES = table_of(
        (Status.PROPOSED, [Status.PAID, Status.DECLINED, Status.LAPSED]),
        (Status.PAID, []),
        (Status.DECLINED, []),
        (Status.LAPSED, []),
    )

    objects: ClassVar[models.Manager["Grant"]] = models.Manager.from_queryset(GrantQuerySet)()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["granted_by", "granted_at"], name="grant_by_agent"),
            models.Index(fields=["payee", "granted_at"], name="grant_by_consumer"),
            models.Index(fields=["claim"], name="grant_by_claim"),
            models.Index(fields=["due_at", "id"], condition=Q(due_at__isnull=False), name="grant_waiting"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="grant_is_of_money"),
            models.CheckConstraint(condition=~Q(because=""), name="grant_has_a_reason"),
            models.CheckConstraint(
                condition=Q(status="proposed", payout__isnull=True, answered_by__isnull=True, answered_at__isnull=True)
                | Q(status="paid", payout__isnull=False)
                | Q(status="declined", payout__isnull=True, answered_by__isnull=False, answered_at__isnull=False)
                | Q(status="lapsed", payout__isnull=True, answered_by__isnull=True, answered_at__isnull=False),
                name="grant_is_paid_declined_or_lapsed_once",
            ),
            models.CheckConstraint(
                condition=Q(status="proposed", due_at__isnull=False) | (~Q(status="proposed") & Q(due_at__isnull=True)),
                name="grant_is_due_exactly_while_it_waits",
            ),
            models.CheckConstraint(
                condition=~Q(status="paid") | ~Q(granted_by=F("answered_by")) | Q(answered_by__isnull=True),
                name="grant_checker_is_not_its_maker",
            ),
        ]

    @property
    def key(self) -> str:
        """The key of its payment."""
        return f"claim:{self.claim}:empathy:{self.pk}"

    def write_history(self, *, was: str, at: datetime, history: dict[str, Any]) -> None:
        """Nothing to add: each step happens once, and the row itself says who took it and when."""
