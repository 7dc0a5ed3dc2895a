"""What a line of our own format promised beside its price, and what became of it: by the kind of its order."""

from dataclasses import replace
from datetime import datetime

from orders.importers.fields import Fields
from orders.purchases import LARGEST_AMOUNT, Card, Item, Nights, Purchase, Reservation, Shortage, Ticket

STAY_OUTCOMES = ("booked", "checked_out", "cancelled", "no_show", "turned_away")
BOOKING_KINDS = ("table", "treatment", "tour", "performance")
BOOKING_OUTCOMES = ("booked", "kept", "refused", "cancelled_by_merchant", "cancelled_by_consumer", "no_show")
LONGEST_STAY = 36_500
LARGEST_PARTY = 10_000
LONGEST_WAIT = 1_440
MOST_SESSIONS = 10_000


def with_what_was_promised(item: Item, line: Fields, order: Purchase) -> Item:
    """The item with its stay, voucher, booking, card or stock-out. Raises Unusable."""
    match order.kind:
        case "stay":
            return replace(item, nights=_nights(line.inner("stay")))
        case "voucher":
            return replace(item, ticket=_ticket(line.inner("voucher"), order.placed_at))
        case "booking":
            return replace(item, reservation=_reservation(line.inner("booking")))
        case "card":
            return replace(item, card=_card(line.inner("card"), order.placed_at))
        case _:
            return replace(item, shortage=line.optional("stock_out", lambda name: _shortage(line.inner(name), item)))


def _nights(row: Fields) -> Nights:
    nights = Nights(
        arrival_on=row.day("arrival_on"),
        nights=row.whole("nights", most=LONGEST_STAY),
        reserved=row.text("reserved", 40),
        assigned=row.optional("assigned", lambda name: row.text(name, 40)),
        outcome=row.choice("outcome", STAY_OUTCOMES),
        told_at=row.optional("told_at", row.moment),
    )
    row.finish()
    return nights


def _ticket(row: Fields, placed_at: datetime) -> Ticket:
    ticket = Ticket(
        usable_from=row.optional("usable_from", row.moment) or placed_at,
        expires_at=row.moment("expires_at"),
        redeemed_at=row.optional("redeemed_at", row.moment),
    )
    if ticket.expires_at <= ticket.usable_from:
        raise row.unusable("expires_at", "is not after usable_from")
    row.finish()
    return ticket


def _reservation(row: Fields) -> Reservation:
    outcome = row.choice("outcome", BOOKING_OUTCOMES)
    reservation = Reservation(
        kind=row.choice("kind", BOOKING_KINDS),
        starts_at=row.moment("starts_at"),
        ends_at=row.optional("ends_at", row.moment),
        party=row.optional("party", lambda name: row.whole(name, least=1, most=LARGEST_PARTY)) or 1,
        promised_wait_minutes=row.optional("promised_wait_minutes", lambda name: row.whole(name, most=LONGEST_WAIT)),
        arrived_at=row.optional("arrived_at", row.moment),
        queue_joined_at=row.optional("queue_joined_at", row.moment),
        called_at=row.optional("called_at", row.moment),
        outcome=outcome,
        recorded_at=_recorded_at(row, outcome),
    )
    if reservation.ends_at and reservation.ends_at <= reservation.starts_at:
        raise row.unusable("ends_at", "is not after starts_at")
    if reservation.called_at and reservation.queue_joined_at is None:
        raise row.unusable("queue_joined_at", "is missing")
    if reservation.called_at and reservation.queue_joined_at and reservation.called_at < reservation.queue_joined_at:
        raise row.unusable("called_at", "is before queue_joined_at")
    row.finish()
    return reservation


def _recorded_at(row: Fields, outcome: str) -> datetime | None:
    if outcome != "booked":
        return row.moment("recorded_at")
    if row.has("recorded_at"):
        raise row.unusable("recorded_at", "belongs to an outcome other than booked")
    return row.optional("recorded_at", row.moment)


def _card(row: Fields, placed_at: datetime) -> Card:
    card = Card(
        sessions=row.whole("sessions", least=1, most=MOST_SESSIONS),
        bonus_sessions=row.optional("bonus_sessions", lambda name: row.whole(name, most=MOST_SESSIONS)) or 0,
        sessions_used=row.optional("sessions_used", lambda name: row.whole(name, most=2 * MOST_SESSIONS)) or 0,
        single_price=row.optional("single_price", lambda name: row.whole(name, least=1, most=LARGEST_AMOUNT)),
        valid_until=row.optional("valid_until", row.moment),
    )
    if card.sessions_used > card.sessions + card.bonus_sessions:
        raise row.unusable("sessions_used", "is more than there are sessions")
    if card.valid_until and card.valid_until <= placed_at:
        raise row.unusable("valid_until", "is not after the order was placed")
    row.finish()
    return card


def _shortage(row: Fields, item: Item) -> Shortage:
    shortage = Shortage(pieces=row.whole("pieces", least=1, most=item.quantity), reported_at=row.moment("reported_at"))
    row.finish()
    return shortage
