"""Events of the marketplace that pay without a claim, other hotels, and chargebacks as the card network tells them."""

from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import uuid4

from django.utils import timezone

from compensation import actions as compensation
from compensation.actions import Offered, happenings
from compensation.actions.happenings import look_through
from compensation.models import Rehousing
from orders.models import Line, OrderKind, Store, Voucher
from portal.chaos.scenes.claims import filed
from portal.chaos.scenes.scene import Request, Scene, Verb, posted
from portal.chaos.scenes.sweeps import sweep
from portal.chaos.world import DEAR, PRICE, Case, World

LOOK, PAY = "disputes.tasks.look_through_events", "disputes.tasks.pay_for_events"
ON_TOP = 12_00  # 30 % of the price

WAY_THERE = 60_00
OTHER_HOTEL: dict[str, Any] = {
    "name": "River Inn",
    "address": "1 River Street",
    "room": "Deluxe",
    "difference": 100_00,
    "transport": WAY_THERE,
}
NIGHTS_ON_TOP = 3 * 600_00
AN_ANSWER_TAKES = timedelta(minutes=40)  # half an hour is given on the day of arrival


def _voucher(world: World) -> Case:
    """A voucher for a store of its own, open so far."""
    now = timezone.now()
    case = world.buys(at=now, kind=OrderKind.VOUCHER, category="dining")
    case.more["store"] = store = Store.objects.create(
        merchant=world.shop, code=f"store-{uuid4().hex[:12]}", kind="restaurant", name="Noodle Bar", name_zh="面馆"
    )
    Line.objects.filter(pk=case.line.pk).update(store=store)
    Voucher.objects.create(line=case.line, usable_from=case.order.placed_at, expires_at=now + timedelta(days=20))
    case.owed, case.claims = PRICE + ON_TOP, 0
    return case


def _announce(case: Case) -> None:
    now = timezone.now()
    happenings.announce(
        key=f"chaos:{case.order.number}", kind="store_closed", store=case.more["store"].code,
        starts_at=now - timedelta(hours=1), by=None, at=now,
    )  # fmt: skip


def _heard() -> Scene:
    def step(world: World, case: Case) -> Verb:
        return Verb(name="announce_closure", arguments=(f"chaos:{case.order.number}", case.more["store"].code))

    return Scene(name="event_heard", prepare=lambda world, rng: _voucher(world), step=step)


def _paid() -> Scene:
    def prepare(world: World, rng: Random) -> Case:
        case = _voucher(world)
        _announce(case)
        return case

    return Scene(name="event_paid", prepare=prepare, step=sweep(LOOK, PAY))


def _paid_over_a_claim() -> Scene:
    """The consumer claimed before the store was known to be closed."""

    def prepare(world: World, rng: Random) -> Case:
        case = _voucher(world)
        filed(case, at=timezone.now(), reason="store_closed", remedy="compensation")
        _announce(case)
        look_through(now=timezone.now())
        case.claims, case.ends_as = 1, ("closed",)
        return case

    return Scene(name="event_paid_over_a_claim", prepare=prepare, step=sweep(PAY))


# --- a guest without a room --------------------------------------------------------------------------


def _without_a_room(world: World, *, at: datetime) -> Case:
    case = world.will_stay(at=at)
    case.claims = 0
    return case


def _other_hotel_offered() -> Scene:
    """The guest takes it in the end, and the way there is paid."""

    def prepare(world: World, rng: Random) -> Case:
        case = _without_a_room(world, at=timezone.now())
        case.owed = WAY_THERE
        return case

    def step(world: World, case: Case) -> Request:
        return posted(world, case, f"stays/{case.line.pk}/report", "merchant", hotels=[OTHER_HOTEL])

    def afterwards(world: World, case: Case) -> None:
        offered = Rehousing.objects.get(line=case.line)
        compensation.accept_other_hotel(
            rehousing=offered.pk, hotel=offered.hotels.get().pk, by=case.consumer, at=timezone.now()
        )

    return Scene(name="other_hotel_offered", prepare=prepare, step=step, afterwards=afterwards)


def _other_hotel_lapses() -> Scene:
    """The guest said nothing in time and is paid as if no other hotel had been offered."""

    def prepare(world: World, rng: Random) -> Case:
        told_at = timezone.now() - AN_ANSWER_TAKES
        case = _without_a_room(world, at=told_at)
        compensation.report_no_room(
            line=case.line.pk, hotels=[Offered(**OTHER_HOTEL)], by=world.people["merchant"], at=told_at
        )
        case.owed = case.line.paid + NIGHTS_ON_TOP
        return case

    return Scene(name="other_hotel_lapses", prepare=prepare, step=sweep("compensation.tasks.attend_rehousings"))


# --- chargebacks -------------------------------------------------------------------------------------


def _charged_back() -> Scene:
    """Open claims on the line end, and nothing is paid here."""

    def prepare(world: World, rng: Random) -> Case:
        case = world.buys(at=timezone.now(), paid=DEAR)
        filed(case, at=timezone.now())
        case.owed, case.ends_as = 0, ("closed",)
        return case

    def step(world: World, case: Case) -> Verb:
        return Verb(name="charge_back", arguments=(f"network:{case.order.number}", case.line.pk, DEAR))

    return Scene(name="charged_back", prepare=prepare, step=step)


SCENES = (
    _heard(),
    _paid(),
    _paid_over_a_claim(),
    _other_hotel_offered(),
    _other_hotel_lapses(),
    _charged_back(),
)
