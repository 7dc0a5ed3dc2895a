"""When a consumer can have been at a place, as far as the record of a booking or a voucher says."""

from collections.abc import Set
from dataclasses import dataclass
from datetime import datetime

from orders.models import Booking, Line, Voucher

CALLED_OFF = frozenset(
    {
        Booking.Outcome.REFUSED,
        Booking.Outcome.CANCELLED_BY_MERCHANT,
        Booking.Outcome.CANCELLED_BY_CONSUMER,
        Booking.Outcome.NO_SHOW,
    }
)


@dataclass(frozen=True)
class Visit:
    """The first and the last moment it can have been at; `served`: the record says or allows that it took place."""

    from_at: datetime
    until_at: datetime
    served: bool
    cancelled: bool


def visit_of(line: Line) -> Visit | None:
    """None for what is neither a booking nor a voucher."""
    booking: Booking | None = getattr(line, "booking", None)
    voucher: Voucher | None = getattr(line, "voucher", None)
    if booking is not None:
        called_off = booking.outcome in CALLED_OFF
        return Visit(booking.starts_at, booking.ends_at or booking.starts_at, not called_off, called_off)
    if voucher is None:
        return None
    if voucher.redeemed_at is not None:
        return Visit(voucher.redeemed_at, voucher.redeemed_at, served=True, cancelled=False)
    return Visit(voucher.usable_from, voucher.expires_at, served=False, cancelled=False)


def is_visit(line: Line, *, booked: str, categories: Set[str], places: Set[str]) -> bool:
    """Whether the line is such a visit: a booking says so itself; a voucher by its category, or by its store."""
    booking: Booking | None = getattr(line, "booking", None)
    if booking is not None:
        return booking.kind == booked
    return line.category in categories or (line.store is not None and line.store.kind in places)
