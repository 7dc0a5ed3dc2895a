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

    Drafted by one person, checked by another, then published; those loaded from the repository's files were written
    and checked there and name nobody. `replay` marks versions made to judge orders older than themselves (imported
    history, the first installation), the only ones that may take effect before they are published.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        CHECKED = "checked", _("Checked")
        PUBLISHED = "published", _("Published")

    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    market = models.CharField(max_length=40, blank=True, default="")
    terms = models.JSONField()
    effective_from = models.DateTimeField()
    status = models.CharField(max_length=16, choices=Status, default=Status.DRAFT)
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="drafted_versions"
    )
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="checked_versions"
    )
    drafted_at = models.DateTimeField()
    checked_at = models.DateTimeField(null=True)
    published_at = models.DateTimeField(null=True)
    replay = models.BooleanField(default=False)

    MOVES = table_of(
        (Status.DRAFT, [Status.CHECKED]),
        (Status.CHECKED, [Status.PUBLISHED]),
        (Status.PUBLISHED, []),
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
                condition=Q(status="draft", checked_at__isnull=True, published_at__isnull=True)
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
                condition=Q(status__in=["draft", "checked", "published"]), name="version_status_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.policy} v{self.number}"

    def write_history(self, *, was: str, at: datetime, history: dict[str, Any]) -> None:
        """Nothing to add: each step happens once, and the row itself says who took it and when."""


class Enrolment(models.Model):
    """A merchant takes part in a policy, with its own terms within the platform's limits, during a half-open period.

    Its terms never change: new ones are a new enrolment, which ends the one before it.
    """

    merchant = models.ForeignKey(Merchant, on_delete=models.PROTECT, related_name="enrolments")
    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="enrolments")
    terms = models.JSONField(default=dict)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["merchant", "policy", "starts_at"], name="enrolment_starts_once_at_a_time"),
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at")),
                name="enrolment_ends_after_it_starts",
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
