"""A booking is known by its whole content, its hotel keeps its own rooms, and a missing rate costs nothing."""

from datetime import date
from pathlib import Path

import pytest

from orders.importers.files import Rejected
from orders.importers.hotel_bookings import Booking, purchases, read
from orders.tests.hotels import COLUMNS, hotel_file


def bookings(path: Path) -> list[Booking]:
    return [found for found in read(path) if isinstance(found, Booking)]


def test_reads_a_booking(tmp_path: Path):
    (booking,) = bookings(hotel_file(tmp_path, {}))
    assert (booking.booked_on, booking.arrival_on, booking.ended_on) == (
        date(2015, 7, 2), date(2015, 7, 12), date(2015, 7, 15)
    )  # fmt: skip
    assert (booking.nights, booking.rate_text, booking.reserved, booking.assigned) == (3, "80.0", "A", "A")
    (purchase,) = purchases([booking])
    assert (purchase.items[0].paid, purchase.items[0].quantity, purchase.currency) == (240_00, 1, "EUR")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"hotel": ""}, "no hotel"),
        ({"reserved_room_type": "NULL"}, "no reserved_room_type"),
        ({"reserved_room_type": "R" * 41}, "reserved_room_type is longer than 40 characters"),
        ({"assigned_room_type": "R" * 41}, "assigned_room_type is longer than 40 characters"),
        ({"reservation_status": "check-out"}, "reservation_status is not known: 'check-out'"),
        ({"arrival_date_month": "Juli"}, "arrival_date_month is not a month: 'Juli'"),
        ({"arrival_date_day_of_month": "32"}, "the arrival date is not a date: '7/32/2015'"),
        ({"stays_in_week_nights": "-1"}, "stays_in_week_nights is below 0"),
        ({"stays_in_week_nights": "99999"}, "the stay is too long"),
        ({"lead_time": "99999"}, "lead_time is too large"),
        ({"adr": "NULL"}, "adr is not a number: 'NULL'"),
        ({"adr": "1e30"}, "nights x adr is too large"),
        ({"reservation_status_date": "soon"}, "reservation_status_date is not a date: 'soon'"),
    ],
)
def test_rejects_what_cannot_be_used_with_its_line_and_reason(tmp_path: Path, changes: dict[str, str], reason: str):
    _first, bad = read(hotel_file(tmp_path, {}, changes))
    assert isinstance(bad, Rejected)
    assert (bad.line_number, bad.reason) == (3, reason)


def test_equal_rows_are_bookings_of_their_own_and_keep_their_identity_in_a_longer_file(tmp_path: Path):
    short = bookings(hotel_file(tmp_path, {}, {"adr": "81.0"}, {}))
    longer = bookings(hotel_file(tmp_path, {"adr": "79.0"}, {}, {}, {"adr": "81.0"}, name="longer.csv"))
    assert len({booking.identity for booking in short}) == 3
    assert {booking.identity for booking in short} < {booking.identity for booking in longer}


def test_the_order_of_the_columns_is_no_part_of_a_booking(tmp_path: Path):
    (booking,) = bookings(hotel_file(tmp_path, {}))
    other = tmp_path / "turned.csv"
    turned = dict(reversed(COLUMNS.items()))
    other.write_text(f"{','.join(turned)}\n{','.join(turned.values())}\n")
    assert bookings(other)[0].identity == booking.identity


@pytest.mark.parametrize(
    ("nights", "adr", "paid"), [("0", "80.0", 0), ("2", "0.0", 0), ("2", "-6.38", 0), ("2", "66.667", 133_33)]
)
def test_a_stay_without_nights_or_rate_is_paid_with_nothing(tmp_path: Path, nights: str, adr: str, paid: int):
    file = hotel_file(tmp_path, {"stays_in_weekend_nights": "0", "stays_in_week_nights": nights, "adr": adr})
    (purchase,) = purchases(bookings(file))
    assert purchase.items[0].paid == paid


@pytest.mark.parametrize(
    ("changes", "was_given_another"),
    [
        ({"assigned_room_type": "D"}, True),
        ({"assigned_room_type": "a"}, True),
        ({"assigned_room_type": "A "}, True),
        ({"assigned_room_type": "NULL"}, True),
        ({"assigned_room_type": "D", "reservation_status": "Canceled"}, False),
        ({"assigned_room_type": "D", "reservation_status": "No-Show"}, False),
        ({}, False),
    ],
)
def test_another_room_is_one_whose_code_differs_at_all(
    tmp_path: Path, changes: dict[str, str], was_given_another: bool
):
    (booking,) = bookings(hotel_file(tmp_path, changes))
    assert booking.was_given_another_room is was_given_another


def test_hotels_whose_names_differ_at_all_are_different_hotels(tmp_path: Path):
    names = ["City Hotel", "City-Hotel", "city hotel", "城市酒店", "湖畔酒店"]
    file = hotel_file(tmp_path, *({"hotel": name} for name in names))
    found = purchases(bookings(file))
    assert len({purchase.merchant.code for purchase in found}) == len(names)
