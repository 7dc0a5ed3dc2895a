"""What keeps money safe, and how each piece of it is taken away. Knows nothing of the attacks (portal.chaos.attacks),
so that the children who have to do without it can read it.
"""

from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from importlib import import_module
from typing import Any
from uuid import uuid4

from django.db.transaction import atomic

from payouts.gateways.interface import Answer, Outcome
from payouts.models import Payout


@dataclass(frozen=True, kw_only=True)
class Protection:
    """`patches` are laid over the children, by their place; `sql` over the database."""

    name: str
    patches: dict[str, Callable[[Any], Any]] = field(default_factory=dict)
    sql: str = ""


def remove_from_this_process(name: str) -> None:
    for place, attribute, changed in changes(BY_NAME[name]):
        setattr(place, attribute, changed)


def changes(protection: Protection) -> Iterator[tuple[Any, str, Any]]:
    """Where what is laid over what. Raises LookupError, AttributeError where the source has changed since."""
    for target, change in protection.patches.items():
        owner, _, attribute = target.rpartition(".")
        place = _place(owner)
        yield place, attribute, change(getattr(place, attribute))


def _place(name: str) -> Any:
    """A module, or a class in one."""
    try:
        return import_module(name)
    except ModuleNotFoundError:
        module, _, owner = name.rpartition(".")
        return getattr(import_module(module), owner)


# --- what is laid over ---------------------------------------------------------------------------------


def _text(old: str, new: str = "") -> Callable[[str], str]:
    def changed(text: str) -> str:
        if old not in text:
            raise LookupError(f"{old!r} is not there any more: this protection is removed in another way now")
        return text.replace(old, new)

    return changed


def _always(value: Any) -> Callable[[Any], Any]:
    return lambda _old: lambda *_args, **_kwargs: value


def _without_key(once: Any) -> Any:
    return lambda request, act, *, key, content, now: once(request, act, key=None, content=content, now=now)


def _under_a_new_key(send: Any) -> Any:
    def sent(self: Any, payout: Payout) -> Answer:
        payout.provider_key = uuid4()
        answer: Answer = send(self, payout)
        return answer

    return sent


def _unlocked(_select_for_update: Any) -> Any:
    return lambda self, **_options: self


def _whatever_the_lease(record: Any) -> Any:
    def recorded(claimed: Payout, answer: Answer, now: datetime) -> None:
        stands = Payout.objects.get(pk=claimed.pk)
        claimed.next_at, claimed.in_hand_of = stands.next_at, stands.in_hand_of
        record(claimed, answer, now)

    return recorded


def _in_one_transaction(send_next: Any) -> Any:
    """The announcement is not committed before the call, but with its answer."""

    def sent(*, now: datetime) -> bool:
        with atomic():
            done: bool = send_next(now=now)
        return done

    return sent


UNKNOWN_TAKEN_FOR_FAILED = Answer(outcome=Outcome.REFUSED, because="no answer, so it failed")

PROTECTIONS = (
    Protection(
        name="idempotency key",
        patches={"common.api.once": _without_key},
    ),
    Protection(
        name="all or nothing",
        patches={"common.transactions._join": _always(nullcontext())},
    ),
    Protection(
        name="unique key of a transfer",
        patches={"ledger.actions.WRITE": _text("ON CONFLICT (key) DO NOTHING")},
        sql="ALTER TABLE ledger_transfer DROP CONSTRAINT transfer_key_is_posted_once",
    ),
    Protection(
        name="unique key of a payout",
        patches={"payouts.actions.screening.WRITING": _text("ON CONFLICT (key) DO NOTHING")},
        sql="ALTER TABLE payouts_payout DROP CONSTRAINT payout_is_started_once_per_key",
    ),
    Protection(
        name="row lock of the claim on a payout",
        patches={"django.db.models.query.QuerySet.select_for_update": _unlocked},
    ),
    Protection(
        name="attempt committed before the call",
        patches={
            "payouts.actions.send_next": _in_one_transaction,
            "payouts.actions.sending._claim": lambda claim: claim.__wrapped__,
            "payouts.actions.sending.record": lambda record: record.__wrapped__,
            "common.transactions.refuse_inside_transaction": _always(None),
            "payouts.gateways.sandbox.gateway.refuse_inside_transaction": _always(None),
        },
    ),
    Protection(
        name="provider key kept for ever",
        patches={"payouts.gateways.sandbox.gateway.Sandbox.send": _under_a_new_key},
    ),
    Protection(
        name="asking first when the answer is unknown",
        patches={"payouts.gateways.sandbox.gateway.Sandbox.query": _always(UNKNOWN_TAKEN_FOR_FAILED)},
    ),
    Protection(
        name="lease looked at before recording",
        patches={"payouts.actions.sending.record": _whatever_the_lease},
    ),
    Protection(
        name="takeover from the dead",
        patches={"payouts.actions.sending.free_from_the_dead": _always(0)},
    ),
    Protection(
        name="money set aside",
        patches={"payouts.actions.recording.post_hold": _always(None)},
    ),
    Protection(
        name="floor of an account",
        sql="ALTER TABLE ledger_keptbalance DROP CONSTRAINT balance_never_below_its_floor",
    ),
    Protection(
        name="exposure ceiling of a line",
        patches={
            "orders.actions.exposures.TAKE": _text("taken + %(amount)s <= paid AND", ""),
            "disputes.actions.refund_unasked.asked_of": lambda asked_of: (
                lambda **facts: asked_of(**facts | {"refundable": facts["paid"]})
            ),
        },
        sql="ALTER TABLE orders_line DROP CONSTRAINT line_never_gives_back_more_than_was_paid",
    ),
    Protection(
        name="table of events that were received",
        sql="ALTER TABLE payouts_webhookevent DROP CONSTRAINT webhook_event_is_received_once",
    ),
    Protection(
        name="signature of a webhook",
        patches={"payouts.gateways.sandbox.gateway.verify": _always("evt_forged")},
    ),
    Protection(
        name="age of a webhook",
        patches={"common.webhook_signatures._refuse_other_time": _always(None)},
    ),
    Protection(
        name="one poster at a time",
        patches={"payouts.actions.drawing._is_only_poster_of": _always(value=True)},
    ),
)
BY_NAME = {protection.name: protection for protection in PROTECTIONS}
