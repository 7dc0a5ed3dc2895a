"""The case: a claim about one order line, and all that both sides and the platform said and did about it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Member, Merchant, Role, User
from common.compiled import insert_all
from common.rows import Row
from common.states import Stateful, table_of
from compensation.models import CapUse
from orders.models import Line, Order
from payouts.models import Payout
from policies.models import Verdict, Version

PAUSE_AFTER_STUMBLING = timedelta(minutes=5)
# Cases that ended before this are left as they are: goodwill that comes after months is none.
GOODWILL_LOOKS_BACK = timedelta(days=30)


class Status(models.TextChoices):
    AWAITING_MERCHANT = "awaiting_merchant", _("Waiting for the merchant")
    OFFER_PENDING = "offer_pending", _("Offer to answer")
    AWAITING_RETURN = "awaiting_return", _("Waiting for the goods to be sent back")
    RETURN_SHIPPED = "return_shipped", _("Goods on their way back")
    REJECTED = "rejected", _("Rejected by the merchant")
    AWAITING_EVIDENCE = "awaiting_evidence", _("Collecting evidence")
    UNDER_REVIEW = "under_review", _("Being decided by the platform")
    DECIDED = "decided", _("Decided")
    APPEAL_REVIEW = "appeal_review", _("Appeal being reviewed")
    SETTLED = "settled", _("Settled")
    CLOSED = "closed", _("Closed")


AT_THE_PLATFORM = (Status.AWAITING_EVIDENCE, Status.UNDER_REVIEW, Status.APPEAL_REVIEW)


class Party(models.TextChoices):
    """Who acts or is waited for. RULE and CLOCK act when no person does."""

    CONSUMER = "consumer", _("Consumer")
    MERCHANT = "merchant", _("Merchant")
    AGENT = "agent", _("Agent")
    SENIOR = "senior", _("Senior agent")
    BOTH = "both", _("Consumer and merchant")
    RULE = "rule", _("Rule")
    CLOCK = "clock", _("Deadline")


class CloseReason(models.TextChoices):
    """How a case ended; automatic, human and no-fault endings are told apart."""

    PAID_BY_RULE = "paid_by_rule", _("Paid by rule")
    GIVEN_IN_KIND = "given_in_kind", _("Upgrade or alternative given")
    NOTHING_OWED = "nothing_owed", _("Nothing was owed")
    MERCHANT_ACCEPTED = "merchant_accepted", _("Accepted by the merchant")
    MERCHANT_SILENT = "merchant_silent", _("Merchant did not answer in time")
    OFFER_ACCEPTED = "offer_accepted", _("Offer accepted")
    OFFER_LAPSED = "offer_lapsed", _("Offer paid when its time ran out")
    RETURN_RECEIVED = "return_received", _("Goods came back")
    RETURN_NOT_SENT = "return_not_sent", _("Goods were not sent back")
    NOT_ESCALATED = "not_escalated", _("Rejection was not contested")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    PAID_BY_EVENT = "paid_by_event", _("Paid because of an event")
    SUPERSEDED_BY_CHARGEBACK = "superseded_by_chargeback", _("Superseded by a chargeback")
    DECIDED_FOR_CONSUMER = "decided_for_consumer", _("Decided for the consumer")
    DECIDED_FOR_MERCHANT = "decided_for_merchant", _("Decided for the merchant")
    DECIDED_SPLIT = "decided_split", _("Decided for both in part")
    DECIDED_NO_FAULT = "decided_no_fault", _("Paid by the platform, nobody at fault")


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


class Deed(models.TextChoices):
    """What happened in a case, in the past tense. Its sentence stands in disputes.wording."""

    FILED = "filed", _("Filed")
    PAID_BY_RULE = "paid_by_rule", _("Paid by rule")
    GIVEN_IN_KIND = "given_in_kind", _("Upgrade or alternative given")
    FOUND_NOTHING_OWED = "found_nothing_owed", _("Nothing was owed")
    ACCEPTED = "accepted", _("Accepted by the merchant")
    OFFERED = "offered", _("Offer made")
    COUNTERED = "countered", _("Counter-offer made")
    OFFER_ACCEPTED = "offer_accepted", _("Offer accepted")
    REJECTED = "rejected", _("Rejected by the merchant")
    RETURN_SHIPPED = "return_shipped", _("Goods sent back")
    RETURN_RECEIVED = "return_received", _("Goods came back")
    RETURN_CONTESTED = "return_contested", _("Return contested")
    ESCALATED = "escalated", _("Escalated to the platform")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    EVIDENCE_GIVEN = "evidence_given", _("Evidence given")
    DECIDED = "decided", _("Decided")
    APPEALED = "appealed", _("Appealed")
    APPEAL_DECIDED = "appeal_decided", _("Appeal decided")
    MERCHANT_SILENT = "merchant_silent", _("Merchant did not answer in time")
    OFFER_LAPSED = "offer_lapsed", _("Offer paid when its time ran out")
    RETURN_NOT_SENT = "return_not_sent", _("Goods were not sent back")
    RETURN_NOT_CONFIRMED = "return_not_confirmed", _("Goods taken as received")
    NOT_ESCALATED = "not_escalated", _("Rejection was not contested")
    EVIDENCE_SEALED = "evidence_sealed", _("Evidence sealed")
    RAISED_TO_SENIOR = "raised_to_senior", _("Raised to a senior agent")
    DECISION_STANDS = "decision_stands", _("The decision stands")
    DEBT_PAID = "debt_paid", _("Paid when the fund was filled again")
    GOODWILL_GIVEN = "goodwill_given", _("Goodwill coupon given")
    PAID_BY_EVENT = "paid_by_event", _("Paid because of an event")
    CHARGED_BACK = "charged_back", _("Taken back by the card network")
    ADVANCED = "advanced", _("Paid first by the special fund")


class Event(Row):
    """One entry of a claim's timeline: who did what, when, and what became of the status.

    `values` fill the sentence of its `kind`.
    """

    claim = models.ForeignKey(Claim, db_index=False, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=32, choices=Deed)
    party = models.CharField(max_length=16, choices=Party)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    was = models.CharField(max_length=20, blank=True, default="")
    became = models.CharField(max_length=20, blank=True, default="")
    values = models.JSONField(default=dict)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["claim", "id"], name="event_timeline")]


class Offer(models.Model):
    """A sum one side proposes instead of the claim; at most one stands open on a claim."""

    class Status(models.TextChoices):
        OPEN = "open", _("Open")
        ACCEPTED = "accepted", _("Accepted")
        COUNTERED = "countered", _("Countered")
        DECLINED = "declined", _("Declined")
        LAPSED = "lapsed", _("Lapsed")

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="offers")
    by = models.CharField(max_length=16, choices=[(Party.CONSUMER, Party.CONSUMER), (Party.MERCHANT, Party.MERCHANT)])
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    amount = models.BigIntegerField()
    statement = models.TextField(blank=True, default="")
    status = models.CharField(max_length=16, choices=Status, default=Status.OPEN)
    made_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["claim"], condition=Q(status="open"), name="offer_open_is_one_per_claim"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="offer_amount_is_positive"),
            models.CheckConstraint(
                condition=Q(status="open", answered_at__isnull=True)
                | Q(status__in=["accepted", "countered", "declined", "lapsed"], answered_at__isnull=False),
                name="offer_is_answered_once",
            ),
        ]


class Rejection(models.Model):
    """The merchant's typed reason for saying no."""

    class Reason(models.TextChoices):
        DELIVERED_AS_ORDERED = "delivered_as_ordered", _("Delivered as ordered")
        USED_OR_DAMAGED_BY_CONSUMER = "used_or_damaged_by_consumer", _("Used or damaged by the consumer")
        SERVICE_WAS_GIVEN = "service_was_given", _("The service was given")
        OUTSIDE_THE_TERMS = "outside_the_terms", _("Outside the agreed terms")
        NOT_ENOUGH_EVIDENCE = "not_enough_evidence", _("Not enough evidence")
        RETURN_INCOMPLETE = "return_incomplete", _("What came back is not what was sold")

    claim = models.OneToOneField(Claim, on_delete=models.PROTECT, related_name="rejection")
    reason = models.CharField(max_length=32, choices=Reason)
    statement = models.TextField()
    rejected_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    rejected_at = models.DateTimeField()


