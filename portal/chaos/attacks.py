"""Each protection is attacked twice: with it the checks are green, and without it the very same checks must go red.
A check that stays green without its protection would show nothing.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from uuid import uuid4

from django.db import connection
from django.utils import timezone

from common.webhook_signatures import sign
from ledger.actions import set_floor
from ledger.chart import balance_of, settlement_of
from ledger.models import Transfer
from payouts.models import Payout, WebhookEvent
from portal.chaos.harness import Harness, Kind
from portal.chaos.protections import PROTECTIONS, Protection, changes
from portal.chaos.report import Result
from portal.chaos.scenes import SCENES, Request
from portal.chaos.servers import SECRET
from portal.chaos.setup import ready_to_break
from portal.chaos.world import CURRENCY, DEAR

NAME = "protections"
SECRET_OF_SOMEBODY_ELSE = "whsec_c29tZWJvZHkgZWxzZQ=="  # noqa: S105 it is nobody's
UNAUTHORIZED = 401

# Takes the name of the protection to do without ("": none) and gives what broke.
Attack = Callable[[Harness, str], Sequence[str]]


def run(*, seed: int, only: Sequence[str] = ()) -> Result:
    """Each attack with its protection, and without."""
    result = Result(NAME, 0)
    red: dict[str, str] = {}
    with ready_to_break() as harness:
        for protection in PROTECTIONS:
            if not only or protection.name in only:
                result.runs += 1
                result.failures += _try(protection, harness, seed, red)
    result.details = {"red without": red}
    return result


def _try(protection: Protection, harness: Harness, seed: int, red: dict[str, str]) -> Iterator[str]:
    replay = f"make chaos SEED={seed} ONLY='{NAME}:{protection.name}'"
    try:
        list(changes(protection))
    except (LookupError, AttributeError) as changed:
        yield f"{protection.name} cannot be taken away any more ({changed}) | {replay}"
        return
    harness.renew_database()
    yield from (f"with {protection.name}: {broken} | {replay}" for broken in ATTACKS[protection.name](harness, ""))
    harness.renew_database()
    if protection.sql:
        with connection.cursor() as cursor:
            cursor.execute(protection.sql)
    broken = ATTACKS[protection.name](harness, protection.name)
    if not broken:
        yield f"nothing broke without {protection.name} | {replay}"
    red[protection.name] = "; ".join(broken)[:200]


def _killed(scene: str, point: str, nth: int = 1) -> Attack:
    def attack(harness: Harness, without: str) -> list[str]:
        return harness.run(_scene(scene), point=point, kind=Kind.KILL, nth=nth, seed=1, without=without).breaks

    return attack


def _played(scene: str) -> Attack:
    return lambda harness, without: harness.run(_scene(scene), seed=1, without=without).breaks


def _scene(name: str) -> Any:
    """One of the scenes; each attack knows what kind of step it takes."""
    return next(scene for scene in SCENES if scene.name == name)


def _racing(scene: str, point: str, number: int = 4) -> Attack:
    """Several processes do the scene's step at once."""

    def attack(harness: Harness, without: str) -> list[str]:
        found = _scene(scene)
        case = found.prepare(harness.world, Random(1))
        step = found.step(harness.world, case)
        connection.close()
        return harness.at_once(step, number=number, point=point, without=without)

    return attack


def _twice(verb: str, arguments: Callable[[Harness], tuple[int | str, ...]], look: Callable[[], list[str]]) -> Attack:
    """The same verb twice, one after the other, and a look at what there is."""

    def attack(harness: Harness, without: str) -> list[str]:
        given = arguments(harness)
        for _ in range(2):
            harness.act(verb, *given, without=without)
        return look()

    return attack


def _post_twice() -> Attack:
    def arguments(harness: Harness) -> tuple[int | str, ...]:
        case = harness.world.buys(at=timezone.now())
        return f"twice:{uuid4().hex}", case.consumer.pk, harness.world.shop.pk

    def look() -> list[str]:
        found = Transfer.objects.filter(key__startswith="twice:").count()
        return [] if found == 1 else [f"paid twice: {found} transfers under one key"]

    return _twice("post_under", arguments, look)


