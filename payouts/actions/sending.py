"""Take payouts further, one step at a time, so that each is paid once, whatever dies on the way.

A call to a provider is announced by a committed row, made outside any transaction, and what came of it is recorded
afterwards. `next_at` is the clock and the lease in one: who takes a step moves it on, and an answer is dropped when
it has moved since, as somebody else has taken over by then and asks the provider anew. A payout that raises is tried
again later and, after a number of tries, left to a person, so that it never holds up those behind it.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import InterfaceError, OperationalError
from django.db.transaction import atomic

from common.crash_points import crash_point
from common.sessions import free_from_the_dead, this_session
from common.states import move_to
from common.texts import storable
from payouts.actions.patience import (
    LEASE,
    MOST_TRIES,
    is_left_to_a_person,
    may_be_sent_again,
    pause_after_errors,
)
from payouts.actions.recording import WORDS_LIMIT, become, end_attempt, record, settle
from payouts.gateways.interface import Answer, Outcome
from payouts.gateways.registry import find_gateway, find_remote_gateway
from payouts.models import Attempt, Attention, Payout, Status

logger = logging.getLogger(__name__)


class Stumbled(Exception):
    """Taking this payout further raised what its cause says."""

    def __init__(self, payout: Payout) -> None:
        super().__init__(payout.pk)
        self.payout = payout


def take_over_from_the_dead(*, now: datetime) -> int:
    """Make due now what a worker had in hand that has died since, without waiting for its lease; how many there were.

    What it did is not known, so the next step is to ask the provider, as always after a lease.
    """
    return free_from_the_dead(Payout, due="next_at", now=now)


def send_due(*, now: datetime, limit: int = 100) -> int:
    """Take up to `limit` payouts one step further; how many there were."""
    return next((number for number in range(limit) if not send_next(now=now)), limit)


def send_next(*, now: datetime) -> bool:
    """Take the payout that has been due longest one step further. False when none is due."""
    try:
        payout = _claim(now)
        if payout is not None and payout.next_at is not None:
            _take_further(payout, now)
    except Stumbled as stumbled:
        _step_back(stumbled.payout, stumbled.__cause__, now)
        return True
    return payout is not None


@atomic(durable=True)
def _claim(now: datetime) -> Payout | None:
    """Take a lease on a payout that nobody else is at, and announce the call that comes next.

    It has no lease when there is no call to make: it is settled, or waits for a person.
    """
    payout = Payout.objects.due(now).select_for_update(skip_locked=True, no_key=True).first()
    if payout is not None:
        payout.tries += 1
        with _stumbling(payout):
            _take_in_hand(payout, now)
        crash_point("payouts.before_claim_is_committed")
    return payout


def _take_in_hand(payout: Payout, now: datetime) -> None:
    if payout.tries > MOST_TRIES:
        return _leave_to_a_person(payout, Attention.PARKED)
    if find_gateway(payout.gateway).settles_at_once:
        return settle(payout, Answer(outcome=Outcome.SETTLED), now)
    if is_left_to_a_person(payout, now):
        return _leave_to_a_person(payout, Attention.KEY_WINDOW)
    in_hand: dict[str, Any] = {"next_at": now + LEASE, "in_hand_of": this_session(), "tries": payout.tries}
    if payout.status == Status.RESERVED or may_be_sent_again(payout, now):
        number = payout.attempts_made + 1
        Attempt.objects.create(payout=payout, number=number, started_at=now)
        move_to(payout, Status.SENDING, at=now, attempts_made=number, **in_hand)
    elif payout.status == Status.SENDING:
        # Its sender died or sleeps, before the call or after it.
        lost = Answer(outcome=Outcome.UNKNOWN, because="the sender did not come back")
        end_attempt(payout, lost, now)
        become(payout, Status.UNKNOWN, lost, at=now, **in_hand)
    else:
        Payout.objects.filter(pk=payout.pk).update(**in_hand)
        payout.next_at, payout.in_hand_of = in_hand["next_at"], in_hand["in_hand_of"]
    return None


def _leave_to_a_person(payout: Payout, attention: Attention) -> None:
    """The last thing that is known of it stays on the row."""
    Payout.objects.filter(pk=payout.pk).update(attention=attention, next_at=None, in_hand_of=None)
    payout.next_at = None


def _take_further(payout: Payout, now: datetime) -> None:
    with _stumbling(payout):
        crash_point("payouts.before_call")
        answer = _call(payout)
        crash_point("payouts.after_call")
        record(payout, answer, now)
        crash_point("payouts.after_record")


def _call(payout: Payout) -> Answer:
    gateway = find_remote_gateway(payout.gateway)
    if payout.status == Status.SENDING:
        return gateway.send(payout)
    if payout.status != Status.FAILED or payout.attention == Attention.KEY_WINDOW:
        return gateway.query(payout)
    if payout.called_off_by_id is not None and payout.attempts.latest("number").outcome == Outcome.REFUSED:
        return Answer(outcome=Outcome.REFUSED, because="the provider refused it and a person looked into it")
    return gateway.call_off(payout)


@contextmanager
def _stumbling(payout: Payout) -> Iterator[None]:
    """Say which payout it was that raised. A database that is away is no fault of the payout's."""
    try:
        yield
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        raise Stumbled(payout) from error


@atomic(durable=True)
def _step_back(stumbled: Payout, error: BaseException | None, now: datetime) -> None:
    """Keep the error and try again later, further and further apart, or leave the payout to a person."""
    logger.error("Payout %s could not be taken further.", stumbled.pk, exc_info=error)
    payout = Payout.objects.select_for_update(no_key=True).get(pk=stumbled.pk)
    taken_over = payout.next_at is None or (payout.next_at > now and payout.next_at != stumbled.next_at)
    if taken_over:
        return
    words = storable(f"{type(error).__name__}: {error}")[:WORDS_LIMIT]
    changes: dict[str, Any] = {"failure": words, "tries": stumbled.tries, "in_hand_of": None}
    if stumbled.tries < MOST_TRIES:
        changes |= {"next_at": now + pause_after_errors(stumbled.tries)}
    else:
        changes |= {"next_at": None, "attention": Attention.PARKED}
    Payout.objects.filter(pk=payout.pk).update(**changes)
    crash_point("payouts.before_step_back_is_committed")
