"""The native format says everything an order can be, and refuses what it does not understand with the field's name."""

import json
from copy import deepcopy
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from orders.importers.files import Rejected
from orders.importers.native import Received, read
from orders.purchases import Card, Hours, RoomName

STORE = {"code": "noodle-bar", "kind": "restaurant", "name": "Noodle Bar", "latitude": 30.25, "open_from": "09:30"}
GOODS: dict[str, Any] = {
    "number": "N-1001",
    "kind": "goods",
    "currency": "CNY",
    "placed_at": "2026-03-01T09:30:00+08:00",
    "consumer": {"id": "c-17", "name": "李雷"},
    "merchant": {"code": "tea-house", "name": "Tea House", "name_zh": "茶馆"},
    "lines": [{"title": "Green tea", "quantity": 3, "unit_price": "0.125"}],
}
STAY = GOODS | {
    "kind": "stay",
    "lines": [
        {
            "title": "Lake room",
            "unit_price": "600.00",
            "store": STORE,
            "stay": {"arrival_on": "2026-03-09", "nights": 2, "reserved": "lake", "outcome": "booked"},
        }
    ],
}
VOUCHER = GOODS | {
    "kind": "voucher",
    "lines": [
        {
            "title": "Dinner for two",
            "quantity": 1,
            "unit_price": "200",
            "paid": 188_00,
            "store": STORE,
            "voucher": {"expires_at": "2026-06-01T00:00:00+08:00"},
        }
    ],
}
BOOKING = GOODS | {
    "kind": "booking",
    "lines": [
        {
            "title": "Table by the window",
            "unit_price": "100.00",
            "store": STORE,
            "booking": {
                "kind": "table",
                "starts_at": "2026-03-08T19:00:00+08:00",
                "party": 4,
                "promised_wait_minutes": 15,
                "queue_joined_at": "2026-03-08T18:55:00+08:00",
                "called_at": "2026-03-08T19:40:00+08:00",
                "outcome": "kept",
                "recorded_at": "2026-03-08T19:40:00+08:00",
            },
        }
    ],
}
CARD = GOODS | {
    "kind": "card",
    "lines": [
        {
            "title": "Ten sessions",
            "unit_price": "1200.00",
            "store": STORE,
            "card": {"sessions": 10, "bonus_sessions": 2, "sessions_used": 3, "single_price": 150_00},
        }
    ],
}


def read_one(folder: Path, *orders: Any) -> list[Received | Rejected]:
    path = folder / "orders.jsonl"
    path.write_text("\n".join(order if isinstance(order, str) else json.dumps(order) for order in orders))
    return list(read(path))


def test_reads_goods_a_stay_and_a_voucher(tmp_path: Path):
    kinds = (GOODS, STAY | {"number": "N-2"}, VOUCHER | {"number": "N-3"})
    goods, stay, voucher = (row.purchase for row in read_one(tmp_path, *kinds) if isinstance(row, Received))
    assert goods.consumer.email == "c-17@native.invalid"
    assert goods.items[0].paid == 38
    assert (stay.items[0].paid, stay.items[0].quantity) == (1_200_00, 1)
    assert stay.items[0].nights
    assert stay.items[0].nights.assigned is None
    assert voucher.items[0].paid == 188_00
    assert voucher.items[0].ticket
    assert voucher.items[0].ticket.usable_from == voucher.placed_at


def test_reads_a_booking_with_what_is_on_record_of_it(tmp_path: Path):
    (row,) = read_one(tmp_path, BOOKING)
    assert isinstance(row, Received)
    (item,) = row.purchase.items
    assert (item.quantity, item.paid) == (1, 100_00)
    assert item.reservation
    assert (item.reservation.party, item.reservation.promised_wait_minutes) == (4, 15)
    assert item.reservation.called_at
    assert item.reservation.queue_joined_at
    assert (item.reservation.called_at - item.reservation.queue_joined_at).total_seconds() == 45 * 60


def test_a_booking_needs_its_kind_its_time_and_its_outcome_alone(tmp_path: Path):
    least = {"kind": "tour", "starts_at": "2026-03-08T19:00:00+08:00", "outcome": "booked"}
    without = {"ends_at": None, "party": None, "recorded_at": None}
    for booking in (least, least | without):
        (row,) = read_one(tmp_path, changed(BOOKING, "lines.0.booking", booking))
        assert isinstance(row, Received)
        assert row.purchase.items[0].reservation
        assert row.purchase.items[0].reservation.party == 1
        assert row.purchase.items[0].reservation.recorded_at is None


