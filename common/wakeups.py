"""Ask a worker to look at once. Rows are the truth: where a wake-up is lost, the next sweep finds them."""

import logging
import time
from functools import partial

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

from common.crash_points import crash_point

logger = logging.getLogger(__name__)

QUIET_AFTER_FAILURE_SECONDS = 5

_quiet_until = 0.0


def wake(task: str) -> None:
    """Send the named task, such as `payouts.tasks.send_due_payouts`, once this transaction is committed.

    Never raises; after a failure the broker is left alone for a while, so that its absence costs no request anything.
    """
    transaction.on_commit(partial(_send, task), robust=True)


def _send(task: str) -> None:
    global _quiet_until  # noqa: PLW0603 one broker, one pause
    if time.monotonic() < _quiet_until:
        return
    crash_point("wakeups.before_publish")
    try:
        current_app.send_task(task, ignore_result=True, retry=False)
    except (OperationalError, OSError) as error:
        _quiet_until = time.monotonic() + QUIET_AFTER_FAILURE_SECONDS
        logger.warning("The broker is out of reach (%s): the sweeps carry on without wake-ups.", error)
    else:
        crash_point("wakeups.after_publish")
