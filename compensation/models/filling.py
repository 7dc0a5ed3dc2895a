"""Money that finance books: put into the fund, set aside for a budget, or left by a merchant as its deposit."""

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Merchant, Role, User


class FillingQuerySet(models.QuerySet["Filling"]):
    def visible_to(self, user: User) -> "FillingQuerySet":
        """Finance sees all, nobody else any."""
        return self if user.role == Role.FINANCE else self.none()

    def waiting(self) -> "FillingQuerySet":
        """Those that a second person has to answer."""
        return self.filter(answered_at__isnull=True)

    def due(self, now: datetime) -> "FillingQuerySet":
        """Those that nobody answered in time."""
        return self.waiting().filter(due_at__lte=now)


class Filling(models.Model):
    """One person of finance writes down `amount` minor units that come in or are set aside; another one agrees, and
    only then the money moves in the books, under `key`.

    `merchant` is whose deposit it is, `budget` what it is set aside for; the fund itself has neither. `because` says
    where the money is found (the bank's reference), or why it is set aside. It waits until `due_at`; then it lapses:
    answered by nobody, and nothing moves.
    """

    class Kind(models.TextChoices):
        FUND = "fund", _("The platform puts its own money into the fund")
        BUDGET = "budget", _("Money of the fund is set aside for a budget")
        DEPOSIT = "deposit", _("A merchant left a deposit")

    class Budget(models.TextChoices):
        SPECIAL = "special", _("Special fund")
        EMPATHY = "empathy", _("Empathy fund")

    kind = models.CharField(max_length=16, choices=Kind)
    merchant = models.ForeignKey(
        Merchant, null=True, db_index=False, on_delete=models.PROTECT, related_name="deposits_booked"
    )
    budget = models.CharField(max_length=60, choices=Budget, default="")
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    because = models.CharField(max_length=500)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, db_index=False, on_delete=models.PROTECT, related_name="+"
    )
    proposed_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, db_index=False, on_delete=models.PROTECT, related_name="+"
    )
    answered_at = models.DateTimeField(null=True)
    agreed = models.BooleanField(null=True)

    objects: ClassVar[models.Manager["Filling"]] = models.Manager.from_queryset(FillingQuerySet)()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["due_at", "id"], condition=Q(due_at__isnull=False), name="filling_waiting"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="filling_is_of_money"),
            models.CheckConstraint(
                condition=Q(kind="fund", merchant__isnull=True, budget="")
                | Q(kind="budget", merchant__isnull=True, budget__in=["special", "empathy"])
                | Q(kind="deposit", merchant__isnull=False, budget=""),
                name="filling_says_for_whom",
            ),
            models.CheckConstraint(condition=Q(currency__regex="^[A-Z]{3}$"), name="filling_is_in_a_currency"),
            models.CheckConstraint(condition=~Q(because=""), name="filling_has_a_reason"),
            models.CheckConstraint(
                condition=~Q(agreed=True) | ~Q(proposed_by=F("answered_by")), name="filling_checker_is_not_its_maker"
            ),
            models.CheckConstraint(
                condition=Q(answered_by__isnull=True, answered_at__isnull=True, agreed__isnull=True)
                | Q(answered_by__isnull=False, answered_at__isnull=False, agreed__isnull=False)
                | Q(answered_by__isnull=True, answered_at__isnull=False, agreed=False),
                name="filling_is_answered_or_lapses_once",
            ),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, due_at__isnull=False)
                | Q(answered_at__isnull=False, due_at__isnull=True),
                name="filling_is_due_exactly_while_it_waits",
            ),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def key(self) -> str:
        """Of its transfer in the books."""
        return f"filling:{self.pk}"
