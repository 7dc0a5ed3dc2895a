"""Files of orders from elsewhere: each module reads one format into rows; here they become purchases for `place`."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from orders.importers import hotel_bookings, native, online_retail
from orders.importers.files import Rejected, Watch, watch_nothing
from orders.purchases import Purchase


@dataclass(frozen=True, slots=True)
class Reading:
    """What a whole file holds. `claims` counts the rows that are claims: neither imported nor rejected."""

    purchases: list[Purchase]
    rejected: list[Rejected]
    claims: int = 0


def read_online_retail(path: Path, watch: Watch = watch_nothing) -> Reading:
    rows = list(online_retail.read(path, watch))
    sales = [row for row in rows if isinstance(row, online_retail.Sale)]
    claims = sum(sale.is_cancellation for sale in sales)
    return Reading(online_retail.purchases(sales), _rejected(rows), claims)


def read_hotel_bookings(path: Path, watch: Watch = watch_nothing) -> Reading:
    rows = list(hotel_bookings.read(path, watch))
    bookings = [row for row in rows if isinstance(row, hotel_bookings.Booking)]
    return Reading(hotel_bookings.purchases(bookings), _rejected(rows))


def read_native(path: Path, watch: Watch = watch_nothing) -> Reading:
    rows = list(native.read(path, watch))
    return Reading([row.purchase for row in rows if isinstance(row, native.Received)], _rejected(rows))


def _rejected(rows: Sequence[object]) -> list[Rejected]:
    return [row for row in rows if isinstance(row, Rejected)]


READERS: Mapping[str, Callable[[Path, Watch], Reading]] = {
    native.MARKET: read_native,
    online_retail.MARKET: read_online_retail,
    hotel_bookings.MARKET: read_hotel_bookings,
}
"""By the name of the format, which is also the market of its orders. Each raises files.UnreadableFile."""
