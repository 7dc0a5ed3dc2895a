"""A hotel that cannot give the room as booked says so: another room, another hotel, or money.

A free room of the same class or better settles it. Else the hotel may offer other hotels at its own cost, and the
guest answers the sooner the nearer the arrival is. Without one, or when the guest declines or stays silent, the
guarantee's money is paid without a claim, as for any other event of the marketplace.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from http import HTTPStatus

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.crash_points import crash_point
from common.errors import Refusal
from common.states import move_to
from common.templatetags.bilingual import called
from common.transactions import atomic
from compensation.actions.capping import CAPS, Wanted, counted_for, left_of
from compensation.actions.guarantees import honour
from compensation.actions.happenings import announce
from compensation.models import Affected, Happening, Honouring, OtherHotel, Rehousing, RehousingQuerySet
from compensation.options import LINE_RELATED, circumstances, options
from compensation.schemes.arithmetic import limit_in, own_or
from compensation.schemes.hotel_overbooking.rules import Alternative, OverbookingTerms, answer_until, is_same_or_better
from compensation.tidings.rehousing import tell_guest, tell_hotel
from ledger.actions import Overdrawn
from orders import actions as orders
from orders.models import Line, Order, RoomType, Stay
from policies.in_force import Promises, promised, terms_of
from policies.words import Reason
from refunds.actions import FundExhausted
from refunds.models import Payer

logger = logging.getLogger(__name__)

SCHEME = "hotel_overbooking"
CAUSE = Reason.NO_ROOM.value
WAY_THERE = f"{CAUSE}:transport"

MOST_HOTELS = 2
FUND_AGAIN_AFTER = timedelta(minutes=10)
BATCH = 100


class UnknownStay(Refusal):
    """No such stay among the business's own."""

    code = "unknown_stay"
    message = _("There is no such stay among your bookings.")
    field = "line"
    http_status = HTTPStatus.NOT_FOUND


class StayIsOver(Refusal):
    """The stay has an outcome on record, or its last night has passed."""

    code = "stay_is_over"
    message = _("What became of this stay is on record already, so nothing more can be reported.")


class AlreadyReported(Refusal):
    """Other hotels were offered before: the guest answers those."""

    code = "already_reported"
    message = _("This was reported already. The guest has the answer now.")


class UnknownRoom(Refusal):
    code = "unknown_room"
    message = _("This hotel has no room type “%(room)s”.")
    field = "room"
    http_status = HTTPStatus.BAD_REQUEST


class RoomIsLesser(Refusal):
    """Only a room of the same class or better makes it good; what it is, the mean rates say."""

    code = "room_is_lesser"
    message = _(
        "“%(room)s” ranks below the room that was booked, or has no rank. Offer another hotel, or report no room."
    )
    field = "room"


class RoomOrHotels(Refusal):
    """One way at a time."""

    code = "room_or_hotels"
    message = _("Give a room of this hotel, or offer other hotels, but not both.")
    field = "room"
    http_status = HTTPStatus.BAD_REQUEST


class TooManyHotels(Refusal):
    code = "too_many_hotels"
    message = _("Offer at most %(most)s other hotels.")
    field = "hotels"
    http_status = HTTPStatus.BAD_REQUEST


class NoAlternativesPromised(Refusal):
    """The terms that the stay was booked under know money only."""

    code = "no_alternatives_promised"
    message = _("Under the terms of this booking the guest gets money, not another hotel. Report no room.")
    field = "hotels"


class OtherHotelTooDear(Refusal):
    """`most` is the guarantee's cap, or the price of the stay where that is less."""

    code = "other_hotel_too_dear"
    message = _("Neither the difference nor the way there may be more than %(most)s.")
    field = "hotels"
    http_status = HTTPStatus.BAD_REQUEST
    sums = ("most",)


class UnknownRehousing(Refusal):
    code = "unknown_rehousing"
    message = _("You were not offered another hotel here.")
    http_status = HTTPStatus.NOT_FOUND


class UnknownHotel(Refusal):
    code = "unknown_hotel"
    message = _("This hotel is not among those you were offered.")
    field = "hotel"
    http_status = HTTPStatus.BAD_REQUEST


