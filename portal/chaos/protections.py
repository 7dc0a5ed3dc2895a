"""What keeps money safe, taken away piece by piece: without it the very same checks must go red, and with it they are
green. A check that stays green without its protection would show nothing.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from importlib import import_module
from random import Random
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django.db import connection
from django.utils import timezone

from common.webhook_signatures import sign
from ledger.actions import set_floor
from ledger.chart import balance_of, settlement_of
from ledger.models import Transfer
from payouts.gateways.interface import Answer, Outcome
from payouts.models import Payout, WebhookEvent
from portal.chaos.report import Result
from portal.chaos.world import CURRENCY, DEAR

if TYPE_CHECKING:
    from portal.chaos.harness import Harness

NAME = "protections"
SECRET_OF_SOMEBODY_ELSE = "whsec_c29tZWJvZHkgZWxzZQ=="  # noqa: S105
UNAUTHORIZED = 401

Attack = Callable[["Harness", str], Sequence[str]]


@dataclass(frozen=True, kw_only=True)
class Protection:
    """`patches` are laid over the children, by their place; `sql` over the database. `attack` gives what broke."""

    name: str
    attack: Attack
    patches: dict[str, Callable[[Any], Any]] = field(default_factory=dict)
    sql: str = ""


def run(*, seed: int, only: Sequence[str] = ()) -> Result:
    """Each attack twice: with its protection, and without."""
    from portal.chaos.setup import ready_to_break  # noqa: PLC0415 it forks what removes protections

    result = Result(NAME, 0)
    red: dict[str, str] = {}
    with ready_to_break() as harness:
        for protection in PROTECTIONS:
            if not only or protection.name in only:
                result.runs += 1
                result.failures += _try(protection, harness, seed, red)
    result.details = {"red without": red}
    return result


def _try(protection: Protection, harness: "Harness", seed: int, red: dict[str, str]) -> Iterator[str]:
    replay = f"make chaos SEED={seed} ONLY='{NAME}:{protection.name}'"
    try:
        list(_changes(protection))
    except (LookupError, AttributeError) as changed:
        yield f"{protection.name} cannot be taken away any more ({changed}) | {replay}"
        return
    harness.renew_database()
    yield from (f"with {protection.name}: {broken} | {replay}" for broken in protection.attack(harness, ""))
    harness.renew_database()
    if protection.sql:
        with connection.cursor() as cursor:
            cursor.execute(protection.sql)
    broken = protection.attack(harness, protection.name)
    if not broken:
        yield f"nothing broke without {protection.name} | {replay}"
    red[protection.name] = "; ".join(broken)[:200]


def remove_from_this_process(name: str) -> None:
    for place, attribute, changed in _changes(BY_NAME[name]):
        setattr(place, attribute, changed)


def _changes(protection: Protection) -> Iterator[tuple[Any, str, Any]]:
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


# --- attacks -----------------------------------------------------------------------------------------


def _killed(scene: str, point: str, nth: int = 1) -> Attack:
    def attack(harness: "Harness", without: str) -> list[str]:
        from portal.chaos.harness import Kind  # noqa: PLC0415

        return harness.run(_scene(scene), point=point, kind=Kind.KILL, nth=nth, seed=1, without=without).breaks

    return attack


def _played(scene: str) -> Attack:
    return lambda harness, without: harness.run(_scene(scene), seed=1, without=without).breaks


def _scene(name: str) -> Any:
    from portal.chaos.scenes import SCENES  # noqa: PLC0415

    return next(scene for scene in SCENES if scene.name == name)


def _racing(scene: str, point: str, number: int = 4) -> Attack:
    """Several processes do the scene's step at once."""

    def attack(harness: "Harness", without: str) -> list[str]:
        found = _scene(scene)
        case = found.prepare(harness.world, Random(1))
        step = found.step(harness.world, case)
        connection.close()
        return harness.at_once(step, number=number, point=point, without=without)

    return attack


def _twice(verb: str, arguments: Callable[["Harness"], tuple[int | str, ...]], look: Callable[[], list[str]]) -> Attack:
    """The same verb twice, one after the other, and a look at what there is."""

    def attack(harness: "Harness", without: str) -> list[str]:
        given = arguments(harness)
        for _ in range(2):
            harness.act(verb, *given, without=without)
        return look()

    return attack


def _post_twice() -> Attack:
    def arguments(harness: "Harness") -> tuple[int | str, ...]:
        case = harness.world.buys(at=timezone.now())
        return f"twice:{uuid4().hex}", case.consumer.pk, harness.world.shop.pk

    def look() -> list[str]:
        found = Transfer.objects.filter(key__startswith="twice:").count()
        return [] if found == 1 else [f"paid twice: {found} transfers under one key"]

    return _twice("post_under", arguments, look)


def _start_twice() -> Attack:
    def arguments(harness: "Harness") -> tuple[int | str, ...]:
        case = harness.world.buys(at=timezone.now())
        harness.act("post_under", f"funds:{uuid4().hex}", case.consumer.pk, harness.world.shop.pk, without="")
        return f"twice:{uuid4().hex}", case.consumer.pk

    def look() -> list[str]:
        found = Payout.objects.filter(key__startswith="twice:").count()
        return [] if found == 1 else [f"paid twice: {found} payouts under one key"]

    return _twice("start_under", arguments, look)


def _above_the_price(harness: "Harness", without: str) -> list[str]:
    case = harness.world.buys(at=timezone.now(), paid=DEAR)
    by = harness.world.people["merchant"].pk
    for _ in range(2):
        harness.act("refund_again", case.line.pk, by, DEAR - 1_00, without=without)
    given = sum(Payout.objects.filter(payee=case.consumer).values_list("amount", flat=True))
    return [] if given <= DEAR else [f"paid twice: {given} of {DEAR} were given back"]


