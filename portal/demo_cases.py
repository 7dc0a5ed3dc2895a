"""The demo's cases: claims of the demo's other shoppers, brought as far as a busy week would bring them.

Everything goes through the verbs of the case, each at a moment of its own, so the demo holds nothing that could not
have happened. consumer@ and consumer2@ are left alone: their orders are there to be tried.
"""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import cycle

from accounts.models import Member, MemberRole, Merchant, Role, User
from disputes import actions
from disputes.entitlements import Entitlement, owed
from disputes.models import Claim, DecisionReason, Outcome, Rejection
from orders.models import Line
from policies.words import Reason, Settles

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

# A trouble that no rule settles at once, and what people write about it.
TROUBLES = (
    (Reason.NOT_AS_DESCRIBED, "It is not what the page showed: the colour is another, and a part is missing."),
    (Reason.NOT_AS_DESCRIBED, "和页面描述不一致，尺寸小了一圈。"),
    (Reason.NOT_AS_DESCRIBED, "The service was not what we had booked."),
)

Path = Callable[["Case"], None]


class Case:
    """One claim on its way through the demo's week."""

    def __init__(self, claim: Claim, *, merchant: User, agent: User, now: datetime) -> None:
        self.claim, self.merchant, self.agent, self.now = claim, merchant, agent, now

    def reject(self, at: datetime) -> None:
        self.claim = actions.answer(
            claim=self.claim,
            by=self.merchant,
            kind="reject",
            reason=Rejection.Reason.DELIVERED_AS_ORDERED,
            statement="It left our house as it was ordered; the packing list is signed.",
            at=at,
        )

    def escalate(self, at: datetime) -> None:
        self.claim = actions.escalate(
            claim=self.claim, by=self.claim.consumer, statement="That is not what I received.", at=at
        )


def wait(case: Case) -> None:
    """The merchant has not answered yet."""


def offer(case: Case) -> None:
    actions.answer(
        claim=case.claim,
        by=case.merchant,
        kind="offer",
        amount=max(case.claim.amount * 6 // 10, 1),
        statement="We would like to settle this with you.",
        at=case.claim.filed_at + 2 * HOUR,
    )


def reject(case: Case) -> None:
    case.reject(case.claim.filed_at + 3 * HOUR)


def dispute(case: Case) -> None:
    case.reject(case.claim.filed_at + 3 * HOUR)
    case.escalate(case.claim.filed_at + 5 * HOUR)


def review(case: Case) -> None:
    """Both sides had their time for evidence."""
    dispute(case)
    if case.claim.due_at is not None:
        case.claim = actions.time_out(claim=case.claim, at=case.claim.due_at)


def decide(case: Case) -> None:
    review(case)
    actions.decide(
        claim=case.claim,
        by=case.agent,
        outcome=Outcome.CONSUMER,
        reason=DecisionReason.EVIDENCE_FOR_CONSUMER,
        statement="The pictures show what the consumer says, and the merchant sent none.",
        at=case.now - 3 * HOUR,
    )


# (what becomes of a claim, how long ago it was filed)
PATHS: tuple[tuple[Path, timedelta], ...] = (
    (wait, 3 * HOUR),
    (review, 6 * DAY),
    (wait, 9 * HOUR),
    (dispute, DAY),
    (wait, 5 * HOUR),
    (offer, 8 * HOUR),
    (wait, 15 * HOUR),
    (review, 7 * DAY),
    (wait, 20 * HOUR),
    (reject, DAY),
    (wait, 11 * HOUR),
    (wait, 2 * HOUR),
    (decide, 8 * DAY),
)


def add_cases(*, now: datetime) -> int:
    """File a claim for every line of the other shoppers that a merchant has to answer; returns how many."""
    agent = User.objects.filter(role=Role.AGENT).order_by("id")[0]
    clerks = {merchant.pk: _clerk_of(merchant) for merchant in Merchant.objects.filter(orders__market="").distinct()}
    troubles, paths = cycle(TROUBLES), cycle(PATHS)
    filed = 0
    for line in _lines():
        path, ago = next(paths)
        reason, statement = next(troubles)
        at = now - ago
        if (asked := _to_ask_for(line, reason, at)) is None:
            continue
        claim = actions.file_claim(
            consumer=line.order.consumer,
            order=line.order.number,
            line=line.pk,
            reason=reason,
            remedy=asked.remedy,
            statement=statement,
            at=at,
        )
        path(Case(claim, merchant=clerks[line.order.merchant_id], agent=agent, now=now))
        filed += 1
    return filed


def _lines() -> Iterator[Line]:
    """Every line that somebody of the crowd bought here."""
    lines = Line.objects.filter(order__market="", order__consumer__email__endswith=".invalid")
    return lines.select_related("order__consumer").order_by("order", "position").iterator()


def _to_ask_for(line: Line, reason: Reason, at: datetime) -> Entitlement | None:
    """What the merchant would have to answer, when something is owed at that moment."""
    if line.order.placed_at >= at:
        return None
    offered = owed(line, reason=reason, now=at)
    return next((found for found in offered if found.settles == Settles.AFTER_MERCHANT and found.amount), None)


def _clerk_of(merchant: Merchant) -> User:
    """Somebody who answers for the merchant: its own people, or a clerk nobody can sign in as."""
    if member := Member.objects.filter(merchant=merchant).select_related("user").first():
        return member.user
    clerk = User.objects.create_user(
        email=f"clerk@{merchant.code}.invalid", name=f"{merchant.name} clerk", role=Role.MERCHANT, is_active=False
    )
    Member.objects.create(user=clerk, merchant=merchant, role=MemberRole.CLERK)
    return clerk