class AlreadyAnswered(Refusal):
    """The offer was answered, or its time is over."""

    code = "already_answered"
    message = _("This offer was answered already, or its time is over.")


@dataclass(frozen=True, kw_only=True)
class Offered:
    """Another hotel of the same class or better; what `difference` and `transport` mean says the model."""

    name: str
    address: str
    room: str
    difference: int
    transport: int


# --- the hotel reports -------------------------------------------------------------------------------


@atomic
def report_no_room(
    *, line: int, by: User, at: datetime, room: str = "", hotels: Sequence[Offered] = ()
) -> Rehousing | None:
    """The hotel cannot give the room as booked: it gives `room` instead, or offers `hotels`, or has neither.

    The offer is returned, if one was made; without one the guest is paid by the guarantee at once. Raises UnknownStay,
    StayIsOver, AlreadyReported, RoomOrHotels, UnknownRoom, RoomIsLesser, TooManyHotels, NoAlternativesPromised and
    OtherHotelTooDear.
    """
    booked = _own_stay(line, by)
    _refuse_over(booked, at)
    if room and hotels:
        raise RoomOrHotels
    if room:
        _give_room(booked, room, at=at)
        return None
    if len(hotels) > MOST_HOTELS:
        raise TooManyHotels(most=MOST_HOTELS)
    if hotels:
        return _offer(booked, hotels, by=by, at=at)
    orders.record_turned_away(lines=[booked.pk], told_at=at)
    _pay_in_money(booked, by=by, at=at)
    return None


def _own_stay(line: int, by: User) -> Line:
    """The stay with all that is needed of it; its row stays locked, so that nobody reports twice at once."""
    own = Line.objects.filter(order__in=Order.objects.visible_to(by), stay__isnull=False)
    found = (
        own.select_related("order__consumer", "order__merchant", "store", "stay__room_type_reserved")
        .select_for_update(of=("self",), no_key=True)
        .filter(pk=line)
        .first()
    )
    if found is None or found.store is None:
        raise UnknownStay
    return found


def _refuse_over(line: Line, at: datetime) -> None:
    stay: Stay = line.stay
    if Rehousing.objects.filter(line=line).exists():
        raise AlreadyReported
    over_at = datetime.combine(stay.arrival_on + timedelta(days=stay.nights), time.min, UTC)
    if stay.outcome != Stay.Outcome.BOOKED or at >= over_at:
        raise StayIsOver


def _give_room(line: Line, code: str, *, at: datetime) -> None:
    """A free room of the same class or better, at no cost: on record, and the guarantee is kept."""
    room = RoomType.objects.filter(store=line.store, code=code).first()
    if room is None:
        raise UnknownRoom(room=code)
    booked = line.stay.room_type_reserved
    if room != booked and not is_same_or_better(booked.mean_rate_rank, room.mean_rate_rank):
        raise RoomIsLesser(room=called(room))
    orders.record_room_given(line=line.pk, room_type=room, told_at=at)
    if _takes_part(_promises(line)):
        _keep(line, Honouring.Remedy.UPGRADE, at=at)
    tell_guest(line, "room_given", at=at, room=room.name or room.code, room_zh=room.name_zh)


def _offer(line: Line, hotels: Sequence[Offered], *, by: User, at: datetime) -> Rehousing:
    terms = _terms(_promises(line))
    if terms is None or not promises_alternatives(line):
        raise NoAlternativesPromised
    _refuse_too_dear(line, terms, hotels)
    until = answer_until(line.stay.arrival_on, terms, at)
    orders.record_turned_away(lines=[line.pk], told_at=at)
    offered = Rehousing.objects.create(line=line, offered_by=by, offered_at=at, answer_by=until, due_at=until)
    OtherHotel.objects.bulk_create(OtherHotel(rehousing=offered, **vars(hotel)) for hotel in hotels)
    crash_point("compensation.before_rehousing_is_offered")
    tell_guest(line, "rehousing_offered", at=at, due_at=until, link=offered.get_absolute_url())
    return offered


