"""A guest without a room who is offered another hotel: what was offered, until when, and what became of it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Member, Role, User
from common.states import Stateful, table_of
from orders.models import Line


class RehousingQuerySet(models.QuerySet["Rehousing"]):
    def visible_to(self, user: User) -> "RehousingQuerySet":
        """The guest's own, those of the hotel's business, and all of them for agents."""
        match user.role:
            case Role.CONSUMER:
                return self.filter(line__order__consumer=user)
            case Role.MERCHANT:
                return self.filter(line__order__merchant__in=Member.objects.filter(user=user).values("merchant_id"))
            case Role.AGENT:
                return self
            case _:
                return self.none()

    def due(self, now: datetime) -> "RehousingQuerySet":
        """Those whose guest did not answer in time, and those whose way to the other hotel is still to be paid."""
        return self.filter(due_at__lte=now)


class Rehousing(Stateful):
    """The one offer of other hotels that a stay without a room gets.

    Deadline contract: OFFERED waits for the guest until `due_at`, and then lapses: money instead. ACCEPTED is there
    until the way to the other hotel is paid, which the sweep tries again at `due_at`. The others are final.
    """

    class Status(models.TextChoices):
        OFFERED = "offered", _("Waiting for the guest's answer")
        ACCEPTED = "accepted", _("Taken, the way there is being paid")
        KEPT = "kept", _("Taken")
        DECLINED = "declined", _("Declined, paid in money")
        LAPSED = "lapsed", _("Not answered in time, paid in money")

    line = models.OneToOneField(Line, on_delete=models.PROTECT, related_name="rehousing")
    status = models.CharField(max_length=16, choices=Status, default=Status.OFFERED)
    chosen = models.ForeignKey("OtherHotel", null=True, on_delete=models.PROTECT, related_name="+")
    offered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    offered_at = models.DateTimeField()
    answer_by = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)

    MOVES = table_of(
        (Status.OFFERED, [Status.ACCEPTED, Status.DECLINED, Status.LAPSED]),
        (Status.ACCEPTED, [Status.KEPT]),
        (Status.KEPT, []),
        (Status.DECLINED, []),
        (Status.LAPSED, []),
    )

    objects: ClassVar[models.Manager["Rehousing"]] = models.Manager.from_queryset(RehousingQuerySet)()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["due_at", "id"], condition=Q(due_at__isnull=False), name="rehousing_due"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(status__in=["offered", "accepted"], due_at__isnull=False)
                | Q(status__in=["kept", "declined", "lapsed"], due_at__isnull=True),
                name="rehousing_never_sticks",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["accepted", "kept"], chosen__isnull=False)
                | Q(status__in=["offered", "declined", "lapsed"], chosen__isnull=True),
                name="rehousing_that_was_accepted_names_its_hotel",
            ),
            models.CheckConstraint(
                condition=Q(status="offered", answered_at__isnull=True)
                | Q(status__in=["accepted", "kept", "declined", "lapsed"], answered_at__isnull=False),
                name="rehousing_is_answered_once",
            ),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def key(self) -> str:
        """The cause of all that moves for it."""
        return f"rehousing:{self.line_id}"

    def get_absolute_url(self) -> str:
        return reverse("rehousing", args=[self.pk])

    def write_history(self, *, was: str, at: datetime, history: dict[str, Any]) -> None:
        RehousingMove.objects.create(rehousing=self, was=was, became=self.status, at=at, by=history.get("by"))

    @classmethod
    def write_histories(cls, rows: Sequence[Stateful], *, was: str, at: datetime, history: dict[str, Any]) -> None:
        for row in rows:
            row.write_history(was=was, at=at, history=history)


class OtherHotel(models.Model):
    """One of the other hotels on offer, of the same class or better.

    Minor units of the order's currency: `difference` is what it costs more and the first hotel pays there, `transport`
    what the first hotel pays the guest for the way.
    """

    rehousing = models.ForeignKey(Rehousing, on_delete=models.PROTECT, related_name="hotels")
    name = models.CharField(max_length=160)
    address = models.CharField(max_length=300)
    room = models.CharField(max_length=120)
    difference = models.BigIntegerField()
    transport = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(difference__gte=0, transport__gte=0), name="other_hotel_costs_the_guest_nothing"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class RehousingMove(models.Model):
    """A step in the life of a rehousing; `by` is the person who took it (None: the sweep)."""

    rehousing = models.ForeignKey(Rehousing, on_delete=models.PROTECT, related_name="moves")
    was = models.CharField(max_length=16)
    became = models.CharField(max_length=16)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
