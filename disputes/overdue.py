"""Claims whose deadline passed, moved on one by one."""

import logging
from datetime import datetime

from common.transactions import atomic
from disputes.actions import time_out
from disputes.models import Claim

logger = logging.getLogger(__name__)


def time_out_due(*, now: datetime, limit: int = 100) -> int:
    """Let passed deadlines take effect, the oldest first, at most `limit`; the number of claims moved on.

    Each claim is a transaction of its own, and claims that another worker holds are left to it. One that fails is
    noted and left alone for a while, so that it never stands in the way of the others.
    """
    moved = 0
    for _place in range(limit):
        claim: Claim | None = None
        try:
            with atomic():
                claim = _first_due(now)
                if claim is None:
                    break
                time_out(claim=claim, at=now)
            moved += 1
        except Exception:
            logger.exception("The deadline of claim %s could not take effect.", claim)
            if claim is None:
                raise
            Claim.objects.filter(pk=claim.pk).update(stumbled_at=now)
    return moved


def _first_due(now: datetime) -> Claim | None:
    return Claim.objects.due(now).order_by("due_at", "id").select_for_update(skip_locked=True, no_key=True).first()
