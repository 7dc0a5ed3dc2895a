"""What providers report to have paid, line by line, and where that differs from what we know: the breaks.

Every line of a report is booked from the gateway's clearing account to the cash it was taken from, whatever it says.
So the clearing account stands at zero exactly when each payout has its line and each line its payout; what is left on
it is the sum of the breaks, and of what is too young to be reported.
"""

from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Role, User
from common.states import Stateful, table_of
from payouts.models.payout import Payout


class ReportQuerySet(models.QuerySet["Report"]):
    def visible_to(self, user: User) -> "ReportQuerySet":
        return self if user.role == Role.FINANCE else self.none()

    def due(self, now: datetime) -> "ReportQuerySet":
        """Those that are not read to their end, the oldest first."""
        return self.filter(next_at__lte=now).order_by("next_at", "id")


class Report(models.Model):
    """A provider's report, received once: its digest (SHA-256) is the guard against taking the same file twice.

    `lines_read` counts the lines of the file that are committed, so that reading goes on there, whatever died.
    A report that ends as it should is `complete`: only then does it say anything about what is not in it.
    `in_hand_of` is the database session that reads it (common.sessions), until `next_at`.
    `sought_until` is how far into its period payouts without a line have been looked for.
    """

    gateway = models.CharField(max_length=16)
    name = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    received_at = models.DateTimeField()
    received_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="reports_received"
    )
    covers_from = models.DateTimeField(null=True)
    covers_until = models.DateTimeField(null=True)
    lines_read = models.PositiveBigIntegerField(default=0)
    lines_kept = models.PositiveBigIntegerField(default=0)
    lines_repeated = models.PositiveBigIntegerField(default=0)
    lines_rejected = models.PositiveBigIntegerField(default=0)
    complete = models.BooleanField(default=False)
    finished_at = models.DateTimeField(null=True)
    next_at = models.DateTimeField(null=True)
    in_hand_of = models.IntegerField(null=True)
    sought_until = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager["Report"]] = models.Manager.from_queryset(ReportQuerySet)()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["gateway", "digest"], name="report_is_received_once"),
            models.CheckConstraint(
                condition=Q(finished_at__isnull=True, next_at__isnull=False, complete=False)
                | Q(finished_at__isnull=False, next_at__isnull=True),
                name="report_is_read_until_it_ends",
            ),
            models.CheckConstraint(
                condition=Q(complete=False) | Q(covers_from__isnull=False, covers_until__gte=F("covers_from")),
                name="report_that_is_complete_covers_a_period",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["next_at", "id"], condition=Q(next_at__isnull=False), name="report_due"),
            models.Index(fields=["gateway", "-covers_until"], condition=Q(complete=True), name="report_covering"),
        ]

    def __str__(self) -> str:
        return self.name


class ReportPart(models.Model):
    """A piece of the file, kept until the report is read to its end."""

    report = models.ForeignKey(Report, db_index=False, on_delete=models.PROTECT, related_name="parts")
    number = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["report", "number"], name="report_part_is_kept_once"),
        ]


class ReportLine(models.Model):
    """One movement on the provider's side: `amount` minor units it took to pay what it calls `reference`, our own key.

    Never changed afterwards, but for `next_at`: when it is looked at again, while its payout is still on its way.
    A line that `stands` is the one that accounts for its payout; what else speaks of that payout does not.
    `batch` is the number of the first line it was booked with, in the transfer `transfer_key`.
    """

    report = models.ForeignKey(Report, db_index=False, on_delete=models.PROTECT, related_name="lines")
    number = models.PositiveBigIntegerField()
    batch = models.PositiveBigIntegerField()
    gateway = models.CharField(max_length=16)
    provider_id = models.CharField(max_length=120)
    reference = models.CharField(max_length=120)
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    paid_at = models.DateTimeField()
    payout = models.ForeignKey(Payout, null=True, db_index=False, on_delete=models.PROTECT, related_name="report_lines")
    stands = models.BooleanField()
    next_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["gateway", "provider_id"], name="report_line_is_kept_once"),
            models.UniqueConstraint(
                fields=["payout"], condition=Q(stands=True), name="payout_is_accounted_for_by_one_line"
            ),
            models.CheckConstraint(
                condition=Q(stands=False) | Q(payout__isnull=False), name="report_line_that_stands_has_a_payout"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="report_line_amount_is_positive"),
            models.CheckConstraint(condition=Q(currency__regex=r"^[A-Z]{3}$"), name="report_line_currency_is_iso_4217"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["report", "number"], name="report_line_list"),
            models.Index(fields=["payout"], condition=Q(payout__isnull=False), name="report_line_of_payout"),
            models.Index(fields=["next_at", "id"], condition=Q(next_at__isnull=False), name="report_line_due"),
        ]

    def __str__(self) -> str:
        return self.provider_id

    @property
    def transfer_key(self) -> str:
        """The key of the transfer that books the lines of one batch and currency."""
        return transfer_key(self.report_id, self.batch, self.currency)


