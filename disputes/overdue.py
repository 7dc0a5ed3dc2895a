"""Claims whose deadline passed, moved on: those that only wait for their money all at once, the others one by one."""

import logging
from datetime import datetime

from common.crash_points import crash_point
from common.garbage import uncollected
from common.statements import plan_for_any_number
from common.transactions import atomic
from disputes.actions import settle_silent, time_out
from disputes.models import Claim

logger = logging.getLogger(__name__)

# More at once would be quicker still, and keep whoever claims something now waiting for the same settlements.
BATCH = 200
# Reading a thousand moments and passwords takes longer than paying a thousand claims.
NOT_LOOKED_AT = (
    *("statement", "filed_at", "turned_at"),
    *("order__placed_at", "order__delivered_at"),
    *("line__bought_at", "line__unit_price", "line__category", "line__code"),
    *("consumer__password", "consumer__last_login", "consumer__joined_at", "consumer__timezone", "consumer__name"),
)


def time_out_due(*, now: datetime, limit: int = BATCH) -> int:
    """Let passed deadlines take effect, the oldest first, at most `limit`; the number of claims moved on.

    Claims that another worker holds are left to it. One that fails is noted and left alone for a while, so that it
    never stands in the way of the others.
    """
    settled, others = _settle_together(now, limit)
    return settled + sum(_move_on(pk, now) for pk in others)


@uncollected()
def _settle_together(now: datetime, limit: int) -> tuple[int, list[int]]:
    """How many were settled in one transaction, and the ids of those that have to be looked at one by one.

    When one of them spoils it, none is settled, and each is then on its own.
    """
    due: list[Claim] = []
    settled: list[Claim] = []
    try:
        with atomic():
            plan_for_any_number()
            due = _first_due(now, limit)
            settled = settle_silent(claims=due, at=now)
            crash_point("disputes.before_silent_commit")
        crash_point("disputes.after_silent_commit")
    except Exception:
        if not due:
            raise
        logger.exception("%s claims could not be settled together; now each is looked at by itself.", len(due))
        settled = []
    done = {claim.pk for claim in settled}
    return len(done), [claim.pk for claim in due if claim.pk not in done]


def _first_due(now: datetime, limit: int) -> list[Claim]:
    due = Claim.objects.due(now).order_by("due_at", "id")
    rows = due.select_related("order", "line", "merchant", "consumer", "verdict").defer(*NOT_LOOKED_AT)
    claims = list(rows.select_for_update(of=("self",), skip_locked=True, no_key=True)[:limit])
    for claim in claims:
        claim.line.order = claim.order
    return claims


def _move_on(pk: int, now: datetime) -> bool:
    """Whether this claim was moved on; each is a transaction of its own."""
    claim: Claim | None = None
    try:
        with atomic():
            due = Claim.objects.due(now).filter(pk=pk)
            claim = due.select_for_update(skip_locked=True, no_key=True).first()
            if claim is None:
                return False
            time_out(claim=claim, at=now)
    except Exception:
        logger.exception("The deadline of claim %s could not take effect.", claim or pk)
        if claim is None:
            raise
        Claim.objects.filter(pk=pk).update(stumbled_at=now)
        return False
    return True
