"""The sweeps of the event feed: look for whom an event affects, and pay them, in small batches.

They stand in this room because a claim may be open for the very thing that an event is about to make good: then the
event pays, if it pays no less, and the claim ends; otherwise the claim goes on and the event leaves the line to it. So
nobody is paid twice, whichever came first.
"""

import logging
from collections.abc import Sequence
from datetime import datetime

from common.crash_points import crash_point
from common.transactions import atomic
from compensation.actions import happenings
from compensation.models import Affected
from compensation.options import LINE_RELATED
from disputes.cases import Case
from disputes.endings import close_unpaid
from disputes.models import Claim, CloseReason, Deed, Offer, Party, Status
from disputes.offers import close_offer
from disputes.rights import FINAL, standing_of
from orders.models import Line

logger = logging.getLogger(__name__)

LINES_AT_ONCE = 50

# Where nobody decided yet and nothing is on its way, an event may end a claim by paying what it asks for.
MAY_END = frozenset(
    {
        Status.AWAITING_MERCHANT,
        Status.OFFER_PENDING,
        Status.AWAITING_RETURN,
        Status.REJECTED,
        Status.AWAITING_EVIDENCE,
        Status.UNDER_REVIEW,
    }
)


def look_through_events(*, now: datetime) -> int:
    """Look for the lines of one event that is due; 0 when none is."""
    return happenings.look_through(now=now)


def pay_for_events(*, now: datetime, limit: int = LINES_AT_ONCE) -> int:
    """Judge and pay the first lines that are due; how many there were.

    They are one transaction. If one of them spoils it, each is then on its own; what fails by itself is tried later,
    and after some tries waits for an agent.
    """
    due: list[Affected] = []
    try:
        with atomic():
            due = happenings.lock_due(now=now, limit=limit)
            _keep(due, at=now)
            crash_point("disputes.before_event_batch_is_committed")
        crash_point("disputes.after_event_batch")
    except Exception:
        if not due:
            raise
        logger.exception("%s lines of events could not be paid together; now each is looked at by itself.", len(due))
        for row in due:
            _keep_one(row.pk, now)
    return len(due)


def _keep_one(affected: int, now: datetime) -> None:
    try:
        with atomic():
            _keep(happenings.lock_due(now=now, limit=1, only=affected), at=now)
    except Exception:
        logger.exception("Line %s of an event could not be paid.", affected)
        happenings.stumble(affected, now=now)


def _keep(rows: Sequence[Affected], *, at: datetime) -> None:
    claims = _open_claims(rows)
    claimed = [row for row in rows if (row.line_id, row.cause) in claims]
    left = [row for row in claimed if not _takes_over(row, claims[row.line_id, row.cause], at=at)]
    happenings.leave_to_a_claim(left, because="claimed", at=at)
    happenings.keep_promises([row for row in rows if row not in left], at=at)


def _open_claims(rows: Sequence[Affected]) -> dict[tuple[int, str], list[Claim]]:
    """By line and cause, the claims that are open for what the event is about to make good, locked. One query."""
    waiting = [row for row in rows if row.status == Affected.Status.FOUND and not row.happening.cancelled_at]
    found: dict[tuple[int, str], list[Claim]] = {}
    if not waiting:
        return found
    claims = Claim.objects.filter(line__in=[row.line_id for row in waiting], replayed=False).exclude(status__in=FINAL)
    causes = {(row.line_id, row.cause) for row in waiting}
    related = claims.select_related("order", "line", "merchant", "consumer", "verdict")
    for claim in related.order_by("id").select_for_update(of=("self",), no_key=True):
        if (claim.line_id, claim.reason) in causes:
            found.setdefault((claim.line_id, claim.reason), []).append(claim)
    return found


def _takes_over(row: Affected, claims: Sequence[Claim], *, at: datetime) -> bool:
    """Whether the event pays at least what is claimed; then the claims end, and what they held is free again."""
    if any(claim.status not in MAY_END or claim.paid for claim in claims):
        return False
    refundable = row.line.refundable + sum(claim.refund_part for claim in claims)
    asked = sum(claim.amount for claim in claims)
    if not happenings.keeps_at_least(row, asked, at=at, refundable=refundable):
        return False
    for claim in claims:
        case = Case(claim=claim, standing=standing_of(claim), by=None, party=Party.RULE, at=at)
        close_offer(case, Offer.Status.DECLINED)
        values = {"amount": claim.amount, "currency": claim.currency}
        close_unpaid(case, Deed.PAID_BY_EVENT, CloseReason.PAID_BY_EVENT, values=values)
    row.line = Line.objects.select_related(*LINE_RELATED).get(pk=row.line_id)
    return True
