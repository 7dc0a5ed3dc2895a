"""What waits for a second person before it happens to a payout, and what people said about it."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Role, User
from payouts.models.payout import Attention, Payout


class ApprovalQuerySet(models.QuerySet["Approval"]):
    def visible_to(self, user: User) -> "ApprovalQuerySet":
        """It is finance that approves."""
        return self if user.role == Role.FINANCE else self.none()

    def waiting(self) -> "ApprovalQuerySet":
        """Those nobody has given, about payouts that have not gone on by themselves."""
        still = Q(about=Approval.About.LEAVING) | ~Q(payout__attention__in=[Attention.NONE, Attention.APPROVAL])
        return self.filter(still, due_at__isnull=False)

    def to_leave(self) -> "ApprovalQuerySet":
        """The questions whether a payout may leave."""
        return self.filter(about=Approval.About.LEAVING)

    def to_call_off(self) -> "ApprovalQuerySet":
        """The questions whether a payout shall be called off, and the wallet pay instead."""
        return self.filter(about=Approval.About.CALLING_OFF)


class Approval(models.Model):
    """The question whether a conspicuous payout may leave, or whether a large one shall be called off at its provider.

    `trace` is the verdict of payouts.rules that asked, `made_by` who awarded the sum (null: a rule or a deadline did),
    or who found that it was not paid. At `due_at` finance is reminded, again and again, until `approved_by` gives it;
    that is never `made_by`. Until then what it is about does not happen. A question about calling off has `lapsed_at`
    the moment when the payout went on by itself.
    """

    class About(models.TextChoices):
        LEAVING = "leaving", _("It leaves")
        CALLING_OFF = "calling_off", _("It is called off, and the wallet pays")

    payout = models.ForeignKey(Payout, on_delete=models.PROTECT, related_name="approvals")
    about = models.CharField(max_length=16, choices=About, default=About.LEAVING, db_default=About.LEAVING)
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
    lapsed_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager["Approval"]] = models.Manager.from_queryset(ApprovalQuerySet)()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["due_at", "id"], condition=Q(due_at__isnull=False), name="approval_due"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["payout"], condition=Q(about="leaving"), name="approval_to_leave_is_one_per_payout"
            ),
            models.UniqueConstraint(
                fields=["payout"],
                condition=Q(about="calling_off", due_at__isnull=False),
                name="approval_to_call_off_waits_once_per_payout",
            ),
            models.CheckConstraint(condition=Q(about__in=["leaving", "calling_off"]), name="approval_is_about_a_verb"),
            models.CheckConstraint(
                condition=~Q(about="calling_off") | Q(made_by__isnull=False), name="approval_to_call_off_has_a_maker"
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True, approved_at__isnull=True, due_at__isnull=False, because="")
                & Q(lapsed_at__isnull=True)
                | Q(approved_by__isnull=False, approved_at__isnull=False, due_at__isnull=True, lapsed_at__isnull=True)
                & ~Q(because="")
                | Q(approved_by__isnull=True, approved_at__isnull=True, due_at__isnull=True, because="")
                & Q(about="calling_off", lapsed_at__isnull=False),
                name="approval_is_asked_for_until_it_is_given_or_lapses",
            ),
            models.CheckConstraint(
                condition=Q(made_by__isnull=True) | Q(approved_by__isnull=True) | ~Q(made_by=models.F("approved_by")),
                name="approval_checker_is_not_its_maker",
            ),
        ]