def transfer_key(report_id: int, batch: int, currency: str) -> str:
    return f"report:{report_id}:{batch}:{currency}"


class Wrong(models.TextChoices):
    """Why a line of a report cannot be used."""

    COLUMNS = "columns", _("It does not have the columns that the heading names.")
    ID = "id", _("The provider’s own number is missing or too long.")
    REFERENCE = "reference", _("The reference is missing or too long.")
    AMOUNT = "amount", _("The amount is not a whole number of minor units above zero.")
    CURRENCY = "currency", _("The currency is not a code of three capital letters.")
    MOMENT = "moment", _("The moment of payment is not a date and time with its zone.")
    TOO_LARGE = "too_large", _("The amount is larger than any payment.")
    UNTIMELY = "untimely", _("The moment of payment lies in the future, or before 1970.")
    CONTRADICTS = "contradicts", _("An earlier line with this number says something else.")
    TOO_LONG = "too_long", _("The line is too long.")


class RejectedLine(models.Model):
    """A line that could not be used, as far as it was kept, and why."""

    report = models.ForeignKey(Report, db_index=False, on_delete=models.PROTECT, related_name="rejected")
    number = models.PositiveBigIntegerField()
    because = models.CharField(max_length=16, choices=Wrong)
    text = models.CharField(max_length=300)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["report", "number"], name="rejected_line_is_kept_once"),
        ]


class BreakKind(models.TextChoices):
    MISSING_HERE = "missing_here", _("Missing here")
    MISSING_THERE = "missing_there", _("Missing there")
    AMOUNT_DIFFERS = "amount_differs", _("Amount differs")
    CURRENCY_DIFFERS = "currency_differs", _("Currency differs")
    DUPLICATE = "duplicate", _("Duplicate")


class BreakStatus(models.TextChoices):
    OPEN = "open", _("Open")
    PROPOSED = "proposed", _("Waits for a second person")
    RESOLVED = "resolved", _("Resolved")
    EXPLAINED = "explained", _("Explained by itself")


class Resolution(models.TextChoices):
    """What was done about a break, and so what is booked."""

    PUT_RIGHT = "put_right", _("The provider put it right: the difference is in our cash")
    BORNE = "borne", _("The platform bears the difference")
    PAID_ANEW = "paid_anew", _("The provider never paid: pay the consumer through the wallet")


class BreakQuerySet(models.QuerySet["Break"]):
    def visible_to(self, user: User) -> "BreakQuerySet":
        return self if user.role == Role.FINANCE else self.none()

    def unsettled(self) -> "BreakQuerySet":
        """Those that somebody still has to do something about."""
        return self.filter(status__in=[BreakStatus.OPEN, BreakStatus.PROPOSED])


