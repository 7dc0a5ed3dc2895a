"""What we promised, and since when: policies with dated versions, merchants' enrolments, and every verdict as data.

A version that was published never changes; a claim is judged by the version in force when its order was placed.
A stored verdict holds all it was made from, so replaying it gives the same bytes.
"""

from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Merchant
from common.rows import Row
from common.states import Stateful, table_of


class Policy(models.Model):
    """One rule the platform applies, named by the code that settings.POLICY_RULES maps to its function."""

    code = models.SlugField(max_length=60, unique=True)

    def __str__(self) -> str:
        return self.code


class Version(Stateful):
    """Dated terms of a policy for one market ("" is every market). In force from `effective_from` until the next one.

    Drafted by one person, checked by another, then published; whoever checks may send it back, and a draft may be
    withdrawn. Those loaded from the repository's files were written and checked there and name nobody. `replay` marks
    versions made to judge orders older than themselves (imported history, the first installation), the only ones that
    may take effect before they are published.

    `written` is the YAML of the terms with its comments ("" where nobody wrote any), and `revision` counts how often
    the draft was written: whoever changes or checks it names the revision they read.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SENT_BACK = "sent_back", _("Sent back")
        CHECKED = "checked", _("Checked")
        PUBLISHED = "published", _("Published")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    market = models.CharField(max_length=40, blank=True, default="")
    terms = models.JSONField()
    written = models.TextField(blank=True, default="")
    revision = models.PositiveIntegerField(default=1)
    effective_from = models.DateTimeField()
    status = models.CharField(max_length=16, choices=Status, default=Status.DRAFT)
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="drafted_versions"
    )
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="checked_versions"
    )
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="published_versions"
    )
    drafted_at = models.DateTimeField()
    checked_at = models.DateTimeField(null=True)
    published_at = models.DateTimeField(null=True)
    replay = models.BooleanField(default=False)

    MOVES = table_of(
        (Status.DRAFT, [Status.CHECKED, Status.SENT_BACK, Status.WITHDRAWN]),
        (Status.SENT_BACK, [Status.DRAFT, Status.WITHDRAWN]),
        (Status.CHECKED, [Status.PUBLISHED, Status.SENT_BACK, Status.WITHDRAWN]),
        (Status.PUBLISHED, []),
        (Status.WITHDRAWN, []),
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["policy", "number"], name="version_number_is_one_per_policy"),
            models.UniqueConstraint(
                fields=["policy", "market", "effective_from"],
                condition=Q(status="published"),
                name="version_in_force_is_unambiguous",
            ),
            models.CheckConstraint(
                condition=Q(
                    status__in=["draft", "sent_back", "withdrawn"], checked_at__isnull=True, published_at__isnull=True
                )
                | Q(status="checked", checked_at__isnull=False, published_at__isnull=True)
                | Q(status="published", checked_at__isnull=False, published_at__isnull=False),
                name="version_is_checked_then_published",
            ),
            models.CheckConstraint(
                condition=Q(checked_at__isnull=True)
                | Q(drafted_by__isnull=True, checked_by__isnull=True)
                | (Q(drafted_by__isnull=False, checked_by__isnull=False) & ~Q(drafted_by=F("checked_by"))),
                name="version_is_checked_by_a_second_person",
            ),
            models.CheckConstraint(
                condition=Q(replay=True) | Q(published_at__isnull=True) | Q(effective_from__gte=F("published_at")),
                name="version_never_takes_effect_before_it_is_published",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["draft", "sent_back", "checked", "published", "withdrawn"]),
                name="version_status_is_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.policy} v{self.number}"

    def write_history(self, *, was: str, at: datetime, history: dict[str, Any]) -> None:  # noqa: ARG002 (told by kind)
        """One event for each step, with who took it, why, and the terms as they were then."""
        VersionEvent.objects.create(
            version=self,
            kind=STEPS[Version.Status(self.status)],
            by=history.get("by"),
            at=at,
            because=history.get("because", ""),
            findings=history.get("findings", []),
            revision=self.revision,
            effective_from=self.effective_from,
            terms=self.terms,
            written=self.written,
        )


class VersionEvent(models.Model):
    """A step in the life of a version, with the terms as they were then, so that no revision is ever lost.

    `findings` is what the analyser said when it was published, as plain data. `by` is None for the repository's files.
    """

    class Kind(models.TextChoices):
        DRAFTED = "drafted", _("Drafted")
        REVISED = "revised", _("Revised")
        SENT_BACK = "sent_back", _("Sent back")
        CHECKED = "checked", _("Checked")
        PUBLISHED = "published", _("Published")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=16, choices=Kind)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    because = models.TextField(blank=True, default="")
    findings = models.JSONField(default=list)
    revision = models.PositiveIntegerField()
    effective_from = models.DateTimeField()
    terms = models.JSONField()
    written = models.TextField(blank=True, default="")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(kind__in=["drafted", "revised", "sent_back", "checked", "published", "withdrawn"]),
                name="version_event_kind_is_known",
            ),
            models.CheckConstraint(
                condition=~Q(kind="sent_back") | ~Q(because=""), name="version_is_sent_back_with_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version_id} {self.kind}"


# What became of a version by the status it has after the step; a draft that has that status again was revised.
STEPS = {
    Version.Status.DRAFT: VersionEvent.Kind.REVISED,
    Version.Status.SENT_BACK: VersionEvent.Kind.SENT_BACK,
    Version.Status.CHECKED: VersionEvent.Kind.CHECKED,
    Version.Status.PUBLISHED: VersionEvent.Kind.PUBLISHED,
    Version.Status.WITHDRAWN: VersionEvent.Kind.WITHDRAWN,
}


class Enrolment(models.Model):
    """A merchant takes part in a policy, with its own terms within the platform's limits, during a half-open period.

    Its terms never change: new ones are a new enrolment, which ends the one before it. One that was called off before
    it began ends when it starts. `joined_by` and `left_by` are the people who said so (None: not on record).
    """

    merchant = models.ForeignKey(Merchant, on_delete=models.PROTECT, related_name="enrolments")
    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="enrolments")
    terms = models.JSONField(default=dict)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    joined_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    joined_at = models.DateTimeField(null=True)
    left_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    left_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["merchant", "policy", "starts_at"],
                condition=Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at")),
                name="enrolment_starts_once_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gte=F("starts_at")),
                name="enrolment_never_ends_before_it_starts",
            ),
        ]


class Verdict(Row):
    """What a rule concluded, once: the facts it saw, the moment it judged at, and its answer as canonical JSON text.

    Never updated, never deleted. `key` names what it was judged for ("claim:R-123").
    """

    key = models.CharField(max_length=120, unique=True)
    version = models.ForeignKey(Version, db_index=False, on_delete=models.PROTECT, related_name="verdicts")
    facts = models.JSONField()
    judged_at = models.DateTimeField()
    body = models.TextField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["version", "judged_at"], name="verdict_by_version")]

    def __str__(self) -> str:
        return self.key
