"""Hotel bookings in the shape of "Hotel booking demand": one row a booking, cancelled and no-show included.

The file has no booking number: a booking's identity is its whole content and its occurrence among equal rows. Codes
of rooms are compared exactly and belong to their hotel. Rates are euros; a booking without a rate above 0 is imported
as paid with 0. Nothing is said about payments: the price of the booking is taken as paid.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

from django.utils.text import slugify

from orders.importers.files import Record, Rejected, Watch, read_records, watch_nothing
from orders.importers.values import Unusable, digest, read_day, read_decimal, read_whole, stranger_address
from orders.purchases import AmountTooLarge, Business, Item, Nights, Place, Purchase, Shopper, price

MARKET = "hotel-bookings"
CURRENCY = "EUR"
COLUMNS = (
    "hotel",
    "lead_time",
    "arrival_date_year",
    "arrival_date_month",
    "arrival_date_day_of_month",
    "stays_in_weekend_nights",
    "stays_in_week_nights",
    "reserved_room_type",
    "assigned_room_type",
    "adr",
    "reservation_status",
    "reservation_status_date",
)
OUTCOMES = {"Check-Out": "checked_out", "Canceled": "cancelled", "No-Show": "no_show"}
MONTH_NAMES = "January February March April May June July August September October November December"
MONTHS = {name: number for number, name in enumerate(MONTH_NAMES.split(), start=1)}
NO_CODE = ("", "NULL")
LONGEST_ROOM_TYPE = 40
LONGEST_HOTEL = 100
LONGEST_DAYS = 36_500


@dataclass(frozen=True, slots=True)
class Booking:
    """One booking. `rate` is the mean nightly rate in euros, 0 or less where none is known.

    `assigned` is None where no room was given. `ended_on` is the day of the check-out, cancellation or no-show.
    """

    line_number: int
    identity: str
    hotel: str
    booked_on: date
    arrival_on: date
    nights: int
    rate: Decimal
    rate_text: str
    reserved: str
    assigned: str | None
    outcome: str
    ended_on: date

    @property
    def order_number(self) -> str:
        return f"HB-{self.identity}"

    @property
    def was_given_another_room(self) -> bool:
        """A stay whose assigned room type is not the reserved one: what the replay files a claim for."""
        return self.outcome == "checked_out" and self.assigned != self.reserved


def read(path: Path, watch: Watch = watch_nothing) -> Iterator[Booking | Rejected]:
    """Every row of the file in its order. Raises UnreadableFile."""
    occurrences: Counter[str] = Counter()
    for row in read_records(path, COLUMNS, watch):
        if isinstance(row, Rejected):
            yield row
            continue
        content = _content(row)
        occurrences[content] += 1
        try:
            yield _booking(row, f"{content}-{occurrences[content]}")
        except Unusable as reason:
            yield Rejected(row.line_number, str(reason), row.fields)


def _content(row: Record) -> str:
    """A digest of the whole row that does not depend on the order of the columns."""
    return digest("\x1f".join(f"{column}={row[column]}" for column in sorted(row.columns)))


def _booking(row: Record, identity: str) -> Booking:
    for column, longest in (("hotel", LONGEST_HOTEL), ("reserved_room_type", LONGEST_ROOM_TYPE)):
        if row[column].strip() in NO_CODE:
            raise Unusable(f"no {column}")
        if len(row[column]) > longest:
            raise Unusable(f"{column} is longer than {longest} characters")
    if len(row["assigned_room_type"]) > LONGEST_ROOM_TYPE:
        raise Unusable(f"assigned_room_type is longer than {LONGEST_ROOM_TYPE} characters")
    if row["reservation_status"] not in OUTCOMES:
        raise Unusable(f"reservation_status is not known: {row['reservation_status'][:40]!r}")
    arrival_on = _arrival(row)
    lead_days = _count(row, "lead_time")
    booking = Booking(
        line_number=row.line_number,
        identity=identity,
        hotel=row["hotel"],
        booked_on=_days_before(arrival_on, lead_days),
        arrival_on=arrival_on,
        nights=_count(row, "stays_in_weekend_nights") + _count(row, "stays_in_week_nights"),
        rate=read_decimal(row["adr"], "adr"),
        rate_text=row["adr"].strip(),
        reserved=row["reserved_room_type"],
        assigned=None if row["assigned_room_type"].strip() in NO_CODE else row["assigned_room_type"],
        outcome=OUTCOMES[row["reservation_status"]],
        ended_on=read_day(row["reservation_status_date"], "reservation_status_date"),
    )
    _refuse_too_large(booking)
    return booking


def _arrival(row: Record) -> date:
    month = row["arrival_date_month"].strip()
    if month not in MONTHS:
        raise Unusable(f"arrival_date_month is not a month: {month[:40]!r}")
    year, day = (read_whole(row[column], column) for column in ("arrival_date_year", "arrival_date_day_of_month"))
    return read_day(f"{MONTHS[month]}/{day}/{year}", "the arrival date")


def _count(row: Record, column: str) -> int:
    number = read_whole(row[column], column)
    if number < 0:
        raise Unusable(f"{column} is below 0")
    return number


def _days_before(day: date, days: int) -> date:
    if days > LONGEST_DAYS:
        raise Unusable("lead_time is too large")
    return day - timedelta(days=days)


def _refuse_too_large(booking: Booking) -> None:
    if booking.nights > LONGEST_DAYS:
        raise Unusable("the stay is too long")
    try:
        price(max(booking.nights, 1), booking.rate, CURRENCY)
    except AmountTooLarge:
        raise Unusable("nights x adr is too large") from None


def purchases(bookings: Iterable[Booking]) -> list[Purchase]:
    """Each booking as an order of one line, in the order of the file."""
    hotels: dict[str, Place] = {}
    return [
        _purchase(booking, hotels.get(booking.hotel) or hotels.setdefault(booking.hotel, hotel(booking.hotel)))
        for booking in bookings
    ]


def hotel(name: str) -> Place:
    """The hotel of that name, which is its own merchant. Names that differ at all are different hotels."""
    code = f"{MARKET}-{slugify(name)[:20]}-{digest(name)[:8]}"
    return Place(code=code, merchant=Business(code, name), kind="hotel", name=name)


def _purchase(booking: Booking, place: Place) -> Purchase:
    booked_at = datetime.combine(booking.booked_on, time(), UTC)
    left_at = datetime.combine(booking.ended_on, time(), UTC)
    return Purchase(
        number=booking.order_number,
        kind="stay",
        market=MARKET,
        consumer=Shopper(stranger_address(booking.identity, MARKET), f"Guest {booking.identity}"),
        merchant=place.merchant,
        currency=CURRENCY,
        placed_at=booked_at,
        delivered_at=left_at if booking.outcome == "checked_out" else None,
        items=(
            Item(
                position=1,
                code=booking.reserved,
                category="hotel",
                title=f"{booking.hotel}: room {booking.reserved}",
                title_zh=f"{booking.hotel}：{booking.reserved} 房型",
                quantity=1,
                unit_price=booking.rate_text,
                paid=price(booking.nights, booking.rate, CURRENCY) if booking.rate > 0 else 0,
                bought_at=booked_at,
                store=place,
                nights=Nights(
                    arrival_on=booking.arrival_on,
                    nights=booking.nights,
                    reserved=booking.reserved,
                    assigned=booking.assigned,
                    outcome=booking.outcome,
                ),
                line_number=booking.line_number,
            ),
        ),
    )