def _start_twice() -> Attack:
    def arguments(harness: Harness) -> tuple[int | str, ...]:
        case = harness.world.buys(at=timezone.now())
        harness.act("post_under", f"funds:{uuid4().hex}", case.consumer.pk, harness.world.shop.pk, without="")
        return f"twice:{uuid4().hex}", case.consumer.pk

    def look() -> list[str]:
        found = Payout.objects.filter(key__startswith="twice:").count()
        return [] if found == 1 else [f"paid twice: {found} payouts under one key"]

    return _twice("start_under", arguments, look)


def _above_the_price(harness: Harness, without: str) -> list[str]:
    case = harness.world.buys(at=timezone.now(), paid=DEAR)
    by = harness.world.people["merchant"].pk
    for _ in range(2):
        harness.act("refund_again", case.line.pk, by, DEAR - 1_00, without=without)
    given = sum(Payout.objects.filter(payee=case.consumer).values_list("amount", flat=True))
    return [] if given <= DEAR else [f"paid twice: {given} of {DEAR} were given back"]


def _below_the_floor(harness: Harness, without: str) -> list[str]:
    case = harness.world.buys(at=timezone.now(), paid=DEAR)
    settlement = settlement_of(harness.world.shop.pk, CURRENCY)
    set_floor(account=settlement, floor=0)
    harness.act("refund_again", case.line.pk, harness.world.people["merchant"].pk, 100_00, without=without)
    left = balance_of(settlement).posted
    return [] if left >= 0 else [f"overdrawn: the settlement is at {left} and its floor is 0"]


def _answer_comes_late(harness: Harness, without: str) -> list[str]:
    """The first sender's answer comes when another has long taken over and paid."""
    return harness.overtaken(_scene("payout_failed_once"), point="payouts.after_call", without=without)


def _event_again(harness: Harness, without: str) -> list[str]:
    found = _scene("webhook")
    step = found.step(harness.world, found.prepare(harness.world, Random(1)))
    for _ in range(5):
        harness.ask(step, without=without)
    rows = WebhookEvent.objects.count()
    return [] if rows == 1 else [f"one event was kept {rows} times"]


def _not_genuine(secret: str, age: timedelta) -> Attack:
    def attack(harness: Harness, without: str) -> list[str]:
        body = json.dumps({"type": "payment.paid", "data": {"reference": str(uuid4())}}).encode()
        headers = sign(secret, event_id="evt_forged", at=datetime.now(UTC) - age, body=body)
        answer = harness.ask(Request(path="/webhooks/sandbox", body=body, headers=headers), without=without)
        rows = WebhookEvent.objects.count()
        refused = answer is not None and answer.status == UNAUTHORIZED and not rows
        return [] if refused else [f"a webhook that is not genuine was answered {answer and answer.status}"]

    return attack


ATTACKS: dict[str, Attack] = {
    "idempotency key": _played("merchant_gives_unasked_to_sandbox"),
    "all or nothing": _killed("lightning_refund_to_sandbox", "payouts.rows_are_written"),
    "unique key of a transfer": _post_twice(),
    "unique key of a payout": _start_twice(),
    "row lock of the claim on a payout": _racing("payout_paid", "payouts.before_claim_is_committed"),
    "attempt committed before the call": _killed("payout_paid", "payouts.after_call"),
    "provider key kept for ever": _killed("payout_paid", "payouts.after_call"),
    "asking first when the answer is unknown": _played("payout_unanswered"),
    "lease looked at before recording": _answer_comes_late,
    "takeover from the dead": _killed("payout_paid", "payouts.before_call"),
    "money set aside": _played("payout_paid"),
    "floor of an account": _below_the_floor,
    "exposure ceiling of a line": _above_the_price,
    "table of events that were received": _event_again,
    "signature of a webhook": _not_genuine(SECRET_OF_SOMEBODY_ELSE, timedelta(0)),
    "age of a webhook": _not_genuine(SECRET, timedelta(hours=1)),
    "one poster at a time": _racing("draw_posted", "payouts.draws_are_chosen"),
}