def _below_the_floor(harness: "Harness", without: str) -> list[str]:
    case = harness.world.buys(at=timezone.now(), paid=DEAR)
    settlement = settlement_of(harness.world.shop.pk, CURRENCY)
    set_floor(account=settlement, floor=0)
    harness.act("refund_again", case.line.pk, harness.world.people["merchant"].pk, 100_00, without=without)
    left = balance_of(settlement).posted
    return [] if left >= 0 else [f"overdrawn: the settlement is at {left} and its floor is 0"]


def _answer_comes_late(harness: "Harness", without: str) -> list[str]:
    """The first sender's answer comes when another has long taken over and paid."""
    return harness.overtaken(_scene("payout_failed_once"), point="payouts.after_call", without=without)


def _event_again(harness: "Harness", without: str) -> list[str]:
    found = _scene("webhook")
    step = found.step(harness.world, found.prepare(harness.world, Random(1)))
    for _ in range(5):
        harness.ask(step, without=without)
    rows = WebhookEvent.objects.count()
    return [] if rows == 1 else [f"one event was kept {rows} times"]


def _not_genuine(secret: str, age: timedelta) -> Attack:
    def attack(harness: "Harness", without: str) -> list[str]:
        from portal.chaos.scenes import Request  # noqa: PLC0415

        body = json.dumps({"type": "payment.paid", "data": {"reference": str(uuid4())}}).encode()
        headers = sign(secret, event_id="evt_forged", at=datetime.now(UTC) - age, body=body)
        answer = harness.ask(Request(path="/webhooks/sandbox", body=body, headers=headers), without=without)
        rows = WebhookEvent.objects.count()
        refused = answer is not None and answer.status == UNAUTHORIZED and not rows
        return [] if refused else [f"a webhook that is not genuine was answered {answer and answer.status}"]

    return attack


def _own_secret() -> str:
    from portal.chaos.servers import SECRET  # noqa: PLC0415

    return SECRET


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
        from django.db.transaction import atomic  # noqa: PLC0415

        with atomic():
            done: bool = send_next(now=now)
        return done

    return sent


UNKNOWN_TAKEN_FOR_FAILED = Answer(outcome=Outcome.REFUSED, because="no answer, so it failed")

PROTECTIONS = (
    Protection(
        name="idempotency key",
        attack=_played("merchant_gives_unasked_to_sandbox"),
        patches={"common.api.once": _without_key},
    ),
    Protection(
        name="all or nothing",
        attack=_killed("lightning_refund_to_sandbox", "payouts.rows_are_written"),
        patches={"common.transactions._join": _always(nullcontext())},
    ),
    Protection(
        name="unique key of a transfer",
        attack=_post_twice(),
        patches={"ledger.actions.WRITE": _text("ON CONFLICT (key) DO NOTHING")},
        sql="ALTER TABLE ledger_transfer DROP CONSTRAINT transfer_key_is_posted_once",
    ),
    Protection(
        name="unique key of a payout",
        attack=_start_twice(),
        patches={"payouts.actions.screening.WRITING": _text("ON CONFLICT (key) DO NOTHING")},
        sql="ALTER TABLE payouts_payout DROP CONSTRAINT payout_is_started_once_per_key",
    ),
    Protection(
        name="row lock of the claim on a payout",
        attack=_racing("payout_paid", "payouts.before_claim_is_committed"),
        patches={"django.db.models.query.QuerySet.select_for_update": _unlocked},
    ),
    Protection(
        name="attempt committed before the call",
        attack=_killed("payout_paid", "payouts.after_call"),
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
        attack=_killed("payout_paid", "payouts.after_call"),
        patches={"payouts.gateways.sandbox.gateway.Sandbox.send": _under_a_new_key},
    ),
    Protection(
        name="asking first when the answer is unknown",
        attack=_played("payout_unanswered"),
        patches={"payouts.gateways.sandbox.gateway.Sandbox.query": _always(UNKNOWN_TAKEN_FOR_FAILED)},
    ),
    Protection(
        name="lease looked at before recording",
        attack=_answer_comes_late,
        patches={"payouts.actions.sending.record": _whatever_the_lease},
    ),
    Protection(
        name="takeover from the dead",
        attack=_killed("payout_paid", "payouts.before_call"),
        patches={"payouts.actions.sending.free_from_the_dead": _always(0)},
    ),
    Protection(
        name="money set aside",
        attack=_played("payout_paid"),
        patches={"payouts.actions.recording.post_hold": _always(None)},
    ),
    Protection(
        name="floor of an account",
        attack=_below_the_floor,
        sql="ALTER TABLE ledger_keptbalance DROP CONSTRAINT balance_never_below_its_floor",
    ),
    Protection(
        name="exposure ceiling of a line",
        attack=_above_the_price,
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
        attack=_event_again,
        sql="ALTER TABLE payouts_webhookevent DROP CONSTRAINT webhook_event_is_received_once",
    ),
    Protection(
        name="signature of a webhook",
        attack=_not_genuine(SECRET_OF_SOMEBODY_ELSE, timedelta(0)),
        patches={"payouts.gateways.sandbox.gateway.verify": _always("evt_forged")},
    ),
    Protection(
        name="age of a webhook",
        attack=_not_genuine(_own_secret(), timedelta(hours=1)),
        patches={"common.webhook_signatures._refuse_other_time": _always(None)},
    ),
    Protection(
        name="one poster at a time",
        attack=_racing("draw_posted", "payouts.draws_are_chosen"),
        patches={"payouts.actions.drawing._is_only_poster_of": _always(value=True)},
    ),
)
BY_NAME = {protection.name: protection for protection in PROTECTIONS}
