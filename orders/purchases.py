"""Orders as facts on their way in: what an importer read or the demo made up, before it is in the database.

Plain frozen values without a query. `orders.actions.place` turns them into rows.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal, localcontext

from common.money import minor_units

LARGEST_QUANTITY = 2**31 - 1
LARGEST_AMOUNT = 2**63 - 1
EXACT_DIGITS = 80


@dataclass(frozen=True, slots=True)
class Shopper:
    """Who bought. An address under `.invalid` is a person who will never sign in and is made known on the way."""

    email: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Business:
    code: str
    name: str
    name_zh: str = ""


@dataclass(frozen=True, slots=True)
class Closure:
    reason: str
    starts_at: datetime
    ends_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Hours:
    """A span of a weekday (0 is Monday) in which a store is open; it ends on the next day unless it closes later."""

    weekday: int
    opens: time
    closes: time


@dataclass(frozen=True, slots=True)
class RoomName:
    """What a hotel calls a room type."""

    code: str
    name: str
    name_zh: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """A store or hotel of a business."""

    code: str
    merchant: Business
    kind: str
    name: str
    name_zh: str = ""
    city: str = ""
    city_zh: str = ""
    latitude: float | None = None
    longitude: float | None = None
    open_from: time | None = None
    open_until: time | None = None
    closures: tuple[Closure, ...] = ()
    hours: tuple[Hours, ...] = ()
    rooms: tuple[RoomName, ...] = ()


@dataclass(frozen=True, slots=True)
class Nights:
    """What a hotel line promised and gave; room types by their code at this hotel. The rate is the item's price."""

    arrival_on: date
    nights: int
    reserved: str
    assigned: str | None
    outcome: str
    told_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Ticket:
    """A voucher's time of use."""

    usable_from: datetime
    expires_at: datetime
    redeemed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Reservation:
    """A time that was booked, with what the merchant recorded of it. `recorded_at` is of any outcome but booked."""

    kind: str
    starts_at: datetime
    ends_at: datetime | None = None
    party: int = 1
    promised_wait_minutes: int | None = None
    arrived_at: datetime | None = None
    queue_joined_at: datetime | None = None
    called_at: datetime | None = None
    outcome: str = "booked"
    recorded_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """A card for several sessions. `single_price` (minor units) is what the card says a used session is worth."""

    sessions: int
    bonus_sessions: int = 0
    sessions_used: int = 0
    single_price: int | None = None
    valid_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Shortage:
    """The merchant said after the purchase that it cannot deliver so many pieces."""

    pieces: int
    reported_at: datetime


@dataclass(frozen=True, slots=True)
class Item:
    """One line. `unit_price` is text in major units as given, `paid` minor units for the whole line.

    `line_number` is where it stood in its file, 0 when it came from none.
    """

    position: int
    code: str
    title: str
    quantity: int
    unit_price: str
    paid: int
    bought_at: datetime
    category: str = ""
    title_zh: str = ""
    store: Place | None = None
    nights: Nights | None = None
    ticket: Ticket | None = None
    reservation: Reservation | None = None
    card: Card | None = None
    shortage: Shortage | None = None
    line_number: int = 0


@dataclass(frozen=True, slots=True)
class Purchase:
    """An order. Where it is `dated_by_its_lines`, another file may hold an earlier line of it."""

    number: str
    kind: str
    market: str
    consumer: Shopper
    merchant: Business
    currency: str
    placed_at: datetime
    items: tuple[Item, ...] = field(repr=False)
    delivered_at: datetime | None = None
    paid_through: str = "wallet"
    payment_reference: str = ""
    dated_by_its_lines: bool = False


class AmountTooLarge(ValueError):
    """More than the books can hold."""


def price(quantity: int, unit_price: Decimal, currency: str) -> int:
    """The price of that many in minor units: multiplied first, then rounded half up, once.

    Exact for any unit price of at most EXACT_DIGITS - 10 digits. Raises AmountTooLarge.
    """
    with localcontext(prec=EXACT_DIGITS):
        amount = minor_units(quantity * unit_price, currency)
    if abs(amount) > LARGEST_AMOUNT:
        raise AmountTooLarge
    return amount
