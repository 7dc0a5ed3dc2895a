"""What past claims would have come to under other terms, asked for and worked through part by part."""

from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common.rows import Row
from common.states import Stateful, table_of
from disputes.models.claim import Claim
from policies.models import Version


class Backtest(Stateful):
    """What past claims would have come to under other terms of one policy: asked for, worked through, then read.

    The terms are kept as they were when it was asked for, so a draft that changes makes the result old and never wrong.
    `claims_from` and `claims_until` bound when the claims were filed (half-open; None: from the first on). `version`
    is None for terms that are no version yet. `result` holds the sums of all parts (disputes.backtests.tally).
    """

    class Status(models.TextChoices):
        ASKED = "asked", _("Waiting to begin")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")

    policy = models.CharField(max_length=60)
    market = models.CharField(max_length=40, blank=True, default="")
    version = models.ForeignKey(Version, null=True, on_delete=models.PROTECT, db_index=False, related_name="backtests")
    terms = models.JSONField()
    terms_hash = models.CharField(max_length=64)
    claims_from = models.DateTimeField(null=True)
    claims_until = models.DateTimeField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    claims = models.PositiveIntegerField(default=0, help_text="how many there are to look at")
    result = models.JSONField(null=True)
    status = models.CharField(max_length=16, choices=Status, default=Status.ASKED)

    MOVES = table_of(
        (Status.ASKED, [Status.RUNNING]),
        (Status.RUNNING, [Status.DONE]),
        (Status.DONE, []),
    )

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["id"], condition=~Q(status="done"), name="backtest_unfinished"),
            models.Index(fields=["version", "-id"], name="backtest_of_version"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(status="asked", started_at__isnull=True, ended_at__isnull=True, result__isnull=True)
                | Q(status="running", started_at__isnull=False, ended_at__isnull=True, result__isnull=True)
                | Q(status="done", started_at__isnull=False, ended_at__isnull=False, result__isnull=False),
                name="backtest_is_asked_for_then_run_then_done",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.policy} ({self.terms_hash[:8]})"

    def write_history(self, *, was: str, at: datetime, history: dict[str, Any]) -> None:
        """Nothing to add: each step happens once, and the row itself says when."""


class BacktestPart(models.Model):
    """Claims of a back-test that are worked through in one transaction: those above `after_id` up to `until_id`.

    `tally` is what came of them, written together with their changes; None while they wait.
    """

    backtest = models.ForeignKey(Backtest, on_delete=models.CASCADE, db_index=False, related_name="parts")
    number = models.PositiveIntegerField()
    after_id = models.BigIntegerField()
    until_id = models.BigIntegerField()
    claims = models.PositiveIntegerField()
    tally = models.JSONField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["backtest", "id"], condition=Q(tally__isnull=True), name="backtest_part_waiting"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["backtest", "number"], name="backtest_part_is_counted_once"),
        ]


class BacktestChange(Row):
    """One claim that would have come out differently: by which rule, and for how much (minor units of its currency).

    `sure` is what is paid without anybody's word, `open` what somebody may still refuse. `payer` is whose money it is.
    """

    class Effect(models.TextChoices):
        MORE = "more", _("More money")
        LESS = "less", _("Less money")
        SOONER = "sooner", _("The same money sooner")
        LATER = "later", _("The same money later")
        OTHER = "other", _("Something else")

    backtest = models.ForeignKey(Backtest, on_delete=models.CASCADE, db_index=False, related_name="changes")
    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, db_index=False, related_name="+")
    effect = models.CharField(max_length=8, choices=Effect)
    payer = models.CharField(max_length=16)
    rule_was = models.CharField(max_length=60)
    rule_becomes = models.CharField(max_length=60, blank=True, default="")
    sure_was = models.BigIntegerField()
    sure_becomes = models.BigIntegerField()
    open_was = models.BigIntegerField()
    open_becomes = models.BigIntegerField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["backtest", "id"], name="backtest_change_list"),
            models.Index(fields=["backtest", "effect", "id"], name="backtest_change_by_effect"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["backtest", "claim"], name="claim_changes_once_in_a_backtest"),
        ]
