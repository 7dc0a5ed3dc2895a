"""The claim about one order line: whose it is, what is asked, where it stands, and who may see it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.models import Member, Merchant, Role, User
from common.compiled import insert_all
from common.states import Stateful, table_of
from compensation.models import CapUse
from disputes.models.event import Event
from disputes.models.party import Party
from disputes.models.status import AT_THE_PLATFORM, CloseReason, Status
from orders.models import Line, Order
from payouts.models import Payout
from policies.models import Verdict

PAUSE_AFTER_STUMBLING = timedelta(minutes=5)
# Cases that ended before this are left as they are: goodwill that comes after months is none.
GOODWILL_LOOKS_BACK = timedelta(days=30)


class ClaimQuerySet(models.QuerySet["Claim"]):
    def visible_to(self, user: User) -> "ClaimQuerySet":
        """The claims this person may see; everybody else's do not exist for them."""
        match user.role:
            case Role.CONSUMER:
                return self.filter(consumer=user)
            case Role.MERCHANT:
                # A scalar that is found first, so that lists walk the merchant's index in their own order.
                return self.filter(merchant_id=Member.objects.filter(user=user).values("merchant_id")[:1])
            case Role.AGENT:
                return self
            case _:
                return self.none()

    def open(self) -> "ClaimQuerySet":
        """Those that still wait for somebody."""
        return self.exclude(status__in=[Status.SETTLED, Status.CLOSED])

    def for_compensation(self) -> "ClaimQuerySet":
        """Those that hold or got something beyond the price: one for each line and reason (see the constraint)."""
        return self.filter(compensation__gt=0).exclude(status=Status.CLOSED).exclude(remedy="return")

    def waiting_for_merchant(self) -> "ClaimQuerySet":
        """Those on which the merchant's silence counts: its own turn, and evidence that both sides may still give."""
        return self.filter(Q(turn=Party.MERCHANT) | Q(status=Status.AWAITING_EVIDENCE), due_at__isnull=False)

    def for_agents(self, user: User) -> "ClaimQuerySet":
        """The work of the platform's people: disputes for every agent, those raised and appeals for seniors only."""
        disputes = self.filter(status__in=AT_THE_PLATFORM)
        return disputes if user.is_senior else disputes.filter(level=0).exclude(status=Status.APPEAL_REVIEW)

    def to_look_at_for_goodwill(self, now: datetime) -> "ClaimQuerySet":
        """Those that ended a short while ago after somebody was waited for, and that nobody has looked at since.

        What the rules settled at once kept nobody waiting.
        """
        return self.filter(
            closed_at__gt=now - GOODWILL_LOOKS_BACK,
            turned_at__isnull=False,
            goodwill_at__isnull=True,
            replayed=False,
        )

    def due(self, now: datetime) -> "ClaimQuerySet":
        """Claims whose deadline passed. Replayed history keeps its own clock and never comes due.

        One that could not be moved on is left alone for a while, so that it does not stand in the way of the others.
        """
        patient = Q(stumbled_at__isnull=True) | Q(stumbled_at__lte=now - PAUSE_AFTER_STUMBLING)
        return self.filter(patient, due_at__lte=now, replayed=False)


