"""Take payouts further, one step at a time, so that each is paid once, whatever dies on the way.

A call to a provider is announced by a committed row, made outside any transaction, and what came of it is recorded
afterwards. `next_at` is the clock and the lease in one: who takes a step moves it on, and an answer is dropped when
it has moved since, as somebody else has taken over by then and asks the provider anew.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db.transaction import atomic

from common.crash_points import crash_point
from common.sessions import free_from_the_dead, this_session
from common.states import move_to
from common.texts import storable
from ledger.actions import post_hold, release_hold
from notices.actions import tell
from payouts.actions.starting import start
from payouts.gateways.interface import Answer, Outcome
from payouts.gateways.registry import WALLET, UnknownGateway, find_remote_gateway
from payouts.models import Attempt, Payout, Status

# Longer than any call may take.
LEASE = timedelta(seconds=60)

# How long to wait after each failed attempt; after one more the payout is called off.
PAUSES = (timedelta(seconds=5), timedelta(seconds=30), timedelta(minutes=2), timedelta(minutes=10))

# What is kept of a provider's words: as much as the columns hold.
WORDS_LIMIT, REFERENCE_LIMIT = 200, 120

# How soon to ask again: half as long as it has taken so far, within these bounds.
ASK_AGAIN_SOONEST, ASK_AGAIN_LATEST = timedelta(seconds=2), timedelta(hours=1)


def take_over_from_the_dead(*, now: datetime) -> int:
    """Make due now what a worker had in hand that has died since, without waiting for its lease; how many there were.

    What it did is not known, so the next step is to ask the provider, as always after a lease.
    """
    return free_from_the_dead(Payout, due="next_at", now=now)


def send_due(*, now: datetime, limit: int = 100) -> int:
    """Take up to `limit` payouts one step further; how many there were."""
    return next((number for number in range(limit) if not send_next(now=now)), limit)


def send_next(*, now: datetime) -> bool:
    """Take the payout that has been due longest one step further. False when none is due.

    Raises UnknownGateway for one whose gateway is no longer connected; it is out of the way for a while then.
    """
    payout = _claim(now)
    if payout is None:
        return False
    crash_point("payouts.before_call")
    answer = _call(payout)
    crash_point("payouts.after_call")
    _record(payout, answer, now)
    crash_point("payouts.after_record")
    return True


@atomic(durable=True)
def _claim(now: datetime) -> Payout | None:
    """Take a lease on a payout that nobody else is at, and announce the call that comes next."""
    payout = Payout.objects.due(now).select_for_update(skip_locked=True, no_key=True).first()
    if payout is None:
        return None
    in_hand: dict[str, Any] = {"next_at": now + LEASE, "in_hand_of": this_session()}
    if payout.status == Status.RESERVED or _may_be_sent_again(payout, now):
        number = payout.attempts_made + 1
        Attempt.objects.create(payout=payout, number=number, started_at=now)
        move_to(payout, Status.SENDING, at=now, attempts_made=number, **in_hand)
    elif payout.status == Status.SENDING:
        # Its sender died or sleeps, before the call or after it.
        lost = Answer(outcome=Outcome.UNKNOWN, because="the sender did not come back")
        _end_attempt(payout, lost, now)
        _become(payout, Status.UNKNOWN, lost, at=now, **in_hand)
    else:
        Payout.objects.filter(pk=payout.pk).update(**in_hand)
        payout.next_at, payout.in_hand_of = in_hand["next_at"], in_hand["in_hand_of"]
    crash_point("payouts.before_claim_is_committed")
    return payout


def _may_be_sent_again(payout: Payout, now: datetime) -> bool:
    """After a definite failure, while there are attempts left and the provider still knows the key."""
    if payout.status != Status.FAILED or payout.attempts_made > len(PAUSES):
        return False
    first = payout.attempts.earliest("number")
    try:
        return now < first.started_at + find_remote_gateway(payout.gateway).key_window
    except UnknownGateway:
        return False


def _call(payout: Payout) -> Answer:
    gateway = find_remote_gateway(payout.gateway)
    match payout.status:
        case Status.SENDING:
            return gateway.send(payout)
        case Status.FAILED:
            return gateway.call_off(payout)
        case _:
            return gateway.query(payout)


@atomic(durable=True)
def _record(claimed: Payout, answer: Answer, now: datetime) -> None:
    """Write down what came of the call, unless the lease is lost."""
    payout = Payout.objects.select_for_update(no_key=True).get(pk=claimed.pk)
    if (payout.next_at, payout.in_hand_of) != (claimed.next_at, claimed.in_hand_of):
        return
    if payout.status == Status.SENDING:
        _end_attempt(payout, answer, now)
    match answer.outcome:
        case Outcome.SETTLED:
            _settle(payout, answer, now)
        case Outcome.SENT:
            _become(payout, Status.SENT, answer, at=now, next_at=_ask_again_at(payout, now))
        case Outcome.FAILED if payout.status != Status.FAILED:
            _become(payout, Status.FAILED, answer, at=now, next_at=now + _pause_after(payout.attempts_made))
        case Outcome.REFUSED:
            _pay_through_the_wallet(payout, answer, now)
        case _:
            unknown = Status.UNKNOWN if payout.status == Status.SENDING else payout.status
            _become(payout, unknown, answer, at=now, next_at=_ask_again_at(payout, now))
    crash_point("payouts.before_record_is_committed")


def _end_attempt(payout: Payout, answer: Answer, now: datetime) -> None:
    payout.attempts.filter(number=payout.attempts_made).update(
        ended_at=now, outcome=answer.outcome, answer=storable(answer.because)
    )


def _settle(payout: Payout, answer: Answer, now: datetime) -> None:
    post_hold(key=payout.hold_key, at=now)
    _become(payout, Status.SETTLED, answer, at=now, next_at=None, ended_at=now)
    _tell(payout, "payout_settled", now)


def _pay_through_the_wallet(payout: Payout, answer: Answer, now: datetime) -> None:
    """The provider will never pay this one: give its money back and let it arrive by the way that cannot fail."""
    _become(payout, Status.FAILED, answer, at=now)
    release_hold(key=payout.hold_key, at=now)
    _become(payout, Status.RELEASED, answer, at=now, next_at=None, ended_at=now)
    start(
        key=f"{payout.key}:wallet",
        payee=payout.payee,
        amount=payout.amount,
        currency=payout.currency,
        gateway=WALLET,
        at=now,
        replaces=payout,
    )
    _tell(payout, "payout_replaced_by_wallet", now)


def _tell(payout: Payout, kind: str, now: datetime) -> None:
    values = {"amount": payout.amount, "currency": payout.currency}
    tell(key=f"payout:{payout.pk}:{kind}", recipient=payout.payee, kind=kind, values=values, at=now)


def _become(payout: Payout, status: str, answer: Answer, *, at: datetime, **changes: Any) -> None:
    """Move the payout with what the provider said, or, where it stays what it is, only change the rest."""
    because = storable(answer.because)[:WORDS_LIMIT]
    reference = storable(answer.reference)[:REFERENCE_LIMIT] or payout.provider_reference
    told: dict[str, Any] = {"failure": because, "provider_reference": reference, "in_hand_of": None}
    if payout.status == status:
        Payout.objects.filter(pk=payout.pk).update(**(told | changes))
    else:
        move_to(payout, status, at=at, history={"because": because}, **(told | changes))


def _pause_after(attempts: int) -> timedelta:
    return PAUSES[attempts - 1] if attempts <= len(PAUSES) else timedelta(0)


def _ask_again_at(payout: Payout, now: datetime) -> datetime:
    return now + min(ASK_AGAIN_LATEST, max(ASK_AGAIN_SOONEST, (now - payout.created_at) / 2))
