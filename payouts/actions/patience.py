"""How long a payout is waited for: pauses after failures, moments to ask again, and the windows of its provider.

A provider promises to pay a key once, and to know it, for a while only. Past its key window nothing is sent, past its
query window nothing is asked: the machine knows no more than a person does then, and leaves the payout to one.
"""

from datetime import datetime, timedelta

from payouts.gateways.interface import Outcome
from payouts.gateways.registry import find_remote_gateway
from payouts.models import Attention, Payout, Status

# Longer than any call may take.
LEASE = timedelta(seconds=60)

# How long to wait after each failed attempt; after one more the payout is called off.
PAUSES = (timedelta(seconds=5), timedelta(seconds=30), timedelta(minutes=2), timedelta(minutes=10))

# How soon to ask again: half as long as it has taken so far, within these bounds.
ASK_AGAIN_SOONEST, ASK_AGAIN_LATEST = timedelta(seconds=2), timedelta(hours=1)

# How often a payout may be taken up without anything being recorded, and the longest pause after an error.
MOST_TRIES, LONGEST_PAUSE = 10, timedelta(minutes=10)

# The payee is reminded when this part of the time to confirm is left.
REMINDED_WITH_LEFT = 1 / 4


def may_be_sent_again(payout: Payout, now: datetime) -> bool:
    """After a definite failure, while there are attempts left and the provider still knows the key.

    It does so when the call ends, not only when it begins. What a person had asked about is never sent for it.
    """
    return (
        payout.status == Status.FAILED
        and payout.attention != Attention.KEY_WINDOW
        and payout.called_off_by_id is None
        and payout.attempts_made <= len(PAUSES)
        and now + LEASE < _key_window_ends_at(payout)
    )


def is_left_to_a_person(payout: Payout, now: datetime) -> bool:
    """Whether no answer of the provider would be sure enough to go on by itself.

    A key that failed is called off past its window only when every call for it has certainly failed: where the fate of
    one is unknown, a provider that knows nothing of it may simply have forgotten it. What a person or a webhook woke
    is asked about all the same.
    """
    if payout.attention == Attention.KEY_WINDOW or payout.called_off_by_id is not None:
        return False
    if payout.status not in (Status.FAILED, Status.SENT, Status.UNKNOWN):
        return False
    return is_forgotten(payout, now) or (payout.status == Status.FAILED and _may_be_forgotten_and_paid(payout, now))


def is_forgotten(payout: Payout, now: datetime) -> bool:
    """Whether the provider may have forgotten the payout by now, so that not to know it means nothing."""
    return now >= _first_sent_at(payout) + find_remote_gateway(payout.gateway).query_window


def _may_be_forgotten_and_paid(payout: Payout, now: datetime) -> bool:
    over = now + LEASE >= _key_window_ends_at(payout)
    return over and payout.attempts.exclude(outcome=Outcome.FAILED).exists()


def pause_after_failures(attempts: int) -> timedelta:
    """How long to wait after so many attempts that failed for certain; none after the last of PAUSES."""
    return PAUSES[attempts - 1] if attempts <= len(PAUSES) else timedelta(0)


def pause_after_errors(tries: int) -> timedelta:
    """How long to wait after so many tries in which the portal itself stumbled."""
    return min(LONGEST_PAUSE, timedelta(seconds=5 * 2**tries))


def look_again_at(payout: Payout, now: datetime) -> datetime:
    """When to ask the provider again: the later, the longer it has taken, and where the payee's time needs it."""
    soon = now + min(ASK_AGAIN_LATEST, max(ASK_AGAIN_SOONEST, (now - payout.created_at) / 2))
    moments = [payout.confirm_by, remind_payee_at(payout)] if payout.confirm_by else []
    return min([soon, *(moment for moment in moments if moment and moment > now)])


def remind_payee_at(payout: Payout) -> datetime | None:
    """None where the payee has nothing to confirm."""
    if payout.confirm_by is None:
        return None
    return payout.confirm_by - (payout.confirm_by - payout.created_at) * REMINDED_WITH_LEFT


def _key_window_ends_at(payout: Payout) -> datetime:
    return _first_sent_at(payout) + find_remote_gateway(payout.gateway).key_window


def _first_sent_at(payout: Payout) -> datetime:
    return payout.attempts.earliest("number").started_at
