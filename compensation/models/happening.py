"""Events of the marketplace: what was announced, whom it affects, and what became of each line that it affects."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Role, User
from common.compiled import insert_all
from common.rows import Row
from common.states import Stateful, table_of
from orders.models import Line, Store
from policies.models import Verdict


class HappeningQuerySet(models.QuerySet["Happening"]):
    def visible_to(self, user: User) -> "HappeningQuerySet":
        """Agents see all events; for everybody else there are none."""
        return self if user.role == Role.AGENT else self.none()

    def to_look_through(self, now: datetime) -> "HappeningQuerySet":
        """Those whose lines are to be looked for now."""
        return self.filter(due_at__lte=now)


class Happening(models.Model):
    """An event as it stands after the last bulletin about it; `key` is the source's own and names it once.

    The period is half-open; no end means until further notice. A walk is of one day (`starts_at`, UTC), a performance
    of the one moment at which it begins. `item` narrows it down to what was sold under this code, `orders` to these
    orders' numbers; empty: all. `due_at` is when the lines it affects are to be looked for next.
    """

    class Kind(models.TextChoices):
        STORE_CLOSED = "store_closed", _("Store closed")
        HOTEL_WALK = "hotel_walk", _("Hotel turned guests away")
        PERFORMANCE_CANCELLED = "performance_cancelled", _("Performance cancelled")

    class Reason(models.TextChoices):
        CLOSED = "closed", _("Closed")
        RENOVATING = "renovating", _("Renovating")
        MOVED = "moved", _("Moved")

    key = models.CharField(max_length=100, unique=True)
    kind = models.CharField(max_length=32, choices=Kind)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="happenings")
    item = models.CharField(max_length=60, blank=True, default="")
    orders = models.JSONField(default=list)
    reason = models.CharField(max_length=16, choices=Reason, blank=True, default="")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager["Happening"]] = models.Manager.from_queryset(HappeningQuerySet)()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["due_at", "id"], condition=Q(due_at__isnull=False), name="happening_due"),
            models.Index(fields=["store"], name="happening_of_store"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(kind__in=["store_closed", "hotel_walk", "performance_cancelled"]),
                name="happening_kind_is_known",
            ),
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at")),
                name="happening_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return self.key

    def get_absolute_url(self) -> str:
        return reverse("happening", args=[self.pk])


class Bulletin(models.Model):
    """One message of the source: the first about an event announces it, later ones change, end or cancel it.

    `said` is what it said, as plain JSON; the same key never stands for anything else.
    """

    key = models.CharField(max_length=100, unique=True)
    happening = models.ForeignKey(Happening, on_delete=models.PROTECT, related_name="bulletins")
    said = models.JSONField()
    said_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    received_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.key


# How often a line is tried before a person has to look at it.
TRIES = 5


class AffectedQuerySet(models.QuerySet["Affected"]):
    def due(self, now: datetime) -> "AffectedQuerySet":
        """Those to be judged and paid now."""
        return self.filter(due_at__lte=now)


class Affected(Stateful):
    """A line that an event affects, and what it got: judged once by its scheme's rule, paid once.

    `cause` is what happened to the line, in the words of the schemes. `amount` (minor units of `currency`) is all of
    it, `compensation` the part beyond what was paid for the line. `alternative` is the canonical verdict of what the
    terms would have given instead of the money, "" for nothing. `because` is a code: why the line is where it is.
    `recorded` says that the event changed what the order knew of the line.
    """

    class Status(models.TextChoices):
        FOUND = "found", _("To be judged")
        PAID = "paid", _("Paid")
        GIVEN = "given", _("Given in kind")
        OWED = "owed", _("Owed by the special fund")
        REFUSED = "refused", _("Nothing owed")
        LEFT = "left", _("Left to a claim")
        PARKED = "parked", _("Waits for an agent")
        DROPPED = "dropped", _("Dropped with its event")

    happening = models.ForeignKey(Happening, db_index=False, on_delete=models.PROTECT, related_name="affected")
    line = models.ForeignKey(Line, on_delete=models.PROTECT, related_name="affected")
    cause = models.CharField(max_length=32)
    status = models.CharField(max_length=16, choices=Status, default=Status.FOUND)
    because = models.CharField(max_length=60, blank=True, default="")
    verdict = models.ForeignKey(Verdict, null=True, on_delete=models.PROTECT, related_name="+")
    alternative = models.TextField(blank=True, default="")
    amount = models.BigIntegerField(default=0)
    compensation = models.BigIntegerField(default=0)
    currency = models.CharField(max_length=3)
    payer = models.CharField(max_length=16, blank=True, default="")
    recorded = models.BooleanField(default=False)
    found_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    ended_at = models.DateTimeField(null=True)

    MOVES = table_of(
        (
            Status.FOUND,
            [
                Status.PAID,
                Status.GIVEN,
                Status.OWED,
                Status.REFUSED,
                Status.LEFT,
                Status.PARKED,
                Status.DROPPED,
            ],
        ),
        (Status.OWED, [Status.PAID, Status.PARKED, Status.DROPPED]),
        (Status.PARKED, [Status.FOUND, Status.OWED, Status.DROPPED]),
        (Status.REFUSED, [Status.FOUND]),
        (Status.DROPPED, [Status.FOUND]),
        (Status.PAID, []),
        (Status.GIVEN, []),
        (Status.LEFT, []),
    )

    objects: ClassVar[models.Manager["Affected"]] = models.Manager.from_queryset(AffectedQuerySet)()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["due_at", "id"], condition=Q(due_at__isnull=False), name="affected_due"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["happening", "line"], name="line_is_affected_once_by_an_event"),
            models.CheckConstraint(
                condition=Q(compensation__gte=0, amount__gte=F("compensation")), name="affected_sums_are_parts"
            ),
            models.CheckConstraint(
                condition=Q(status__in=["found", "owed", "paid", "given", "refused", "left", "parked", "dropped"]),
                name="affected_status_is_known",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["found", "owed"], due_at__isnull=False)
                | Q(status__in=["paid", "given", "refused", "left", "parked", "dropped"], due_at__isnull=True),
                name="affected_is_due_exactly_while_it_waits_for_the_sweep",
            ),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def key(self) -> str:
        """The cause of all that moves for it: its verdict, its exposure, its payments."""
        return f"event:{self.happening_id}:line:{self.line_id}"

    @property
    def refund_part(self) -> int:
        """What goes back along the payment, in minor units."""
        return self.amount - self.compensation

    def write_history(self, *, was: str, at: datetime, history: dict[str, Any]) -> None:
        self.write_histories([self], was=was, at=at, history=history)

    @classmethod
    def write_histories(cls, rows: Sequence[Stateful], *, was: str, at: datetime, history: dict[str, Any]) -> None:
        by, because = history.get("by"), history.get("because", "")
        insert_all(
            [
                AffectedMove(affected_id=row.pk, was=was, became=row.status, at=at, by=by, because=because)
                for row in rows
            ]
        )


class AffectedMove(Row):
    """A step in the life of an affected line; `by` is the person who took it (None: the sweep), with their reason."""

    affected = models.ForeignKey(Affected, on_delete=models.PROTECT, related_name="moves")
    was = models.CharField(max_length=16)
    became = models.CharField(max_length=16)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    because = models.CharField(max_length=1000, blank=True, default="")
