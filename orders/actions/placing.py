"""Receive orders as facts, many at once: whole orders or nothing, and what was bought stays as it is known.

An order is known by its number, a line by its position in the order. What came to pass since is learned.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from django.db import connection
from django.db.models import Model

from common.crash_points import crash_point
from common.transactions import atomic
from orders.actions.learning import Contradiction, Records, write
from orders.actions.parties import Parties
from orders.actions.ranking import rank_room_types
from orders.models import Booking, Line, Order, SessionCard, Stay, StockOut, Voucher
from orders.purchases import Item, Nights, Purchase, price

ROWS_AT_ONCE = 2000
LOCK = "orders.place"
CONTENT = ("code", "quantity", "unit_price", "paid", "bought_at")


@dataclass(frozen=True, slots=True)
class Conflict:
    """An order that was not taken in, and why."""

    purchase: Purchase
    reason: str


@dataclass(frozen=True, slots=True)
class Placed:
    """How many orders and lines are new, how many known orders had news, and which could not be taken in."""

    orders: int
    lines: int
    updated: int
    conflicts: tuple[Conflict, ...]


@atomic
def place(*, purchases: Sequence[Purchase]) -> Placed:
    """Take in these orders with everything they name: people, merchants, stores, room types, and what lines promised.

    Lines that are new are added to orders that are known, and what came to pass since is learned, so doing it twice
    changes nothing. An order that contradicts what is known of it is left alone as a whole, as is one of a person
    nobody knows. The room types of the hotels are ranked anew. The numbers of the purchases are all different.
    """
    _take_turns()
    parties = Parties(purchases)
    known = _Known(purchases)
    fitting: list[Purchase] = []
    conflicts: list[Conflict] = []
    news: list[list[Model]] = []
    for purchase in purchases:
        try:
            news.append(known.news(purchase, parties))
        except Contradiction as reason:
            conflicts.append(Conflict(purchase, str(reason)))
        else:
            fitting.append(purchase)
    write([row for rows in news for row in rows])
    fresh_orders = _add_orders([purchase for purchase in fitting if purchase.number not in known.orders], parties)
    fresh_items = list(known.new_items(fitting, fresh_orders))
    crash_point("orders.orders_are_written")
    _add_lines(fresh_items, parties)
    rank_room_types(hotels=parties.hotels())
    crash_point("orders.before_import_is_committed")
    return Placed(len(fresh_orders), len(fresh_items), sum(map(bool, news)), tuple(conflicts))


def _take_turns() -> None:
    """Two imports of the same rows take turns, so that the second finds what the first one left."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [LOCK])


class NewItem(NamedTuple):
    order: Order
    item: Item


class _Known:
    """What is known of these orders already."""

    def __init__(self, purchases: Sequence[Purchase]) -> None:
        self.orders = Order.objects.in_bulk([purchase.number for purchase in purchases], field_name="number")
        lines = Line.objects.filter(order__in=[order.pk for order in self.orders.values()])
        rows = lines.values_list("order_id", "position", "pk", *CONTENT, "store_id")
        self._lines = {(order_id, position): (pk, tuple(content)) for order_id, position, pk, *content in rows}
        self._records = Records(self.orders.values(), purchases)

    def news(self, purchase: Purchase, parties: Parties) -> list[Model]:
        """The rows that this changes in what is known of the order. Raises Contradiction with the reason."""
        consumer_id = parties.people.get(purchase.consumer.email)
        if consumer_id is None:
            raise Contradiction(f"nobody has the address {purchase.consumer.email}")
        order = self.orders.get(purchase.number)
        if order is None:
            return []
        if (order.market, order.kind, order.currency) != (purchase.market, purchase.kind, purchase.currency):
            raise Contradiction(f"order {order.number} is known with another market, kind or currency")
        if (order.consumer_id, order.merchant_id) != (consumer_id, parties.merchants[purchase.merchant.code]):
            raise Contradiction(f"order {order.number} is known with another consumer or merchant")
        try:
            news = self._records.news_of_order(order, purchase)
        except Contradiction as field:
            raise Contradiction(f"order {order.number} is known with another {field}") from None
        known = ((item, self._lines.get((order.pk, item.position))) for item in purchase.items)
        return news + [row for item, line in known if line for row in self._news_of_line(*line, item, order, parties)]

    def _news_of_line(
        self, line: int, content: tuple[object, ...], item: Item, order: Order, parties: Parties
    ) -> list[Model]:
        named = f"line {item.position} of order {order.number}"
        if content != (*(getattr(item, name) for name in CONTENT), parties.store(item)):
            raise Contradiction(f"{named} is known with other content")
        try:
            return self._records.news_of_line(line, item, parties)
        except Contradiction as field:
            raise Contradiction(f"{named} is known with another {field}") from None

    def new_items(self, purchases: Iterable[Purchase], fresh_orders: dict[str, Order]) -> Iterator[NewItem]:
        orders = self.orders | fresh_orders
        for purchase in purchases:
            order = orders[purchase.number]
            for item in purchase.items:
                if (order.pk, item.position) not in self._lines:
                    yield NewItem(order, item)