class Break(Stateful):
    """One thing that a provider and we see differently. `amount` is what is at stake, in minor units.

    It ends by a resolution, with a reason and somebody who answers for it, or when a later report or the payout
    itself explains it. What has ended never opens again: a new difference is a new break.
    """

    gateway = models.CharField(max_length=16)
    kind = models.CharField(max_length=20, choices=BreakKind)
    payout = models.ForeignKey(Payout, null=True, db_index=False, on_delete=models.PROTECT, related_name="breaks")
    line = models.ForeignKey(ReportLine, null=True, db_index=False, on_delete=models.PROTECT, related_name="breaks")
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    status = models.CharField(max_length=16, choices=BreakStatus, default=BreakStatus.OPEN)
    opened_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, db_index=False, on_delete=models.PROTECT, related_name="breaks_owned"
    )
    resolution = models.CharField(max_length=16, choices=Resolution, blank=True, default="")
    reason = models.CharField(max_length=500, blank=True, default="")
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, db_index=False, on_delete=models.PROTECT, related_name="breaks_proposed"
    )
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, db_index=False, on_delete=models.PROTECT, related_name="breaks_resolved"
    )

    MOVES = table_of(
        (BreakStatus.OPEN, [BreakStatus.PROPOSED, BreakStatus.RESOLVED, BreakStatus.EXPLAINED]),
        (BreakStatus.PROPOSED, [BreakStatus.OPEN, BreakStatus.RESOLVED, BreakStatus.EXPLAINED]),
        (BreakStatus.RESOLVED, []),
        (BreakStatus.EXPLAINED, []),
    )

    objects: ClassVar[models.Manager["Break"]] = models.Manager.from_queryset(BreakQuerySet)()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["line"],
                condition=Q(line__isnull=False) & ~Q(status="explained"),
                name="break_is_one_per_line",
            ),
            models.UniqueConstraint(
                fields=["payout"],
                condition=Q(kind="missing_there") & ~Q(status="explained"),
                name="break_is_one_per_payout_missing_there",
            ),
            models.CheckConstraint(condition=Q(kind__in=BreakKind.values), name="break_kind_is_known"),
            models.CheckConstraint(condition=Q(status__in=BreakStatus.values), name="break_status_is_known"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="break_is_about_money"),
            models.CheckConstraint(
                condition=Q(kind="missing_there", line__isnull=True, payout__isnull=False)
                | (~Q(kind="missing_there") & Q(line__isnull=False)),
                name="break_names_what_it_is_about",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["open", "proposed"], ended_at__isnull=True)
                | Q(status__in=["resolved", "explained"], ended_at__isnull=False),
                name="break_is_open_until_it_ends",
            ),
            models.CheckConstraint(
                condition=~Q(status="resolved") | (~Q(resolution="") & ~Q(reason="") & Q(resolved_by__isnull=False)),
                name="break_is_resolved_by_somebody_for_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(proposed_by__isnull=True) | Q(resolved_by__isnull=True) | ~Q(proposed_by=F("resolved_by")),
                name="break_has_a_checker_who_is_not_its_maker",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["opened_at", "id"], condition=Q(status__in=["open", "proposed"]), name="break_unsettled"
            ),
            models.Index(fields=["payout"], condition=Q(payout__isnull=False), name="break_of_payout"),
            models.Index(fields=["-id"], name="break_list"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def proposal(self) -> int | None:
        """The step that proposed what waits for an agreement, None where nothing does."""
        if self.status != BreakStatus.PROPOSED:
            return None
        proposed = self.moves.filter(became=BreakStatus.PROPOSED).exclude(was=BreakStatus.PROPOSED)
        return proposed.order_by("-id").values_list("pk", flat=True).first()

    def write_history(self, *, was: str, at: datetime, history: dict[str, Any]) -> None:
        BreakMove.objects.create(
            settles=self, was=was, became=self.status, at=at, by=history.get("by"), because=history.get("because", "")
        )


class BreakMove(models.Model):
    """One step of a break: opened (`was` is empty), taken over (`was` is what it `became`), proposed, ended."""

    settles = models.ForeignKey(Break, on_delete=models.PROTECT, related_name="moves")
    was = models.CharField(max_length=16, blank=True, default="")
    became = models.CharField(max_length=16)
    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, db_index=False, on_delete=models.PROTECT, related_name="+"
    )
    because = models.CharField(max_length=500, blank=True, default="")
