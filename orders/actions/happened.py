"""What is told to have happened to stores and to what was bought there, written down as facts of the orders."""

from collections.abc import Collection
from datetime import datetime

from common.transactions import atomic
from orders.models import Booking, Line, RoomType, Stay, StockOut, Store, StoreClosure


@atomic
def record_closure(
    *,
    store: Store,
    reason: str,
    starts_at: datetime,
    ends_at: datetime | None,
    at: datetime,
    known_as_from: datetime | None = None,
) -> StoreClosure:
    """The store is closed in this half-open period. `known_as_from` is when it began as it was known before."""
    if known_as_from and known_as_from != starts_at:
        withdraw_closure(store=store, starts_at=known_as_from)
    closure, _new = StoreClosure.objects.update_or_create(
        store=store,
        starts_at=starts_at,
        defaults={"reason": reason, "ends_at": ends_at},
        create_defaults={"reason": reason, "ends_at": ends_at, "reported_at": at},
    )
    return closure


def withdraw_closure(*, store: Store, starts_at: datetime) -> None:
    """It was never closed from that moment on."""
    StoreClosure.objects.filter(store=store, starts_at=starts_at).delete()


def record_turned_away(*, lines: Collection[int], told_at: datetime) -> None:
    """The hotel had no room for these lines' guests, and they know since then."""
    Stay.objects.filter(line__in=lines, outcome=Stay.Outcome.BOOKED).update(
        outcome=Stay.Outcome.TURNED_AWAY, told_at=told_at
    )


def record_room_given(*, line: int, room_type: RoomType, told_at: datetime) -> None:
    """The hotel gives this line's guest another room than the one booked, and they know since then."""
    Stay.objects.filter(line=line).update(room_type_assigned=room_type, told_at=told_at)


def record_cancelled(*, lines: Collection[int], at: datetime) -> None:
    """The merchant cancelled what these lines booked."""
    Booking.objects.filter(line__in=lines, outcome=Booking.Outcome.BOOKED).update(
        outcome=Booking.Outcome.CANCELLED_BY_MERCHANT, recorded_at=at
    )


def record_stock_out(*, line: Line, pieces: int, at: datetime) -> StockOut:
    """The merchant cannot deliver so many pieces of this line; what was recorded first stands."""
    reported, _new = StockOut.objects.get_or_create(line=line, defaults={"pieces": pieces, "reported_at": at})
    return reported


def take_back_outcomes(*, lines: Collection[int]) -> None:
    """It was a mistake: what was booked with these lines stands as it was."""
    Stay.objects.filter(line__in=lines, outcome=Stay.Outcome.TURNED_AWAY).update(
        outcome=Stay.Outcome.BOOKED, told_at=None
    )
    Booking.objects.filter(line__in=lines, outcome=Booking.Outcome.CANCELLED_BY_MERCHANT).update(
        outcome=Booking.Outcome.BOOKED, recorded_at=None
    )
