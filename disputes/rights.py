"""Who may do what in which state of a case: the one table that pages, API and actions read.

A page shows exactly these acts and an action refuses every other, so nobody is offered what would be turned down.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db.models import Count, Max, Q

from accounts.models import Role, User
from disputes.models import Claim, Offer, Party, Status

# A side makes at most this many offers, so that haggling ends (WeChat allows five applications for one item).
MOST_OFFERS_PER_SIDE = 3
MOST_EVIDENCE_PER_SIDE = 10


class Act(StrEnum):
    """What can be done in a case, named as the address it is posted to."""

    ANSWER = "answer"
    OFFERS = "offers"
    ACCEPTANCE = "acceptance"
    ESCALATION = "escalation"
    WITHDRAWAL = "withdrawal"
    SHIPMENT = "shipment"
    RECEIPT = "receipt"
    EVIDENCE = "evidence"
    DECISION = "decision"
    APPEAL = "appeal"
    MESSAGES = "messages"


class Answer(StrEnum):
    """What a merchant can answer."""

    ACCEPT = "accept"
    OFFER = "offer"
    REJECT = "reject"


FINAL = frozenset({Status.SETTLED, Status.CLOSED})
UNSEALED = frozenset(
    {
        Status.AWAITING_MERCHANT,
        Status.OFFER_PENDING,
        Status.AWAITING_RETURN,
        Status.RETURN_SHIPPED,
        Status.REJECTED,
        Status.AWAITING_EVIDENCE,
    }
)
UNDECIDED = UNSEALED | {Status.UNDER_REVIEW}

# A merchant may give in at any time before the decision; nobody needs the platform for that.
ANSWERS: Mapping[Status, tuple[Answer, ...]] = {
    Status.AWAITING_MERCHANT: (Answer.ACCEPT, Answer.OFFER, Answer.REJECT),
    Status.OFFER_PENDING: (Answer.ACCEPT,),
    Status.RETURN_SHIPPED: (Answer.REJECT,),
    Status.REJECTED: (Answer.ACCEPT,),
    Status.AWAITING_EVIDENCE: (Answer.ACCEPT,),
    Status.UNDER_REVIEW: (Answer.ACCEPT,),
}

PARTIES = (Party.CONSUMER, Party.MERCHANT)
AGENTS = (Party.AGENT, Party.SENIOR)

# What each side may do in which status, before the narrower conditions of `_holds`.
ACTS: Mapping[Act, Mapping[Party, frozenset[Status]]] = {
    Act.ANSWER: {Party.MERCHANT: frozenset(ANSWERS)},
    Act.ACCEPTANCE: {
        Party.CONSUMER: frozenset({Status.OFFER_PENDING}),
        Party.MERCHANT: frozenset({Status.AWAITING_MERCHANT}),
    },
    Act.OFFERS: {
        Party.CONSUMER: frozenset({Status.OFFER_PENDING}),
        Party.MERCHANT: frozenset({Status.AWAITING_MERCHANT}),
    },
    Act.SHIPMENT: {Party.CONSUMER: frozenset({Status.AWAITING_RETURN})},
    Act.RECEIPT: {Party.MERCHANT: frozenset({Status.RETURN_SHIPPED})},
    Act.ESCALATION: {Party.CONSUMER: frozenset({Status.OFFER_PENDING, Status.REJECTED})},
    Act.DECISION: {
        Party.AGENT: frozenset({Status.AWAITING_EVIDENCE, Status.UNDER_REVIEW}),
        Party.SENIOR: frozenset({Status.AWAITING_EVIDENCE, Status.UNDER_REVIEW, Status.APPEAL_REVIEW}),
    },
    Act.APPEAL: dict.fromkeys(PARTIES, frozenset({Status.DECIDED})),
    Act.EVIDENCE: dict.fromkeys(PARTIES, UNSEALED),
    Act.WITHDRAWAL: {Party.CONSUMER: UNDECIDED - {Status.RETURN_SHIPPED}},
    Act.MESSAGES: dict.fromkeys((*PARTIES, *AGENTS), frozenset(Status) - FINAL),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """What the narrower conditions ask for, beside the claim's own columns."""

    open_offer_by: str = ""
    offers_made: Mapping[str, int] = field(default_factory=dict)
    evidence_given: Mapping[str, int] = field(default_factory=dict)
    decided_by: int | None = None
    outcome: str = ""


