"""A payout that waits for a second person, and what people said about it."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from payouts.models.payout import Payout


class ApprovalQuerySet(models.QuerySet["Approval"]):
    def waiting(self) -> "ApprovalQuerySet":
        """Those nobody has decided."""
        return self.filter(decided_at__isnull=True)


class Approval(models.Model):
    """The question whether a conspicuous payout may leave; until it is answered its money stays set aside.

    `trace` is the verdict of payouts.rules that asked, `made_by` who awarded the sum (null: a rule or a deadline did).
    At `due_at` finance is reminded, again and again, until `decided_by` answers; that is never `made_by`.
    """

    class Outcome(models.TextChoices):
        APPROVED = "approved", _("Approved")
        REFUSED = "refused", _("Refused")

    payout = models.OneToOneField(Payout, on_delete=models.PROTECT, related_name="approval")
    trace = models.JSONField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, db_index=False, on_delete=models.PROTECT, related_name="+"
    )
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    reminders = models.PositiveSmallIntegerField(default=0)
    outcome = models.CharField(max_length=16, choices=Outcome, blank=True, default="")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, db_index=False, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    because = models.CharField(max_length=500, blank=True, default="")

    objects: ClassVar[models.Manager["Approval"]] = models.Manager.from_queryset(ApprovalQuerySet)()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["due_at", "id"], condition=Q(due_at__isnull=False), name="approval_due"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(
                    outcome="", decided_by__isnull=True, decided_at__isnull=True, due_at__isnull=False, because=""
                )
                | Q(
                    outcome__in=["approved", "refused"],
                    decided_by__isnull=False,
                    decided_at__isnull=False,
                    due_at__isnull=True,
                )
                & ~Q(because=""),
                name="approval_is_asked_for_until_it_is_decided_with_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(made_by__isnull=True) | Q(decided_by__isnull=True) | ~Q(made_by=models.F("decided_by")),
                name="approval_checker_is_not_its_maker",
            ),
        ]