def test_reads_a_card_with_the_sessions_that_are_used(tmp_path: Path):
    (row,) = read_one(tmp_path, CARD)
    assert isinstance(row, Received)
    (item,) = row.purchase.items
    assert (item.quantity, item.paid) == (1, 1_200_00)
    assert item.card == Card(sessions=10, bonus_sessions=2, sessions_used=3, single_price=150_00)


def test_a_merchant_may_have_said_that_it_cannot_deliver(tmp_path: Path):
    stock_out = {"pieces": 3, "reported_at": "2026-03-02T09:00:00+08:00"}
    (row,) = read_one(tmp_path, changed(GOODS, "lines.0.stock_out", stock_out))
    assert isinstance(row, Received)
    assert row.purchase.items[0].shortage
    assert row.purchase.items[0].shortage.pieces == 3
    (row,) = read_one(tmp_path, changed(GOODS, "lines.0.stock_out", None))
    assert isinstance(row, Received)
    assert row.purchase.items[0].shortage is None


def test_a_store_may_have_hours_of_its_own_for_each_weekday(tmp_path: Path):
    hours = [
        {"weekday": 4, "opens": "11:00", "closes": "14:30"},
        {"weekday": 4, "opens": "17:00", "closes": "02:00"},
    ]
    (row,) = read_one(tmp_path, changed(VOUCHER, "lines.0.store.hours", hours))
    assert isinstance(row, Received)
    assert row.purchase.items[0].store
    assert row.purchase.items[0].store.hours == (
        Hours(4, time(11), time(14, 30)),
        Hours(4, time(17), time(2)),
    )


def test_a_hotel_may_name_its_rooms_each_of_them_once(tmp_path: Path):
    rooms = [{"code": "lake", "name": "Lake view", "name_zh": "湖景房"}, {"code": "attic", "name": "Attic"}]
    (row,) = read_one(tmp_path, changed(STAY, "lines.0.store.rooms", rooms))
    assert isinstance(row, Received)
    assert row.purchase.items[0].store
    assert row.purchase.items[0].store.rooms == (RoomName("lake", "Lake view", "湖景房"), RoomName("attic", "Attic"))
    (row,) = read_one(tmp_path, changed(STAY, "lines.0.store.rooms", [*rooms, rooms[0]]))
    assert isinstance(row, Rejected)
    assert row.reason == "lines[0].store.rooms name one room twice"


def test_a_guest_was_told_that_there_is_no_room(tmp_path: Path):
    (row,) = read_one(tmp_path, changed(STAY, "lines.0.stay.told_at", "2026-03-08T12:00:00Z"))
    assert isinstance(row, Received)
    assert row.purchase.items[0].nights
    assert row.purchase.items[0].nights.told_at == datetime(2026, 3, 8, 12, tzinfo=UTC)


def test_a_store_may_have_been_closed(tmp_path: Path):
    closures = [
        {"reason": "moved", "starts_at": "2026-02-01T00:00:00Z"},
        {"reason": "renovating", "starts_at": "2026-01-01T00:00:00Z", "ends_at": "2026-01-02T00:00:00Z"},
    ]
    (row,) = read_one(tmp_path, changed(VOUCHER, "lines.0.store.closures", closures))
    assert isinstance(row, Received)
    assert row.purchase.items[0].store
    assert [closure.reason for closure in row.purchase.items[0].store.closures] == ["moved", "renovating"]
    closures[1]["ends_at"] = closures[1]["starts_at"]
    (row,) = read_one(tmp_path, changed(VOUCHER, "lines.0.store.closures", closures))
    assert isinstance(row, Rejected)
    assert row.reason == "lines[0].store.closures[1].ends_at is not after starts_at"


def test_an_order_may_be_that_of_somebody_with_an_account(tmp_path: Path):
    (row,) = read_one(tmp_path, GOODS | {"consumer": {"email": "Mei@Example.com"}})
    assert isinstance(row, Received)
    assert row.purchase.consumer.email == "mei@example.com"


