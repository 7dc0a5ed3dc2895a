"""A payout that waits for a second person, and what people said about it."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from payouts.models.payout import Payout


class ApprovalQuerySet(models.QuerySet["Approval"]):
    def waiting(self) -> "ApprovalQuerySet":
        """Those nobody has given."""
        return self.filter(approved_at__isnull=True)


class Approval(models.Model):
    """The question whether a conspicuous payout may leave; until it is answered its money stays set aside.

    `trace` is the verdict of payouts.rules that asked, `made_by` who awarded the sum (null: a rule or a deadline did).
    At `due_at` finance is reminded, again and again, until `approved_by` gives it; that is never `made_by`.
    """

    payout = models.OneToOneField(Payout, on_delete=models.PROTECT, related_name="approval")
    trace = models.JSONField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, db_index=False, on_delete=models.PROTECT, related_name="+"
    )
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    reminders = models.PositiveSmallIntegerField(default=0)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, db_index=False, on_delete=models.PROTECT, related_name="+"
    )
    approved_at = models.DateTimeField(null=True)
    because = models.CharField(max_length=500, blank=True, default="")

    objects: ClassVar[models.Manager["Approval"]] = models.Manager.from_queryset(ApprovalQuerySet)()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["due_at", "id"], condition=Q(due_at__isnull=False), name="approval_due"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True, approved_at__isnull=True, due_at__isnull=False, because="")
                | Q(approved_by__isnull=False, approved_at__isnull=False, due_at__isnull=True) & ~Q(because=""),
                name="approval_is_asked_for_until_it_is_given_with_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(made_by__isnull=True) | Q(approved_by__isnull=True) | ~Q(made_by=models.F("approved_by")),
                name="approval_checker_is_not_its_maker",
            ),
        ]
