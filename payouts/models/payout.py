"""How money leaves: one payout is one sum on its way to one person over one gateway.

reserved > sending (an attempt is committed before the call) > sent | failed | unknown > settled | released.
The provider key belongs to the payout for ever, so no retry can pay twice. What is released is paid by the payout
that replaces it, so that no money sticks.
"""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Role, User
from common.compiled import insert_all
from common.states import Stateful, table_of
from payouts.models.stop import Stop


class Status(models.TextChoices):
    RESERVED = "reserved", _("Approved")
    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Failed")
    UNKNOWN = "unknown", _("Being checked")
    SETTLED = "settled", _("Confirmed")
    RELEASED = "released", _("Called off")


ENDED = [Status.SETTLED, Status.RELEASED]
ON_THE_WAY = [Status.RESERVED, Status.SENDING, Status.SENT, Status.FAILED, Status.UNKNOWN]


class Attention(models.TextChoices):
    """What a payout on its way needs a person for; most need none."""

    NONE = "", _("None")
    APPROVAL = "approval", _("Waits for approval")
    PARKED = "parked", _("Set aside after errors")
    KEY_WINDOW = "key_window", _("Nobody knows whether it was paid")
    UNCONFIRMED = "unconfirmed", _("Not confirmed by the payee")


class PayoutQuerySet(models.QuerySet["Payout"]):
    def visible_to(self, user: User) -> "PayoutQuerySet":
        """Consumers see what goes to them, finance and agents all; a merchant sees its part through its claims."""
        match user.role:
            case Role.CONSUMER:
                return self.filter(payee=user)
            case Role.FINANCE | Role.AGENT:
                return self
            case _:
                return self.none()

    def due(self, now: datetime) -> "PayoutQuerySet":
        """Those the sweep has to look at. While a gateway is stopped, no call that pays begins there."""
        pays = Q(status__in=[Status.RESERVED, Status.FAILED])
        stopped = Exists(Stop.objects.covering(OuterRef("gateway")))
        return self.filter(~(pays & stopped), next_at__lte=now).order_by("next_at", "id")

    def open_to_news(self) -> "PayoutQuerySet":
        """Those that wait for a provider. A call that is under way brings its own answer, a pause ends by itself."""
        waiting = Q(status__in=[Status.SENT, Status.UNKNOWN]) | Q(attention=Attention.KEY_WINDOW)
        return self.filter(waiting).exclude(attention=Attention.PARKED)


class Payout(Stateful):
    """`key` names the cause ("claim:R-123:refund:1"); `next_at` is when the sweep looks again (null: never).

    One that needs a person's `attention` may wait for that person alone. `payment_reference` is the provider's name
    for the payment that the money goes back along; until `confirm_by` the payee may take what the provider holds for
    them; `tries` counts the steps since one was last recorded.
    `in_hand_of` is the database session that takes a step right now (common.sessions), `called_off_by` who decided
    that it was never paid and never shall be.

    The money lies in the payee's payable account, held under `hold_key` until it is posted or released. What still
    waits for the fund's money is no payout yet but a Draw.
    """

    key = models.CharField(max_length=120)
    payee = models.ForeignKey(
        settings.AUTH_USER_MODEL, db_index=False, on_delete=models.PROTECT, related_name="payouts"
    )
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    gateway = models.CharField(max_length=16)
    provider_key = models.UUIDField(default=uuid.uuid4)
    provider_reference = models.CharField(max_length=120, blank=True, default="")
    status = models.CharField(max_length=16, choices=Status, default=Status.RESERVED)
    attempts_made = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    failure = models.CharField(max_length=200, blank=True, default="")
    attention = models.CharField(
        max_length=16, choices=Attention, blank=True, default=Attention.NONE, db_default=Attention.NONE
    )
    payment_reference = models.CharField(max_length=120, blank=True, default="", db_default="")
    confirm_by = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0, db_default=0)
    in_hand_of = models.IntegerField(null=True)
    called_off_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, db_index=False, on_delete=models.PROTECT, related_name="+"
    )
    replaces = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="replaced_by")

    MOVES = table_of(
        (Status.RESERVED, [Status.SENDING, Status.SETTLED]),
        (Status.SENDING, [Status.SENT, Status.FAILED, Status.UNKNOWN, Status.SETTLED]),
        (Status.SENT, [Status.SETTLED, Status.FAILED]),
        (Status.FAILED, [Status.SENDING, Status.SENT, Status.SETTLED, Status.RELEASED]),
        (Status.UNKNOWN, [Status.SENT, Status.FAILED, Status.SETTLED]),
        (Status.SETTLED, []),
        (Status.RELEASED, []),
    )

    objects: ClassVar[models.Manager["Payout"]] = models.Manager.from_queryset(PayoutQuerySet)()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["next_at", "id"], condition=Q(next_at__isnull=False), name="payout_due"),
            models.Index(fields=["in_hand_of"], condition=Q(in_hand_of__isnull=False), name="payout_in_hand"),
            models.Index(fields=["payee", "-id"], name="payout_list_of_payee"),
            models.Index(fields=["attention", "id"], condition=~Q(attention=""), name="payout_needs_a_person"),
            models.Index(
                fields=["gateway", "ended_at", "id"],
                condition=Q(status="settled") & ~Q(gateway="wallet"),
                name="payout_settled_by_provider",
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["key"], name="payout_is_started_once_per_key"),
            models.UniqueConstraint(fields=["provider_key"], name="payout_has_a_provider_key_of_its_own"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="payout_amount_is_positive"),
            models.CheckConstraint(condition=Q(status__in=Status.values), name="payout_status_is_known"),
            models.CheckConstraint(condition=Q(attention__in=Attention.values), name="payout_attention_is_known"),
            models.CheckConstraint(
                condition=Q(status__in=ENDED, next_at__isnull=True, ended_at__isnull=False, attention="")
                | Q(status__in=ON_THE_WAY, next_at__isnull=False, ended_at__isnull=True)
                | Q(~Q(attention=""), status__in=ON_THE_WAY, ended_at__isnull=True),
                name="payout_is_looked_at_until_it_ends",
            ),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def hold_key(self) -> str:
        """The key of the hold in the books, and of the transfer it becomes."""
        return f"{self.key}:payout"

    def write_history(self, *, was: str, at: datetime, history: dict[str, Any]) -> None:
        Move.objects.create(payout=self, was=was, became=self.status, at=at, because=history.get("because", ""))

    @classmethod
    def write_histories(cls, rows: Sequence[Stateful], *, was: str, at: datetime, history: dict[str, Any]) -> None:
        because = history.get("because", "")
        insert_all([Move(payout_id=row.pk, was=was, became=row.status, at=at, because=because) for row in rows])


class Move(models.Model):
    """One step of a payout, with why it was taken."""

    payout = models.ForeignKey(Payout, db_constraint=False, on_delete=models.PROTECT, related_name="moves")
    was = models.CharField(max_length=16, blank=True, default="")
    became = models.CharField(max_length=16)
    at = models.DateTimeField()
    because = models.CharField(max_length=200, blank=True, default="")


class Attempt(models.Model):
    """One call to a gateway, committed before it is made: an attempt without an end may have happened."""

    payout = models.ForeignKey(Payout, db_index=False, on_delete=models.PROTECT, related_name="attempts")
    number = models.PositiveSmallIntegerField()
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=16, blank=True, default="")
    answer = models.TextField(blank=True, default="")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["payout", "number"], name="attempt_number_is_one_per_payout"),
        ]
