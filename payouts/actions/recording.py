"""Record what a provider said of a payout: in its row, its history and the books, in one transaction."""

from datetime import datetime
from typing import Any

from django.db.transaction import atomic

from common.crash_points import crash_point
from common.states import move_to
from common.texts import storable
from ledger.actions import post_hold, release_hold
from notices.actions import tell
from payouts.actions.patience import is_forgotten, look_again_at, pause_after_failures, remind_payee_at
from payouts.actions.starting import start
from payouts.gateways.interface import Answer, Outcome
from payouts.gateways.registry import WALLET
from payouts.models import Attention, Payout, Status

# What is kept of a provider's words: as much as the columns hold.
WORDS_LIMIT, REFERENCE_LIMIT = 200, 120


@atomic(durable=True)
def record(claimed: Payout, answer: Answer, now: datetime) -> None:
    """Write down what came of the call, unless the lease is lost."""
    payout = Payout.objects.select_for_update(no_key=True).get(pk=claimed.pk)
    if (payout.next_at, payout.in_hand_of) != (claimed.next_at, claimed.in_hand_of):
        return
    if payout.status == Status.SENDING:
        end_attempt(payout, answer, now)
    match answer.outcome:
        case Outcome.SETTLED:
            settle(payout, answer, now)
        case Outcome.SENT:
            _is_on_its_way(payout, answer, now)
        case Outcome.FAILED if payout.status != Status.FAILED and not is_forgotten(payout, now):
            pause = pause_after_failures(payout.attempts_made)
            become(payout, Status.FAILED, answer, at=now, next_at=now + pause, attention=Attention.NONE)
        case Outcome.REFUSED if answer.ask_a_person:
            become(payout, Status.FAILED, answer, at=now, next_at=None, attention=Attention.PARKED)
        case Outcome.REFUSED:
            _pay_through_the_wallet(payout, answer, now)
        case _:
            _is_no_clearer(payout, answer, now)
    crash_point("payouts.before_record_is_committed")


def end_attempt(payout: Payout, answer: Answer, now: datetime) -> None:
    """Write down what came of the last attempt."""
    payout.attempts.filter(number=payout.attempts_made).update(
        ended_at=now, outcome=answer.outcome, answer=storable(answer.because)
    )


def settle(payout: Payout, answer: Answer, now: datetime) -> None:
    """The money has left: post its hold. For callers who have the row locked, inside their transaction."""
    post_hold(key=payout.hold_key, at=now)
    become(payout, Status.SETTLED, answer, at=now, **_ended(now))
    _tell(payout, "payout_settled", now)


def _ended(now: datetime) -> dict[str, Any]:
    return {"next_at": None, "ended_at": now, "attention": Attention.NONE}


def _is_on_its_way(payout: Payout, answer: Answer, now: datetime) -> None:
    """Ask again later; where the payee has to confirm, say so, remind them once, and look when their time is over."""
    payout.confirm_by = answer.confirm_by
    overdue = answer.confirm_by is not None and answer.confirm_by <= now
    become(
        payout,
        Status.SENT,
        answer,
        at=now,
        next_at=look_again_at(payout, now),
        confirm_by=answer.confirm_by,
        called_off_by=None,
        attention=Attention.UNCONFIRMED if overdue else Attention.NONE,
    )
    if answer.confirm_by is not None and not overdue:
        _tell(payout, "payout_to_confirm", now, due_at=answer.confirm_by)
        if (remind_at := remind_payee_at(payout)) and now >= remind_at:
            _tell(payout, "payout_to_confirm_soon", now, due_at=answer.confirm_by)


def _is_no_clearer(payout: Payout, answer: Answer, now: datetime) -> None:
    """Ask again later, or, where a person had it asked, leave it to that person again."""
    status = Status.UNKNOWN if payout.status == Status.SENDING else payout.status
    if payout.called_off_by_id is not None or payout.attention == Attention.KEY_WINDOW:
        alone: dict[str, Any] = {"next_at": None, "attention": Attention.KEY_WINDOW, "called_off_by": None}
        become(payout, status, answer, at=now, **alone)
    else:
        become(payout, status, answer, at=now, next_at=look_again_at(payout, now))


def _pay_through_the_wallet(payout: Payout, answer: Answer, now: datetime) -> None:
    """The provider will never pay this one: give its money back and let it arrive by the way that cannot fail."""
    become(payout, Status.FAILED, answer, at=now)
    release_hold(key=payout.hold_key, at=now)
    become(payout, Status.RELEASED, answer, at=now, **_ended(now))
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


def _tell(payout: Payout, kind: str, now: datetime, **values: Any) -> None:
    values |= {"amount": payout.amount, "currency": payout.currency}
    tell(key=f"payout:{payout.pk}:{kind}", recipient=payout.payee, kind=kind, values=values, at=now)


def become(payout: Payout, status: str, answer: Answer, *, at: datetime, **changes: Any) -> None:
    """Move the payout with what the provider said, or, where it stays what it is, only change the rest."""
    because = storable(answer.because)[:WORDS_LIMIT]
    reference = storable(answer.reference)[:REFERENCE_LIMIT] or payout.provider_reference
    told: dict[str, Any] = {"failure": because, "provider_reference": reference, "in_hand_of": None, "tries": 0}
    if payout.status == status:
        Payout.objects.filter(pk=payout.pk).update(**(told | changes))
    else:
        move_to(payout, status, at=at, history={"because": because}, **(told | changes))
