"""Deliver mails from the outbox, at least once each.

Attempts are committed before the mail server is called and every outcome as soon as it is known. A worker that dies
between the server's yes and its own commit is taken over from, and the mail goes out again under the same
Message-ID, which mail readers and the mailbox folder show as one. No call is made inside a transaction.
"""

import contextlib
import logging
import smtplib
from collections import deque
from datetime import datetime, timedelta
from typing import Any

from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import F

from common.crash_points import crash_point
from common.sessions import free_from_the_dead, this_session
from notices.letters import is_reachable, letter_of
from notices.models import Delivery

logger = logging.getLogger(__name__)

BATCH = 50

# How long a worker may have a batch in hand before another takes it over: above the time limit of a task.
LEASE = timedelta(minutes=5)

# From one attempt to the next, less than two days in all; when the attempt after the last pause fails, that is it.
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240, 720, 1440))
MOST_ATTEMPTS = len(PAUSES) + 1

PERMANENT = range(500, 600)
CLOSING = 421


def deliver_due(*, now: datetime, limit: int = BATCH) -> int:
    """Send up to `limit` mails whose turn has come, and count those that were taken in hand.

    A mail that is refused is tried again later or given up; when the connection breaks, the mails behind the one that
    was being sent are put back as they were.
    """
    batch = _take_in_hand(now=now, limit=limit)
    if not batch:
        return 0
    mail_server: BaseEmailBackend = get_connection()
    try:
        mail_server.open()
    except OSError as error:
        for delivery in batch:
            _try_later(delivery, error, now=now)
        return len(batch)
    crash_point("notices.taken_in_hand")
    untried = deque(batch)
    try:
        while untried and _attempt(untried.popleft(), mail_server, now=now):
            pass
    finally:
        for delivery in untried:
            _put_back(delivery, now=now)
        with contextlib.suppress(OSError):
            mail_server.close()
    return len(batch)


def _take_in_hand(*, now: datetime, limit: int) -> list[Delivery]:
    with transaction.atomic(durable=True):
        free_from_the_dead(Delivery, due="due_at", now=now)
        batch = list(
            Delivery.objects.due(now)
            .order_by("due_at", "id")
            .select_for_update(skip_locked=True, of=("self",))
            .select_related("notice__recipient")[:limit]
        )
        Delivery.objects.filter(pk__in=[delivery.pk for delivery in batch]).update(
            due_at=now + LEASE, attempts_made=F("attempts_made") + 1, in_hand_of=this_session() if batch else None
        )
        crash_point("notices.before_taken_in_hand_is_committed")
    for delivery in batch:
        delivery.attempts_made += 1
    return batch


def _attempt(delivery: Delivery, mail_server: BaseEmailBackend, *, now: datetime) -> bool:
    """Make one attempt and record its outcome; False when the connection is of no more use."""
    if not is_reachable(delivery.notice.recipient):
        _give_up(delivery, "The recipient is not written to any more.", now=now)
        return True
    if delivery.attempts_made > MOST_ATTEMPTS:
        _give_up(delivery, "No attempt came to an end.", now=now)
        return True
    letter = _letter_or_none(delivery, now=now)
    return letter is None or _send(delivery, letter, mail_server, now=now)


def _letter_or_none(delivery: Delivery, *, now: datetime) -> EmailMessage | None:
    """The mail, or none when it cannot be written: a notice that broke must not hold up those behind it."""
    try:
        return letter_of(delivery.notice)
    except (LookupError, ValueError, TypeError) as error:
        logger.exception("The mail for notice %s cannot be written.", delivery.notice)
        _give_up(delivery, str(error), now=now)
        return None


def _send(delivery: Delivery, letter: EmailMessage, mail_server: BaseEmailBackend, *, now: datetime) -> bool:
    try:
        mail_server.send_messages([letter])
    except smtplib.SMTPRecipientsRefused as error:
        (code, _reason), *_ = error.recipients.values()
        _refused(delivery, code, error, now=now)
    except smtplib.SMTPResponseException as error:
        _refused(delivery, error.smtp_code, error, now=now)
        return error.smtp_code != CLOSING
    except (ValueError, smtplib.SMTPNotSupportedError) as error:
        _give_up(delivery, str(error), now=now)
    except OSError as error:
        _try_later(delivery, error, now=now)
        return False
    else:
        crash_point("notices.sent")
        _record(delivery, due_at=None, sent_at=now, failure="")
    return True


def _refused(delivery: Delivery, code: int, error: Exception, *, now: datetime) -> None:
    if code in PERMANENT:
        _give_up(delivery, str(error), now=now)
    else:
        _try_later(delivery, error, now=now)


def _try_later(delivery: Delivery, error: Exception, *, now: datetime) -> None:
    failure = str(error) or type(error).__name__
    if delivery.attempts_made >= MOST_ATTEMPTS:
        _give_up(delivery, failure, now=now)
    else:
        _record(delivery, due_at=now + PAUSES[delivery.attempts_made - 1], failure=failure)


def _give_up(delivery: Delivery, failure: str, *, now: datetime) -> None:
    logger.warning("The mail for notice %s was given up: %s", delivery.notice, failure)
    _record(delivery, due_at=None, failed_at=now, failure=failure)


def _put_back(delivery: Delivery, *, now: datetime) -> None:
    _record(delivery, due_at=now, attempts_made=F("attempts_made") - 1)


def _record(delivery: Delivery, **changes: Any) -> None:
    """Write what became of an attempt, unless its lease ran out and another worker has the mail in hand."""
    if "failure" in changes:
        changes["failure"] = changes["failure"][: Delivery._meta.get_field("failure").max_length]
    in_hand = Delivery.objects.filter(pk=delivery.pk, attempts_made=delivery.attempts_made, due_at__isnull=False)
    in_hand.update(in_hand_of=None, **changes)
    crash_point("notices.after_record")