@pytest.mark.parametrize(
    ("path", "value", "reason"),
    [
        ("number", "no spaces", "number is not made of letters, digits and hyphens, 40 at most: 'no spaces'"),
        ("number", None, "number is missing"),
        ("kind", "gift", "kind is none of goods, stay, voucher, booking, card"),
        ("kind", ["goods"], "kind is none of goods, stay, voucher, booking, card"),
        ("currency", "yuan", "currency is not an ISO 4217 code: 'yuan'"),
        ("placed_at", "2026-03-01T09:30:00", "placed_at has no offset from UTC"),
        ("placed_at", "yesterday", "placed_at is not a date in the form of ISO 8601"),
        ("placed_at", 5, "placed_at is not a date in the form of ISO 8601"),
        ("placed_at", "0001-01-01T00:00:00+00:00", "placed_at is out of this world"),
        ("paid_through", "cash", "paid_through is none of wallet, sandbox, stripe"),
        ("paid_through", "stripe", "payment_reference is missing"),
        ("consumer", "c-17", "consumer is not an object"),
        ("consumer.id", "", "consumer.id is not text"),
        ("consumer.name", "a\0b", "consumer.name holds a character that is no text"),
        ("consumer.name", "\ud800", "consumer.name holds a character that is no text"),
        ("consumer.email", "x@native.invalid", "consumer.email is nobody's address: name an id instead"),
        ("merchant.code", "a/b", "merchant.code is not made of letters, digits, hyphens and underscores: 'a/b'"),
        ("merchant.nam_zh", "茶馆", "merchant.nam_zh is not a field of this format"),
        ("lines", [], "lines is not a list with something in it"),
        ("lines", {}, "lines is not a list with something in it"),
        ("lines.0.quantity", 0, "lines[0].quantity is not a whole number from 1 to 2147483647"),
        ("lines.0.quantity", True, "lines[0].quantity is not a whole number from 1 to 2147483647"),
        ("lines.0.quantity", "3", "lines[0].quantity is not a whole number from 1 to 2147483647"),
        ("lines.0.unit_price", 0.125, "lines[0].unit_price is not text"),
        ("lines.0.unit_price", "1,25", "lines[0].unit_price is not a number: '1,25'"),
        ("lines.0.unit_price", "-1", "lines[0].unit_price is below 0"),
        ("lines.0.unit_price", "1e30", "lines[0].unit_price is too large"),
        ("lines.0.paid", -1, "lines[0].paid is not a whole number from 0 to 9223372036854775807"),
        ("lines.0.title", "t" * 201, "lines[0].title is longer than 200 characters"),
        ("lines.0.store", STORE | {"latitude": 91}, "lines[0].store.latitude is not a number from -90 to 90"),
        ("lines.0.store", STORE | {"open_from": "9"}, "lines[0].store.open_from is not a time of day like 09:30"),
        (
            "lines.0.store",
            STORE | {"closures": [{"reason": "fire", "starts_at": "2026-03-01T00:00:00Z"}]},
            "lines[0].store.closures[0].reason is none of closed, renovating, moved",
        ),
        ("lines.0.stay", {}, "lines[0].stay is not a field of this format"),
        ("colour", "red", "colour is not a field of this format"),
    ],
)
def test_names_the_field_that_is_wrong(tmp_path: Path, path: str, value: Any, reason: str):
    (row,) = read_one(tmp_path, changed(GOODS, path, value))
    assert isinstance(row, Rejected)
    assert row.reason == reason


