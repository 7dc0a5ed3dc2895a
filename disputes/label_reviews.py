"""Labels whose checks are due: each is looked at again, and lost where the merchant failed its commitments."""

import logging
from datetime import datetime

from common.transactions import atomic
from compensation.actions import review_label, terms_in_force
from compensation.models import Admission
from disputes.conduct import conduct_of

logger = logging.getLogger(__name__)

BATCH = 100


def review_due_labels(*, now: datetime, limit: int = BATCH) -> int:
    """Look at the labels that are due, the oldest first, at most `limit`; how many were looked at.

    Those that another worker holds are left to it, and one that fails does not stand in the way of the others.
    """
    due = Admission.objects.due(now).order_by("review_at", "id").values_list("pk", flat=True)[:limit]
    return sum(_review(pk, now) for pk in list(due))


def _review(pk: int, now: datetime) -> bool:
    """Whether this label was looked at; each is a transaction of its own."""
    try:
        with atomic():
            rows = Admission.objects.due(now).filter(pk=pk).select_related("merchant")
            admission = rows.select_for_update(of=("self",), skip_locked=True, no_key=True).first()
            if admission is None:
                return False
            days = terms_in_force(at=now).window_days
            conduct = conduct_of(admission.merchant, admission.label, days=days, now=now)
            review_label(admission=admission, conduct=conduct, at=now)
    except Exception:
        logger.exception("The checks of label %s could not be looked at.", pk)
        return False
    return True