def _add_orders(purchases: Sequence[Purchase], parties: Parties) -> dict[str, Order]:
    orders = Order.objects.bulk_create(
        (
            Order(
                number=purchase.number,
                kind=purchase.kind,
                market=purchase.market,
                consumer_id=parties.people[purchase.consumer.email],
                merchant_id=parties.merchants[purchase.merchant.code],
                currency=purchase.currency,
                paid_through=purchase.paid_through,
                payment_reference=purchase.payment_reference,
                placed_at=purchase.placed_at,
                delivered_at=purchase.delivered_at,
            )
            for purchase in purchases
        ),
        batch_size=ROWS_AT_ONCE,
    )
    return {order.number: order for order in orders}


def _add_lines(fresh: Sequence[NewItem], parties: Parties) -> None:
    """The lines with what each promised, in the order given."""
    lines = Line.objects.bulk_create((_line(order, item, parties) for order, item in fresh), batch_size=ROWS_AT_ONCE)
    placed = list(zip(fresh, lines, strict=True))
    Stay.objects.bulk_create(
        (_stay(line, new, nights, parties) for new, line in placed if (nights := new.item.nights)),
        batch_size=ROWS_AT_ONCE,
    )
    items = [(new.item, line) for new, line in placed]
    Voucher.objects.bulk_create(_vouchers(items), batch_size=ROWS_AT_ONCE)
    Booking.objects.bulk_create(_bookings(items), batch_size=ROWS_AT_ONCE)
    SessionCard.objects.bulk_create(_cards(items), batch_size=ROWS_AT_ONCE)
    StockOut.objects.bulk_create(_stock_outs(items), batch_size=ROWS_AT_ONCE)


def _line(order: Order, item: Item, parties: Parties) -> Line:
    return Line(
        order=order,
        position=item.position,
        code=item.code,
        category=item.category,
        title=item.title,
        title_zh=item.title_zh,
        quantity=item.quantity,
        unit_price=item.unit_price,
        paid=item.paid,
        bought_at=item.bought_at,
        store_id=parties.store(item),
    )


def _stay(line: Line, new: NewItem, nights: Nights, parties: Parties) -> Stay:
    return Stay(
        line=line,
        arrival_on=nights.arrival_on,
        nights=nights.nights,
        first_night_rate=price(1, Decimal(new.item.unit_price), new.order.currency),
        room_type_reserved_id=parties.room_type(new.item, nights.reserved),
        room_type_assigned_id=nights.assigned and parties.room_type(new.item, nights.assigned),
        outcome=nights.outcome,
        told_at=nights.told_at,
    )


def _vouchers(items: Iterable[tuple[Item, Line]]) -> Iterator[Voucher]:
    for item, line in items:
        if ticket := item.ticket:
            yield Voucher(
                line=line,
                usable_from=ticket.usable_from,
                expires_at=ticket.expires_at,
                redeemed_at=ticket.redeemed_at,
            )


def _bookings(items: Iterable[tuple[Item, Line]]) -> Iterator[Booking]:
    for item, line in items:
        if reservation := item.reservation:
            yield Booking(
                line=line,
                kind=reservation.kind,
                starts_at=reservation.starts_at,
                ends_at=reservation.ends_at,
                party=reservation.party,
                promised_wait_minutes=reservation.promised_wait_minutes,
                arrived_at=reservation.arrived_at,
                queue_joined_at=reservation.queue_joined_at,
                called_at=reservation.called_at,
                outcome=reservation.outcome,
                recorded_at=reservation.recorded_at,
            )


def _cards(items: Iterable[tuple[Item, Line]]) -> Iterator[SessionCard]:
    for item, line in items:
        if card := item.card:
            yield SessionCard(
                line=line,
                sessions=card.sessions,
                bonus_sessions=card.bonus_sessions,
                sessions_used=card.sessions_used,
                single_price=card.single_price,
                valid_until=card.valid_until,
            )


def _stock_outs(items: Iterable[tuple[Item, Line]]) -> Iterator[StockOut]:
    for item, line in items:
        if shortage := item.shortage:
            yield StockOut(line=line, pieces=shortage.pieces, reported_at=shortage.reported_at)