def _refuse_too_dear(line: Line, terms: OverbookingTerms, hotels: Sequence[Offered]) -> None:
    """What is paid for the way comes out of the hotel's settlement, or out of the fund."""
    currency = line.order.currency
    most = min(line.paid, own_or(limit_in(terms.cap, currency), line.paid))
    if any(max(hotel.difference, hotel.transport) > most for hotel in hotels):
        raise OtherHotelTooDear(most=most, currency=currency)


def promises_alternatives(line: Line) -> bool:
    """Whether a guest of this stay may be offered another hotel: by its terms, and as the hotel takes part."""
    promises = _promises(line)
    terms = _terms(promises)
    return terms is not None and bool(terms.answer) and _takes_part(promises)


def _promises(line: Line) -> Promises:
    order = line.order
    return promised(order.merchant_id, at=order.placed_at, market=order.market)


def _terms(promises: Promises) -> OverbookingTerms | None:
    version = promises.versions.get(SCHEME)
    return terms_of(version) if version else None


def _takes_part(promises: Promises) -> bool:
    terms = _terms(promises)
    return terms is not None and (not terms.merchant_must_enrol or SCHEME in promises.enrolments)


@dataclass(frozen=True, kw_only=True)
class Instead:
    """What a guest is paid who takes none of the hotels: `refund` of the price, and `compensation` on top of it."""

    refund: int
    compensation: int

    @property
    def amount(self) -> int:
        return self.refund + self.compensation


def owed_in_money(offered: Rehousing, *, at: datetime) -> Instead:
    """What the guarantee would pay now (minor units) if none of the hotels were taken, after the caps."""
    line = Line.objects.select_related(*LINE_RELATED).get(pk=offered.line_id)
    around = circumstances(line.order, now=at, lines=[line])
    record = replace(around.records[SCHEME][line.pk], alternative=Alternative.NOT_TAKEN)
    around = replace(around, records={**around.records, SCHEME: {line.pk: record}})
    found = options(line, reason=CAUSE, circumstances=around, now=at).by_rule(SCHEME)
    if found is None or not found.verdict.granted:
        return Instead(refund=0, compensation=0)
    verdict, consumer = found.verdict, line.order.consumer_id
    wanted = Wanted(key="", line=line, scheme=SCHEME, amount=verdict.compensation, version=around.versions.get(CAPS))
    counted = counted_for([consumer], orders=[line.order_id], at=at)[consumer]
    return Instead(refund=verdict.refund, compensation=left_of(wanted, counted, at=at).amount)


# --- the guest answers -------------------------------------------------------------------------------


@atomic
def accept_other_hotel(*, rehousing: int, hotel: int, by: User, at: datetime) -> Rehousing:
    """The guest takes one of the other hotels: the guarantee is kept in kind, and the way there is paid.

    Raises UnknownRehousing, AlreadyAnswered and UnknownHotel.
    """
    offered = _to_answer(rehousing, by, at)
    chosen = offered.hotels.filter(pk=hotel).first()
    if chosen is None:
        raise UnknownHotel
    move_to(offered, Rehousing.Status.ACCEPTED, at=at, history={"by": by}, chosen=chosen, answered_at=at, due_at=at)
    _keep(offered.line, Honouring.Remedy.ALTERNATIVE, at=at)
    _pay_the_way(offered, at=at)
    tell_hotel(offered, "accepted", at=at)
    return offered


@atomic
def decline_other_hotels(*, rehousing: int, by: User, at: datetime) -> Rehousing:
    """The guest would rather have the money. Raises UnknownRehousing and AlreadyAnswered."""
    offered = _to_answer(rehousing, by, at)
    move_to(offered, Rehousing.Status.DECLINED, at=at, history={"by": by}, answered_at=at, due_at=None)
    _pay_in_money(offered.line, by=by, at=at)
    tell_hotel(offered, "declined", at=at)
    return offered