def party_of(claim: Claim, user: User) -> Party | None:
    """The side this person is on, or None for a stranger."""
    match user.role:
        case Role.CONSUMER if claim.consumer_id == user.pk:
            return Party.CONSUMER
        case Role.MERCHANT if (member := getattr(user, "membership", None)) and member.merchant_id == claim.merchant_id:
            return Party.MERCHANT
        case Role.AGENT:
            return Party.SENIOR if user.is_senior else Party.AGENT
        case _:
            return None


def acts(claim: Claim, standing: Standing, *, party: Party | None, user: User, now: datetime) -> tuple[Act, ...]:
    """All this person may do in the case now, in the order a page shows it."""
    return tuple(act for act in Act if may(act, claim, standing, party=party, user=user, now=now))


def may(act: Act, claim: Claim, standing: Standing, *, party: Party | None, user: User, now: datetime) -> bool:
    """Whether this person may do it now."""
    if party is None or claim.status not in ACTS[act].get(party, frozenset()):
        return False
    if party in PARTIES and act != Act.MESSAGES and is_overdue(claim, now):
        return False
    return _holds(act, claim, standing, party=party, user=user)


def is_overdue(claim: Claim, now: datetime) -> bool:
    """Whether the deadline has passed and only waits to take effect. From then on neither side can undo it."""
    return claim.due_at is not None and claim.due_at <= now


def _holds(act: Act, claim: Claim, standing: Standing, *, party: Party, user: User) -> bool:
    match act:
        case Act.OFFERS:
            return claim.amount > 0 and standing.offers_made.get(party, 0) < MOST_OFFERS_PER_SIDE
        case Act.ACCEPTANCE:
            return standing.open_offer_by not in ("", party)
        case Act.EVIDENCE:
            return standing.evidence_given.get(party, 0) < MOST_EVIDENCE_PER_SIDE
        case Act.DECISION if claim.status == Status.APPEAL_REVIEW:
            return standing.decided_by != user.pk
        case Act.DECISION:
            return claim.level == 0 or party == Party.SENIOR
        case _:
            return True


def answers(claim: Claim, standing: Standing) -> tuple[Answer, ...]:
    """The answers open to the merchant in this status; where no money is claimed there is none to offer."""
    may_offer = claim.amount > 0 and standing.offers_made.get(Party.MERCHANT, 0) < MOST_OFFERS_PER_SIDE
    return tuple(answer for answer in ANSWERS.get(Status(claim.status), ()) if may_offer or answer != Answer.OFFER)


def standings(claims: Iterable[Claim]) -> dict[int, Standing]:
    """The standing of each claim by its id: one query for any number of them, none for those that are final."""
    live = [claim.pk for claim in claims if claim.status not in FINAL]
    if not live:
        return {}
    rows = (
        Claim.objects.filter(pk__in=live)
        .values("pk")
        .annotate(
            open_offer_by=Max("offers__by", filter=Q(offers__status=Offer.Status.OPEN)),
            offers_of_consumer=Count("offers", filter=Q(offers__by=Party.CONSUMER), distinct=True),
            offers_of_merchant=Count("offers", filter=Q(offers__by=Party.MERCHANT), distinct=True),
            evidence_of_consumer=Count("evidence", filter=Q(evidence__party=Party.CONSUMER), distinct=True),
            evidence_of_merchant=Count("evidence", filter=Q(evidence__party=Party.MERCHANT), distinct=True),
            decider=Max("decisions__decided_by", filter=Q(decisions__on_appeal=False)),
            first_outcome=Max("decisions__outcome", filter=Q(decisions__on_appeal=False)),
        )
    )
    return {row["pk"]: _standing(row) for row in rows}


def standing_of(claim: Claim) -> Standing:
    """The standing of one claim."""
    return standings([claim]).get(claim.pk, Standing())


def _standing(row: Mapping[str, Any]) -> Standing:
    return Standing(
        open_offer_by=row["open_offer_by"] or "",
        offers_made={Party.CONSUMER: row["offers_of_consumer"], Party.MERCHANT: row["offers_of_merchant"]},
        evidence_given={Party.CONSUMER: row["evidence_of_consumer"], Party.MERCHANT: row["evidence_of_merchant"]},
        decided_by=row["decider"],
        outcome=row["first_outcome"] or "",
    )