class Claim(Stateful):
    """A consumer's request about one order line.

    `amount` is what is asked or owed in minor units; `compensation` is the part of it that goes beyond the refund and
    so stands outside the line's exposure ceiling; `paid` is what was paid of it, and `advanced` the part of that which
    the fund paid first; what an empty fund owes is a Debt.
    `turn` and `due_at` say who must act until when; both are empty exactly when the status is final.
    """

    number = models.CharField(max_length=16, unique=True)
    key = models.CharField(max_length=120, null=True, unique=True, help_text="the event it comes from")  # noqa: DJ001 (unique where there is one)
    consumer = models.ForeignKey(
        settings.AUTH_USER_MODEL, db_index=False, on_delete=models.PROTECT, related_name="claims"
    )
    merchant = models.ForeignKey(Merchant, db_index=False, on_delete=models.PROTECT, related_name="claims")
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="claims")
    line = models.ForeignKey(Line, db_index=False, on_delete=models.PROTECT, related_name="claims")
    reason = models.CharField(max_length=32)
    remedy = models.CharField(max_length=16)
    quantity = models.PositiveIntegerField(default=0)
    amount = models.BigIntegerField()
    compensation = models.BigIntegerField(default=0)
    currency = models.CharField(max_length=3)
    statement = models.TextField(blank=True, default="")
    particulars = models.JSONField(
        default=dict, db_default={}, help_text="what the consumer added, as the guarantee asks for it"
    )
    settles = models.CharField(max_length=16)
    verdict = models.ForeignKey(Verdict, null=True, on_delete=models.PROTECT, related_name="claims")
    status = models.CharField(max_length=20, choices=Status)
    turn = models.CharField(max_length=16, blank=True, default="")
    due_at = models.DateTimeField(null=True)
    turned_at = models.DateTimeField(null=True, help_text="when the present turn began")
    reminded_minutes = models.PositiveIntegerField(null=True, help_text="the last reminder of this turn, before due_at")
    level = models.PositiveSmallIntegerField(default=0, help_text="0 any agent, 1 senior agents")
    filed_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    close_reason = models.CharField(max_length=32, choices=CloseReason, blank=True, default="")
    paid = models.BigIntegerField(default=0)
    advanced = models.BigIntegerField(default=0, help_text="the part of paid that the fund paid before it was decided")
    advance_due_at = models.DateTimeField(null=True, help_text="when the fund pays first if nobody has decided")
    replayed = models.BooleanField(default=False)
    stumbled_at = models.DateTimeField(null=True, help_text="when its deadline last could not take effect")
    goodwill_at = models.DateTimeField(null=True, help_text="when it was looked at for goodwill, after its end")

    MOVES = table_of(
        (
            Status.AWAITING_MERCHANT,
            [Status.OFFER_PENDING, Status.AWAITING_RETURN, Status.REJECTED, Status.SETTLED, Status.CLOSED],
        ),
        (
            Status.OFFER_PENDING,
            [
                Status.AWAITING_MERCHANT,
                Status.AWAITING_RETURN,
                Status.AWAITING_EVIDENCE,
                Status.SETTLED,
                Status.CLOSED,
            ],
        ),
        (Status.AWAITING_RETURN, [Status.RETURN_SHIPPED, Status.CLOSED]),
        (Status.RETURN_SHIPPED, [Status.SETTLED, Status.AWAITING_EVIDENCE, Status.CLOSED]),
        (Status.REJECTED, [Status.AWAITING_EVIDENCE, Status.AWAITING_RETURN, Status.SETTLED, Status.CLOSED]),
        (
            Status.AWAITING_EVIDENCE,
            [Status.UNDER_REVIEW, Status.DECIDED, Status.AWAITING_RETURN, Status.SETTLED, Status.CLOSED],
        ),
        (
            Status.UNDER_REVIEW,
            [Status.UNDER_REVIEW, Status.DECIDED, Status.AWAITING_RETURN, Status.SETTLED, Status.CLOSED],
        ),
        (Status.DECIDED, [Status.APPEAL_REVIEW, Status.SETTLED, Status.CLOSED]),
        (Status.APPEAL_REVIEW, [Status.SETTLED, Status.CLOSED]),
        (Status.SETTLED, []),
        (Status.CLOSED, []),
    )

    # What was paid with this very object in hand; disputes.payments.payouts_of asks the database.
    payouts_started: Sequence[Payout] = ()

    # What it takes off the caps on compensation, while it is being filed.
    cap_use: CapUse | None = None

    objects: ClassVar[models.Manager["Claim"]] = models.Manager.from_queryset(ClaimQuerySet)()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["due_at", "id"], condition=Q(due_at__isnull=False, replayed=False), name="claim_due"),
            models.Index(fields=["consumer", "-id"], name="claim_list_of_consumer"),
            models.Index(
                fields=["merchant", "due_at", "id"], condition=Q(due_at__isnull=False), name="claim_inbox_of_merchant"
            ),
            models.Index(fields=["merchant", "-id"], name="claim_list_of_merchant"),
            models.Index(
                fields=["level", "due_at", "id"],
                condition=Q(status__in=["awaiting_evidence", "under_review", "appeal_review"]),
                name="claim_queue_of_agents",
            ),
            models.Index(fields=["line"], name="claim_by_line"),
            models.Index(
                fields=["closed_at", "id"],
                condition=Q(closed_at__isnull=False, turned_at__isnull=False, goodwill_at__isnull=True, replayed=False),
                name="claim_to_look_at_for_goodwill",
            ),
            models.Index(
                fields=["advance_due_at", "id"],
                condition=Q(
                    status__in=["awaiting_evidence", "under_review"], advance_due_at__isnull=False, replayed=False
                ),
                name="claim_advance_due",
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(status__in=Status.values), name="claim_status_is_known"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="claim_amount_is_not_negative"),
            models.CheckConstraint(
                condition=Q(compensation__gte=0, compensation__lte=models.F("amount")),
                name="claim_compensation_is_part_of_its_amount",
            ),
            models.CheckConstraint(
                condition=Q(
                    status__in=[Status.SETTLED, Status.CLOSED], turn="", due_at__isnull=True, closed_at__isnull=False
                )
                | (
                    ~Q(status__in=[Status.SETTLED, Status.CLOSED])
                    & ~Q(turn="")
                    & Q(due_at__isnull=False, closed_at__isnull=True)
                ),
                name="claim_never_sticks",
            ),
            models.CheckConstraint(
                condition=Q(turn__in=["", "consumer", "merchant", "agent", "senior", "both"]),
                name="claim_turn_is_somebody_s",
            ),
            models.CheckConstraint(condition=Q(paid__gte=0), name="claim_paid_is_not_negative"),
            models.CheckConstraint(
                condition=Q(
                    advanced__gte=0,
                    advanced__lte=models.F("paid"),
                    amount__gte=models.F("advanced") + models.F("compensation"),
                ),
                name="claim_advance_is_within_its_refund_part",
            ),
            models.UniqueConstraint(
                fields=["line", "reason"],
                condition=Q(compensation__gt=0) & ~Q(status="closed") & ~Q(remedy="return"),
                name="line_is_compensated_once_per_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return _address_of_a_case().replace(SOME_NUMBER, self.number)

    @property
    def refund_part(self) -> int:
        """The part of the amount that goes back along the payment, in minor units."""
        return self.amount - self.compensation

    def write_history(self, *, was: str, at: datetime, history: dict[str, Any]) -> None:
        Event.objects.create(claim=self, was=was, became=self.status, at=at, **history)

    @classmethod
    def write_histories(cls, rows: "Sequence[Stateful]", *, was: str, at: datetime, history: dict[str, Any]) -> None:
        """All entries in one statement; the history's `values` are given for each claim by its id."""
        entry = {**history, "was": was, "at": at}
        values = entry.pop("values")
        insert_all([Event.new(claim_id=row.pk, became=row.status, values=values[row.pk], **entry) for row in rows])


SOME_NUMBER = "R-NUMBER"


@cache
def _address_of_a_case() -> str:
    """Put together once: everybody who is told about a case is given its address."""
    return reverse("claim", args=[SOME_NUMBER])
