"""The Peace of Mind label: who asked for it, who carries it since when, who lost it and why, and the one appeal.

A label is carried for one guarantee, named by its code. What was promised while it was carried stays: the merchant's
enrolment (policies) covers the orders of that time and ends with it.
"""

from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Member, Merchant, Role, User
from common.states import Stateful, table_of
from policies.models import Verdict

LABELS = ("peace_of_mind_travel", "peace_of_mind_beauty", "peace_of_mind_dining")


class Licence(models.Model):
    """A merchant's licence for the trade of a label, as an operator saw it; valid to the end of its last day."""

    merchant = models.ForeignKey(Merchant, on_delete=models.PROTECT, related_name="licences", db_index=False)
    label = models.CharField(max_length=60)
    number = models.CharField(max_length=60)
    valid_until_on = models.DateField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["merchant", "label", "-id"], name="licence_of_merchant")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(number=""), name="licence_has_a_number"),
        ]


class AdmissionQuerySet(models.QuerySet["Admission"]):
    def visible_to(self, user: User) -> "AdmissionQuerySet":
        """A merchant sees its own, operators all; for everybody else they do not exist."""
        match user.role:
            case Role.MERCHANT:
                return self.filter(merchant_id__in=Member.objects.filter(user=user).values("merchant_id"))
            case Role.OPERATOR:
                return self
            case _:
                return self.none()

    def held(self) -> "AdmissionQuerySet":
        return self.filter(status=Admission.Status.HELD)

    def due(self, now: datetime) -> "AdmissionQuerySet":
        """Labels whose checks are to be looked at again."""
        return self.held().filter(review_at__lte=now)


class Admission(Stateful):
    """One answer to a merchant that asked for a label, and what became of it.

    `verdict` is what the checks said when it was asked for (null: given back on the appeal `restored_by`), `lost_by`
    what they said when it was lost; where an operator took it away, `removed_by` and `removed_because` say who and
    why. `review_at` is when the checks are due again, null once the label is not carried any more.
    """

    class Status(models.TextChoices):
        REFUSED = "refused", _("Refused")
        HELD = "held", _("Carried")
        LOST = "lost", _("Lost")
        LEFT = "left", _("Given up")

    merchant = models.ForeignKey(Merchant, on_delete=models.PROTECT, related_name="admissions", db_index=False)
    label = models.CharField(max_length=60)
    status = models.CharField(max_length=16, choices=Status)
    verdict = models.ForeignKey(Verdict, null=True, on_delete=models.PROTECT, related_name="+")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField()
    review_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    lost_by = models.ForeignKey(Verdict, null=True, on_delete=models.PROTECT, related_name="+")
    removed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    removed_because = models.TextField(blank=True, default="")
    restored_by: "models.OneToOneField[LabelAppeal | None, LabelAppeal | None]" = models.OneToOneField(
        "LabelAppeal", null=True, on_delete=models.PROTECT, related_name="restored"
    )

    MOVES = table_of(
        (Status.REFUSED, []),
        (Status.HELD, [Status.LOST, Status.LEFT]),
        (Status.LOST, []),
        (Status.LEFT, []),
    )

    objects: ClassVar[models.Manager["Admission"]] = models.Manager.from_queryset(AdmissionQuerySet)()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["merchant", "label", "-id"], name="admission_of_merchant"),
            models.Index(fields=["review_at"], condition=Q(status="held"), name="admission_due"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["merchant", "label"], condition=Q(status="held"), name="label_is_carried_once"
            ),
            models.CheckConstraint(condition=Q(label__in=LABELS), name="admission_label_is_known"),
            models.CheckConstraint(
                condition=Q(status="held", review_at__isnull=False, ended_at__isnull=True)
                | Q(status="refused", review_at__isnull=True, ended_at__isnull=True)
                | Q(status__in=["lost", "left"], review_at__isnull=True, ended_at__isnull=False),
                name="label_is_looked_at_while_it_is_carried",
            ),
            models.CheckConstraint(
                condition=Q(verdict__isnull=False, restored_by__isnull=True)
                | Q(verdict__isnull=True, restored_by__isnull=False),
                name="admission_rests_on_checks_or_on_an_appeal",
            ),
            models.CheckConstraint(
                condition=(
                    Q(status="lost", lost_by__isnull=False, removed_by__isnull=True, removed_because="")
                    | (Q(status="lost", lost_by__isnull=True, removed_by__isnull=False) & ~Q(removed_because=""))
                    | (~Q(status="lost") & Q(lost_by__isnull=True, removed_by__isnull=True, removed_because=""))
                ),
                name="label_is_lost_for_a_written_reason",
            ),
        ]

    def write_history(self, *, was: str, at: datetime, history: dict[str, Any]) -> None:
        """Nothing to add: each step happens once, and the row itself says when and why."""


class LabelAppeal(models.Model):
    """A merchant asks another operator to look again at a refusal or a loss, once.

    `against` is who took the label away when it was last carried (null: the checks did); somebody else decides, also
    where a later refusal is appealed.
    """

    class Outcome(models.TextChoices):
        UPHELD = "upheld", _("The decision stands")
        RESTORED = "restored", _("The label is given back")

    admission = models.OneToOneField(Admission, on_delete=models.PROTECT, related_name="appeal")
    against = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    statement = models.TextField()
    appealed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    appealed_at = models.DateTimeField()
    outcome = models.CharField(max_length=16, choices=Outcome, blank=True, default="")
    because = models.TextField(blank=True, default="")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["appealed_at", "id"], condition=Q(outcome=""), name="label_appeal_open"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(outcome="", because="", decided_by__isnull=True, decided_at__isnull=True)
                | (
                    Q(outcome__in=["upheld", "restored"], decided_by__isnull=False, decided_at__isnull=False)
                    & ~Q(because="")
                ),
                name="label_appeal_is_decided_with_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(against__isnull=True) | Q(decided_by__isnull=True) | ~Q(against=F("decided_by")),
                name="label_appeal_is_decided_by_another_operator",
            ),
        ]
