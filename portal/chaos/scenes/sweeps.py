"""What the sweeps do: payouts step by step, their providers' events, deadlines, reminders, debts, mails, imports."""

from collections.abc import Callable
from datetime import timedelta
from random import Random

from django.utils import timezone

from disputes import actions
from disputes.actions import refund_unasked
from disputes.models import Claim
from payouts.actions import receive_webhook, send_next, unpark
from payouts.models import Attention, Payout
from portal.chaos.scenes.claims import claim_of, disputed, filed
from portal.chaos.scenes.scene import Request, Scene, Step, Sweep
from portal.chaos.world import DEAR, PRICE, Case, World

SEND, EVENTS = "payouts.tasks.send_due_payouts", "payouts.tasks.handle_webhook_events"


def sweep(*tasks: str) -> Callable[[World, Case], Step]:
    return lambda world, case: Sweep(tasks=tasks)


def paying(world: World, *, amount: int = PRICE, through: str = "sandbox") -> Case:
    """A refund that a shop gives over the provider, set aside and due."""
    case = world.buys(at=timezone.now(), paid=max(DEAR, amount), through=through)
    refund = refund_unasked(line=case.line.pk, by=world.people["merchant"], amount=amount, at=timezone.now())
    case.payout, case.owed, case.claims = refund.payout, amount, 0
    return case


def payout_of(case: Case) -> Payout:
    if case.payout is None:
        raise LookupError("the scene started no payout")
    return case.payout


def _payout(name: str, *faults: str) -> Scene:
    """The provider is paid through, or does what its fault says first."""

    def prepare(world: World, rng: Random) -> Case:
        case = paying(world)
        if faults:
            world.provider.plan(str(payout_of(case).provider_key), *faults)
        return case

    return Scene(name=f"payout_{name}", prepare=prepare, step=sweep(SEND))


def _waiting_for_the_provider(world: World) -> Case:
    """Sent, and told by an event that it is paid now."""
    case = paying(world)
    key = str(payout_of(case).provider_key)
    world.provider.plan(key, "pending")
    send_next(now=timezone.now())
    world.provider.settle(key)
    case.more["event"] = world.provider.events(key)[-1]
    return case


def _webhook() -> Scene:
    def step(world: World, case: Case) -> Request:
        event = case.more["event"]
        return Request(path="/webhooks/sandbox", body=event["body"].encode(), headers=event["headers"])

    return Scene(name="webhook", prepare=lambda world, rng: _waiting_for_the_provider(world), step=step)


def _event() -> Scene:
    def prepare(world: World, rng: Random) -> Case:
        case = _waiting_for_the_provider(world)
        event = case.more["event"]
        receive_webhook(gateway="sandbox", headers=event["headers"], body=event["body"].encode(), now=timezone.now())
        return case

    return Scene(name="event_handled", prepare=prepare, step=sweep(EVENTS, SEND))


def _merchant_silent(through: str) -> Scene:
    def prepare(world: World, rng: Random) -> Case:
        long_ago = timezone.now() - timedelta(days=60)
        case = world.buys(at=long_ago, paid=DEAR, through=through)
        filed(case, at=long_ago)
        case.owed, case.ends_as = DEAR, ("settled",)
        return case

    return Scene(name=f"merchant_silent_{through}", prepare=prepare, step=sweep("disputes.tasks.time_out_due_claims"))


def _return_never_sent() -> Scene:
    """One deadline that is nobody's money: the goods never came, the case is closed."""

    def prepare(world: World, rng: Random) -> Case:
        long_ago = timezone.now() - timedelta(days=60)
        case = world.buys(at=long_ago, paid=DEAR)
        filed(case, at=long_ago, remedy="return")
        case.owed, case.ends_as = 0, ("closed",)
        return case

    return Scene(name="return_never_sent", prepare=prepare, step=sweep("disputes.tasks.time_out_due_claims"))


def _reminder() -> Scene:
    def prepare(world: World, rng: Random) -> Case:
        case = world.buys(at=timezone.now(), paid=DEAR)
        claim = filed(case, at=timezone.now() - timedelta(hours=1))
        Claim.objects.filter(pk=claim.pk).update(
            turned_at=timezone.now() - timedelta(days=3), due_at=timezone.now() + timedelta(minutes=20)
        )
        case.ends_as = (claim.status,)
        return case

    return Scene(name="reminder", prepare=prepare, step=sweep("disputes.tasks.remind_of_deadlines"))


def _mail() -> Scene:
    def prepare(world: World, rng: Random) -> Case:
        case = world.buys(at=timezone.now())
        filed(case, at=timezone.now())
        case.owed, case.ends_as = PRICE, ("settled",)
        return case

    return Scene(name="mail", prepare=prepare, step=sweep("notices.tasks.deliver_due_notices"))


def _debt() -> Scene:
    """The fund was empty when the case was decided, and is not any more."""

    def prepare(world: World, rng: Random) -> Case:
        case = disputed(world, rng)
        actions.decide(
            claim=claim_of(case),
            by=world.people["agent"],
            outcome="no_fault",
            reason="neither_at_fault",
            statement="So it is.",
            at=timezone.now(),
        )
        case.owed, case.ends_as = DEAR, ("decided",)
        return case

    def prepare_with_an_empty_fund(world: World, rng: Random) -> Case:
        world.empty_the_fund(at=timezone.now())
        case = prepare(world, rng)
        world.fill_the_fund(at=timezone.now())
        return case

    return Scene(
        name="debt_of_the_fund",
        prepare=prepare_with_an_empty_fund,
        step=sweep("disputes.tasks.pay_what_the_fund_owes"),
        alone=True,
    )


def _gateway_gone() -> Scene:
    """A payout whose gateway is not connected for a moment: it stumbles, and goes on when the gateway is back."""

    def prepare(world: World, rng: Random) -> Case:
        case = paying(world)
        case.more["gone"] = True
        Payout.objects.filter(pk=payout_of(case).pk).update(gateway="gone")
        return case

    def put_back(world: World, case: Case) -> None:
        found = Payout.objects.get(pk=payout_of(case).pk)
        Payout.objects.filter(pk=found.pk).update(gateway="sandbox")
        if found.attention == Attention.PARKED:
            unpark(payout=found.pk, by=world.people["finance"], at=timezone.now())

    return Scene(name="gateway_gone", prepare=prepare, step=sweep(SEND), afterwards=put_back)


SCENES = (
    _payout("paid"),
    _payout("refused", "refuse"),
    _payout("failed_once", "fail"),
    _payout("unanswered", "error_after"),
    _webhook(),
    _event(),
    _merchant_silent("wallet"),
    _merchant_silent("sandbox"),
    _return_never_sent(),
    _reminder(),
    _mail(),
    _debt(),
    _gateway_gone(),
)