class Evidence(models.Model):
    """One typed document of one party. Sealed when the evidence round ends: from then on it cannot be added to."""

    class Kind(models.TextChoices):
        PHOTO = "photo", _("Photo")
        RECEIPT = "receipt", _("Receipt or invoice")
        SHIPPING = "shipping", _("Proof of shipping or delivery")
        CONVERSATION = "conversation", _("Conversation")
        OTHER = "other", _("Other document")

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="evidence")
    party = models.CharField(max_length=16, choices=Party)
    kind = models.CharField(max_length=16, choices=Kind)
    file = models.FileField(upload_to="evidence/%Y/%m/")
    name = models.CharField(max_length=120)
    content_type = models.CharField(max_length=60)
    size_bytes = models.PositiveIntegerField()
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField()
    sealed_at = models.DateTimeField(null=True)


class Message(models.Model):
    """Something said in the case; internal messages are for agents only."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="messages")
    party = models.CharField(max_length=16, choices=Party)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    body = models.TextField()
    internal = models.BooleanField(default=False)
    said_at = models.DateTimeField()


class Outcome(models.TextChoices):
    CONSUMER = "consumer", _("For the consumer")
    MERCHANT = "merchant", _("For the merchant")
    SPLIT = "split", _("In part for each")
    NO_FAULT = "no_fault", _("For the consumer, merchant not at fault")


class DecisionReason(models.TextChoices):
    EVIDENCE_FOR_CONSUMER = "evidence_for_consumer", _("The evidence supports the consumer")
    EVIDENCE_FOR_MERCHANT = "evidence_for_merchant", _("The evidence supports the merchant")
    BOTH_IN_PART = "both_in_part", _("Both sides are right in part")
    NEITHER_AT_FAULT = "neither_at_fault", _("Neither side is at fault")
    TERMS_SAY_SO = "terms_say_so", _("The terms in force decide it")
    PLATFORM_TOO_SLOW = "platform_too_slow", _("The platform did not decide in time")


class Decision(models.Model):
    """The platform's word on a dispute: outcome, sum, typed reason and written statement; once, and once on appeal."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="decisions")
    on_appeal = models.BooleanField(default=False)
    outcome = models.CharField(max_length=16, choices=Outcome)
    amount = models.BigIntegerField(default=0)
    reason = models.CharField(max_length=32, choices=DecisionReason)
    statement = models.TextField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["claim", "on_appeal"], name="claim_is_decided_once_and_once_on_appeal"),
            models.CheckConstraint(
                condition=Q(outcome="merchant", amount=0)
                | Q(outcome__in=["consumer", "split", "no_fault"], amount__gte=0),
                name="decision_outcome_fits_its_amount",
            ),
        ]


class Appeal(models.Model):
    """One side asks another reviewer to look again; a case is appealed once, by whoever comes first."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="appeals")
    party = models.CharField(max_length=16, choices=Party)
    appealed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    statement = models.TextField()
    appealed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["claim"], name="claim_is_appealed_once"),
        ]


class Debt(models.Model):
    """What the special fund owes a consumer because it was empty when it had to pay; the next money in it pays this.

    `refund` and `compensation` are minor units of the claim's currency; `number` says which of the claim's payments it
    is. `as_expense`: the platform bears it; otherwise the merchant will owe it to the fund.
    """

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="debts")
    number = models.PositiveSmallIntegerField()
    refund = models.BigIntegerField()
    compensation = models.BigIntegerField()
    as_expense = models.BooleanField()
    owed_at = models.DateTimeField()
    paid_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["owed_at", "id"], condition=Q(paid_at__isnull=True), name="debt_open"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["claim", "number"], name="debt_is_one_per_payment"),
            models.CheckConstraint(
                condition=Q(refund__gte=0, compensation__gte=0) & ~Q(refund=0, compensation=0),
                name="debt_is_of_money",
            ),
        ]

    @property
    def amount(self) -> int:
        """All of it, in minor units."""
        return self.refund + self.compensation


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