@pytest.mark.parametrize(
    ("order", "path", "value", "reason"),
    [
        (STAY, "lines.0.quantity", 2, "lines[0].quantity is not a field of this format"),
        (STAY, "lines.0.store", None, "lines[0].store is missing"),
        (STAY, "lines.0.stay.nights", -1, "lines[0].stay.nights is not a whole number from 0 to 36500"),
        (VOUCHER, "lines.0.voucher", None, "lines[0].voucher is missing"),
        (
            VOUCHER,
            "lines.0.voucher.expires_at",
            "2026-03-01T09:30:00+08:00",
            "lines[0].voucher.expires_at is not after usable_from",
        ),
        (STAY, "lines.0.stay.told_at", "noon", "lines[0].stay.told_at is not a date in the form of ISO 8601"),
        (BOOKING, "lines.0.quantity", 2, "lines[0].quantity is not a field of this format"),
        (BOOKING, "lines.0.store", None, "lines[0].store is missing"),
        (BOOKING, "lines.0.booking", None, "lines[0].booking is missing"),
        (
            BOOKING,
            "lines.0.booking.kind",
            "haircut",
            "lines[0].booking.kind is none of table, treatment, tour, performance",
        ),
        (
            BOOKING,
            "lines.0.booking.outcome",
            "lost",
            "lines[0].booking.outcome is none of booked, kept, refused, cancelled_by_merchant, "
            "cancelled_by_consumer, no_show",
        ),
        (BOOKING, "lines.0.booking.starts_at", None, "lines[0].booking.starts_at is missing"),
        (
            BOOKING,
            "lines.0.booking.ends_at",
            "2026-03-08T19:00:00+08:00",
            "lines[0].booking.ends_at is not after starts_at",
        ),
        (BOOKING, "lines.0.booking.party", 0, "lines[0].booking.party is not a whole number from 1 to 10000"),
        (
            BOOKING,
            "lines.0.booking.promised_wait_minutes",
            -1,
            "lines[0].booking.promised_wait_minutes is not a whole number from 0 to 1440",
        ),
        (BOOKING, "lines.0.booking.queue_joined_at", None, "lines[0].booking.queue_joined_at is missing"),
        (
            BOOKING,
            "lines.0.booking.called_at",
            "2026-03-08T18:54:00+08:00",
            "lines[0].booking.called_at is before queue_joined_at",
        ),
        (BOOKING, "lines.0.booking.recorded_at", None, "lines[0].booking.recorded_at is missing"),
        (
            BOOKING,
            "lines.0.booking.outcome",
            "booked",
            "lines[0].booking.recorded_at belongs to an outcome other than booked",
        ),
        (BOOKING, "lines.0.booking.colour", "red", "lines[0].booking.colour is not a field of this format"),
        (CARD, "lines.0.card", None, "lines[0].card is missing"),
        (CARD, "lines.0.card.sessions", 0, "lines[0].card.sessions is not a whole number from 1 to 10000"),
        (CARD, "lines.0.card.sessions_used", 13, "lines[0].card.sessions_used is more than there are sessions"),
        (
            CARD,
            "lines.0.card.single_price",
            0,
            "lines[0].card.single_price is not a whole number from 1 to 9223372036854775807",
        ),
        (
            CARD,
            "lines.0.card.valid_until",
            "2026-03-01T09:30:00+08:00",
            "lines[0].card.valid_until is not after the order was placed",
        ),
        (
            GOODS,
            "lines.0.stock_out",
            {"pieces": 4, "reported_at": "2026-03-02T09:00:00+08:00"},
            "lines[0].stock_out.pieces is not a whole number from 1 to 3",
        ),
        (
            VOUCHER,
            "lines.0.stock_out",
            {"pieces": 1, "reported_at": "2026-03-02T09:00:00+08:00"},
            "lines[0].stock_out is not a field of this format",
        ),
        (
            VOUCHER,
            "lines.0.store.hours",
            [{"weekday": 7, "opens": "09:00", "closes": "17:00"}],
            "lines[0].store.hours[0].weekday is not a whole number from 0 to 6",
        ),
        (
            VOUCHER,
            "lines.0.store.hours",
            [{"weekday": 1, "opens": "09:00", "closes": "17:00"}, {"weekday": 1, "opens": "09:00", "closes": "18:00"}],
            "lines[0].store.hours open twice at the same time of a day",
        ),
    ],
)
def test_each_kind_of_order_needs_what_it_promised(
    tmp_path: Path, order: dict[str, Any], path: str, value: Any, reason: str
):
    (row,) = read_one(tmp_path, changed(order, path, value))
    assert isinstance(row, Rejected)
    assert row.reason == reason


@pytest.mark.parametrize("line", ["{", "[]", "null", "[" * 100_000, '{"a": ' * 100_000])
def test_a_line_that_is_no_order_is_rejected_and_the_next_is_read(tmp_path: Path, line: str):
    bad, good = read_one(tmp_path, line, GOODS)
    assert isinstance(bad, Rejected)
    assert bad.line_number == 1
    assert isinstance(good, Received)


def test_a_number_stands_once_in_a_file(tmp_path: Path):
    _first, second = read_one(tmp_path, GOODS, GOODS)
    assert isinstance(second, Rejected)
    assert second.reason == "order N-1001 stands in this file before"


def changed(order: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """The order with one value put in place, down a path like lines.0.title."""
    order = deepcopy(order)
    *way, last = path.split(".")
    here: Any = order
    for step in way:
        here = here[int(step) if step.isdigit() else step]
    here[last] = value
    return order


def test_the_example_in_the_docs_is_an_order(tmp_path: Path):
    page = (settings.BASE_DIR / "docs" / "orders.md").read_text(encoding="utf-8")
    example = json.loads(page.split("```json\n")[1].split("```")[0])
    (row,) = read_one(tmp_path, example)
    assert isinstance(row, Received)
    assert row.purchase.items[0].paid == 35_00


def test_an_order_says_how_its_provider_names_the_payment(tmp_path: Path):
    paid = {"paid_through": "stripe", "payment_reference": "pi_3QabcDEF"}
    (row,) = read_one(tmp_path, GOODS | paid)
    assert isinstance(row, Received)
    assert (row.purchase.paid_through, row.purchase.payment_reference) == ("stripe", "pi_3QabcDEF")
