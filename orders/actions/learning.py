"""What a later file knows of lines that are known already: what came to pass since. What was bought never changes.

A fact that was empty is filled, an outcome is recorded once, and a card is used more often, never less. A file that
knows less than is known is an older one: it says nothing new, and contradicts nothing. Of what was put on record twice
(an outcome, missing pieces, that the guest was told) the first moment stands: it may be ours, the second theirs.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Model

from orders.actions.parties import Parties
from orders.models import Booking, Line, Order, OrderKind, SessionCard, Stay, StockOut, Voucher
from orders.purchases import Card, Item, Nights, Purchase, Reservation, Shortage, Ticket

ROWS_AT_ONCE = 2000
RECORDS: Mapping[str, type[Model]] = {
    OrderKind.STAY: Stay,
    OrderKind.VOUCHER: Voucher,
    OrderKind.BOOKING: Booking,
    OrderKind.CARD: SessionCard,
    OrderKind.GOODS: StockOut,
}
LEARNED: Mapping[type[Model], Sequence[str]] = {
    Order: ("delivered_at",),
    Stay: ("room_type_assigned", "outcome", "told_at"),
    Voucher: ("redeemed_at",),
    Booking: ("arrived_at", "queue_joined_at", "called_at", "outcome", "recorded_at"),
    SessionCard: ("sessions_used",),
}
"""The facts that may come to pass after an order was known."""
Changes = dict[str, Any]


class Contradiction(Exception):
    """The field that is known with another value, where it can have one value only."""


class Records:
    """What is on record of these orders' lines, locked, so that nobody else writes there meanwhile."""

    def __init__(self, orders: Collection[Order], purchases: Iterable[Purchase]) -> None:
        kinds = {order.kind for order in orders}
        if not any(item.shortage for purchase in purchases for item in purchase.items):
            kinds.discard(OrderKind.GOODS)
        ids = [order.pk for order in orders]
        self._rows = {row.line_id: row for kind in sorted(kinds) for row in _locked(RECORDS[kind], ids)}

    def news_of_order(self, order: Order, told: Purchase) -> list[Model]:
        """The order, changed, if it has news. Raises Contradiction."""
        if not told.dated_by_its_lines:
            _refuse_others(order, told, "placed_at")
        return _changed(order, _filled(order, told, "delivered_at"))

    def news_of_line(self, line: int, told: Item, parties: Parties) -> list[Model]:
        """What is on record of the line, changed or new, if there are news. Raises Contradiction."""
        row = self._rows.get(line)
        if told.shortage:
            return _of_goods(row, line, told.shortage)
        match row, told:
            case Stay(), Item(nights=Nights() as nights):
                changes = _of_stay(row, told, nights, parties)
            case Voucher(), Item(ticket=Ticket() as ticket):
                changes = _of_voucher(row, ticket)
            case Booking(), Item(reservation=Reservation() as reservation):
                changes = _of_booking(row, reservation)
            case SessionCard(), Item(card=Card() as card):
                changes = _of_card(row, card)
            case _:
                return []
        return _changed(row, changes)


def _locked(model: type[Model], orders: Sequence[int]) -> Iterable[Any]:
    rows = model._default_manager.filter(line__in=Line.objects.filter(order__in=orders))
    return rows.select_for_update(of=("self",), no_key=True).order_by("pk")


def _of_goods(known: StockOut | None, line: int, told: Shortage) -> list[Model]:
    if known is None:
        return [StockOut(line_id=line, pieces=told.pieces, reported_at=told.reported_at)]
    if known.pieces != told.pieces:
        raise Contradiction("stock_out")
    return []


def _of_stay(known: Stay, item: Item, told: Nights, parties: Parties) -> Changes:
    _refuse_others(known, told, "arrival_on", "nights")
    if known.room_type_reserved_id != parties.room_type(item, told.reserved):
        raise Contradiction("reserved")
    return (
        _filled(known, told, "told_at", first_stands=True)
        | _concluded(known, told)
        | _room_given(known, parties.room_type(item, told.assigned) if told.assigned else None, told)
    )


def _room_given(known: Stay, room_type: int | None, told: Nights) -> Changes:
    """A file that does not know what the guest was told may still name the room from before."""
    if room_type is None or room_type == known.room_type_assigned_id or (known.told_at and not told.told_at):
        return {}
    if known.room_type_assigned_id is not None:
        raise Contradiction("assigned")
    return {"room_type_assigned_id": room_type}


def _of_voucher(known: Voucher, told: Ticket) -> Changes:
    _refuse_others(known, told, "usable_from", "expires_at")
    return _filled(known, told, "redeemed_at")


def _of_booking(known: Booking, told: Reservation) -> Changes:
    _refuse_others(known, told, "kind", "starts_at", "ends_at", "party", "promised_wait_minutes")
    outcome = _concluded(known, told)
    recorded = {"recorded_at": told.recorded_at} if outcome else {}
    return _filled(known, told, "arrived_at", "queue_joined_at", "called_at") | outcome | recorded


def _of_card(known: SessionCard, told: Card) -> Changes:
    _refuse_others(known, told, "sessions", "bonus_sessions", "single_price", "valid_until")
    return {"sessions_used": told.sessions_used} if told.sessions_used > known.sessions_used else {}


def _refuse_others(known: object, told: object, *names: str) -> None:
    for name in names:
        if getattr(known, name) != getattr(told, name):
            raise Contradiction(name)


def _filled(known: object, told: object, *names: str, first_stands: bool = False) -> Changes:
    news = {name: value for name in names if (value := getattr(told, name)) not in (None, getattr(known, name))}
    for name in news:
        if getattr(known, name) is not None and not first_stands:
            raise Contradiction(name)
    return {name: value for name, value in news.items() if getattr(known, name) is None}


def _concluded(known: Stay | Booking, told: Nights | Reservation) -> Changes:
    """What was booked ends in one way, once."""
    if told.outcome in (known.outcome, "booked"):
        return {}
    if known.outcome != "booked":
        raise Contradiction("outcome")
    return {"outcome": told.outcome}


def _changed(row: Model, changes: Changes) -> list[Model]:
    for name, value in changes.items():
        setattr(row, name, value)
    return [row] if changes else []


def write(rows: Sequence[Model]) -> None:
    """The rows that have news, in one statement for each kind."""
    if missing := [row for row in rows if isinstance(row, StockOut)]:
        StockOut.objects.bulk_create(missing, batch_size=ROWS_AT_ONCE, ignore_conflicts=True)
    for model, facts in LEARNED.items():
        if changed := [row for row in rows if isinstance(row, model)]:
            model._default_manager.bulk_update(changed, facts, batch_size=ROWS_AT_ONCE)