def _to_answer(rehousing: int, by: User, at: datetime) -> Rehousing:
    """The guest's own offer, while it may be answered; its time is half-open."""
    own = Rehousing.objects.filter(line__order__consumer=by, pk=rehousing)
    offered = _with_its_stay(own).first()
    if offered is None:
        raise UnknownRehousing
    if offered.status != Rehousing.Status.OFFERED or at >= offered.answer_by:
        raise AlreadyAnswered
    return offered


def _with_its_stay(rows: RehousingQuerySet) -> RehousingQuerySet:
    related = rows.select_related("line__order__consumer", "line__order__merchant", "line__store", "line__stay")
    return related.select_for_update(of=("self",), no_key=True)


def _keep(line: Line, remedy: Honouring.Remedy, *, at: datetime) -> None:
    honour(
        key=f"rehousing:{line.pk}",
        line=line,
        cause=CAUSE,
        scheme=SCHEME,
        remedy=remedy,
        amount=0,
        payee=line.order.consumer,
        payer=Payer.MERCHANT,
        gateway=line.order.paid_through,
        at=at,
    )


def _pay_the_way(taken: Rehousing, *, at: datetime) -> None:
    """Out of the hotel's settlement, else out of the fund; where neither has it, the sweep tries again."""
    assert taken.chosen is not None  # noqa: S101 a hotel was chosen when it was accepted
    amount = taken.chosen.transport
    if not amount or any(_pay(taken.line, amount, payer, at=at) for payer in (Payer.MERCHANT, Payer.FUND)):
        move_to(taken, Rehousing.Status.KEPT, at=at, due_at=None)
    else:
        Rehousing.objects.filter(pk=taken.pk).update(due_at=at + FUND_AGAIN_AFTER)


def _pay(line: Line, amount: int, payer: Payer, *, at: datetime) -> bool:
    try:
        with transaction.atomic():
            honour(
                key=f"rehousing:{line.pk}:transport",
                line=line,
                cause=WAY_THERE,
                scheme=SCHEME,
                remedy=Honouring.Remedy.COMPENSATION,
                amount=amount,
                payee=line.order.consumer,
                payer=payer,
                gateway=line.order.paid_through,
                at=at,
            )
    except (Overdrawn, FundExhausted):
        return False
    return True


def _pay_in_money(line: Line, *, by: User | None, at: datetime) -> None:
    """What the guarantee owes, without a claim: an event about this one line, which its sweep judges and pays."""
    assert line.store is not None  # noqa: S101 a stay is in a hotel
    walk = announce(
        key=f"rehousing:{line.pk}",
        kind=Happening.Kind.HOTEL_WALK,
        store=line.store.code,
        starts_at=datetime.combine(line.stay.arrival_on, time.min, UTC),
        item=line.code,
        orders_named=[line.order.number],
        by=by,
        at=at,
    )
    Happening.objects.filter(pk=walk.pk).update(due_at=None)
    Affected.objects.create(
        happening=walk, line=line, cause=CAUSE, currency=line.order.currency, found_at=at, due_at=at
    )


# --- the sweep ---------------------------------------------------------------------------------------


def attend_rehousings(*, now: datetime, limit: int = BATCH) -> int:
    """Let offers lapse whose time is over, and pay ways that could not be paid before; how many moved on."""
    due = Rehousing.objects.due(now).order_by("due_at", "id").values_list("pk", flat=True)[:limit]
    return sum(_attend_alone(pk, now=now) for pk in list(due))


def _attend_alone(pk: int, *, now: datetime) -> int:
    try:
        return _attend(pk, now=now)
    except Exception:
        logger.exception("Rehousing %s could not be moved on.", pk)
        return 0


@atomic
def _attend(pk: int, *, now: datetime) -> int:
    row = _with_its_stay(Rehousing.objects.due(now).filter(pk=pk)).first()
    if row is None:
        return 0
    if row.status == Rehousing.Status.ACCEPTED:
        _pay_the_way(row, at=now)
        return int(row.status == Rehousing.Status.KEPT)
    move_to(row, Rehousing.Status.LAPSED, at=now, history={}, answered_at=now, due_at=None)
    _pay_in_money(row.line, by=None, at=now)
    crash_point("compensation.before_rehousing_lapses")
    tell_hotel(row, "lapsed", at=now)
    return 1
