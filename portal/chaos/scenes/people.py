"""What finance and commands do: approve, stop, unpark, read reports and resolve their breaks, import, seal."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO
from random import Random
from uuid import uuid4

from django.utils import timezone

from payouts import actions
from payouts.actions import receive_report, send_due
from payouts.gateways.sandbox.report import write_report
from payouts.models import Approval, Attention, Break, Payout
from portal.chaos import verbs
from portal.chaos.scenes.scene import Scene, Step, Verb
from portal.chaos.scenes.sweeps import paying, payout_of, sweep
from portal.chaos.world import LARGE, Case, World

Prepare = Callable[[World, Random], Case]


def _verb(name: str, by: str = "finance2") -> Callable[[World, Case], Step]:
    def step(world: World, case: Case) -> Verb:
        return Verb(name=name, arguments=(*case.more.get("about", ()), world.people[by].pk))

    return step


# --- approvals and the switch ------------------------------------------------------------------------


def _held_back(world: World, rng: Random) -> Case:
    case = paying(world, amount=LARGE + 1)
    case.more["about"] = (payout_of(case).pk,)
    return case


def _approve(world: World, case: Case) -> None:
    """Whoever was interrupted, in the end a second person does approve."""
    found = Approval.objects.get(payout=payout_of(case))
    if found.approved_by_id is None:
        actions.approve(payout=payout_of(case), by=world.people["finance2"], because="It is right.", at=timezone.now())


def _reminded_of() -> Scene:
    def prepare(world: World, rng: Random) -> Case:
        case = _held_back(world, rng)
        Approval.objects.filter(payout=payout_of(case)).update(due_at=timezone.now() - timedelta(minutes=1))
        return case

    step = sweep("payouts.tasks.remind_of_approvals")
    return Scene(name="approval_reminder", prepare=prepare, step=step, afterwards=_approve)


def _switched_off(world: World, rng: Random) -> Case:
    actions.stop_payouts(because="To look.", by=world.people["finance"], at=timezone.now())
    return paying(world)


def _switch_on(world: World, case: Case) -> None:
    actions.resume_payouts(because="Go on.", by=world.people["finance"], at=timezone.now())


def _bought(world: World, rng: Random) -> Case:
    """Nothing but a consumer who has bought something."""
    case = world.buys(at=timezone.now())
    case.claims = 0
    return case


def _parked(world: World, rng: Random) -> Case:
    case = paying(world)
    Payout.objects.filter(pk=payout_of(case).pk).update(attention=Attention.PARKED, next_at=None)
    case.more["about"] = (payout_of(case).pk,)
    return case


# --- reports and their breaks ------------------------------------------------------------------------


def _paid(world: World, *, amount: int) -> Case:
    case = paying(world, amount=amount)
    send_due(now=timezone.now())
    return case


def _receive(movements: list[dict[str, object]]) -> None:
    now = datetime.now(UTC)
    text = write_report(movements, start=now - timedelta(days=9), end=now + timedelta(seconds=1))
    receive_report(gateway="sandbox", name="report.csv", file=BytesIO(text.encode()), by=None, at=timezone.now())


def _reported(world: World, rng: Random) -> Case:
    """Paid here and there, and a report that says so is due to be read."""
    case = _paid(world, amount=rng.randint(1_00, 40_00))
    _receive(world.provider.movements(str(payout_of(case).provider_key)))
    return case


def _missing_there() -> Scene:
    """A later report completes the period: what no report named is missed."""

    def prepare(world: World, rng: Random) -> Case:
        case = _paid(world, amount=rng.randint(1_00, 40_00))
        Payout.objects.filter(pk=payout_of(case).pk).update(ended_at=timezone.now() - timedelta(days=3))
        _receive([])
        return case

    step = sweep("payouts.tasks.import_due_reports")
    return Scene(name="report_misses_a_payout", prepare=prepare, step=step, alone=True)


def _settled_by_report() -> Scene:
    """The provider paid and answers nothing; its report says so, and that settles the payout."""

    def prepare(world: World, rng: Random) -> Case:
        case = paying(world)
        key = str(payout_of(case).provider_key)
        world.provider.plan(key, "error_after")
        world.provider.plan(key, *["error_before"] * 3, operation="query")
        send_due(now=timezone.now(), limit=1)
        Payout.objects.filter(pk=payout_of(case).pk).update(attention=Attention.PARKED, next_at=None)
        _receive(world.provider.movements(key))
        actions.import_next_report(now=timezone.now())
        return case

    step = sweep("payouts.tasks.look_at_report_lines_again")
    return Scene(name="settled_by_report", prepare=prepare, step=step)


def _break(amount: int) -> Prepare:
    """The provider reports a sum that we know nothing of."""

    def prepare(world: World, rng: Random) -> Case:
        case = _paid(world, amount=10_00)
        moved = {"id": uuid4().hex, "reference": "not ours", "amount": amount, "currency": "CNY"}
        _receive(
            [
                *world.provider.movements(str(payout_of(case).provider_key)),
                moved | {"paid_at": timezone.now().timestamp()},
            ]
        )
        actions.import_next_report(now=timezone.now())
        case.more["about"] = (Break.objects.latest("pk").pk,)
        return case

    return prepare


def _proposed(world: World, rng: Random) -> Case:
    case = _break(LARGE + 1)(world, rng)
    actions.resolve_break(
        found=Break.objects.get(pk=case.more["about"][0]),
        resolution="borne",
        reason="Ours.",
        by=world.people["finance"],
        at=timezone.now(),
    )
    return case


# --- commands ----------------------------------------------------------------------------------------


def _import() -> Scene:
    def step(world: World, case: Case) -> Verb:
        return Verb(name="import_order", arguments=(f"I-{uuid4().hex[:12]}", case.consumer.email, world.shop.code))

    return Scene(name="orders_imported", prepare=_bought, step=step)


def _sealed() -> Scene:
    def prepare(world: World, rng: Random) -> Case:
        return _paid(world, amount=10_00)

    return Scene(name="day_is_sealed", prepare=prepare, step=lambda world, case: Verb(name="seal_today"), alone=True)


def _drawn() -> tuple[Scene, Scene]:
    """The fund pays in two steps: the payout is accepted, then the poster pays all that wait."""

    def prepare(world: World, rng: Random) -> Case:
        case = world.buys(at=timezone.now())
        case.owed, case.claims, case.more["key"] = 1_00, 0, f"chaos:draw:{uuid4().hex[:12]}"
        return case

    def accept(world: World, case: Case) -> Step:
        return Verb(name="draw", arguments=(case.more["key"], case.consumer.pk))

    def accepted(world: World, rng: Random) -> Case:
        case = prepare(world, rng)
        verbs.draw(case.more["key"], case.consumer.pk)
        return case

    return (
        Scene(name="draw_accepted", prepare=prepare, step=accept),
        Scene(name="draw_posted", prepare=accepted, step=sweep("payouts.tasks.pay_out_of_the_fund")),
    )


READ = sweep("payouts.tasks.import_due_reports")

SCENES = (
    Scene(name="approved", prepare=_held_back, step=_verb("approve"), afterwards=_approve),
    _reminded_of(),
    Scene(name="payouts_stopped", prepare=lambda world, rng: paying(world), step=_verb("stop"), afterwards=_switch_on),
    Scene(name="payouts_resumed", prepare=_switched_off, step=_verb("resume")),
    Scene(name="budget_limited", prepare=_bought, step=_verb("limit_budget")),
    Scene(name="unparked", prepare=_parked, step=_verb("unpark")),
    Scene(name="report_read", prepare=_reported, step=READ),
    _missing_there(),
    _settled_by_report(),
    Scene(name="break_resolved", prepare=_break(12_34), step=_verb("resolve_break", "finance")),
    Scene(name="resolution_agreed", prepare=_proposed, step=_verb("agree_to_resolution")),
    _import(),
    _sealed(),
    *_drawn(),
)
