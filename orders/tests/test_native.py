"""The native format says everything an order can be, and refuses what it does not understand with the field's name."""

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from orders.importers.files import Rejected
from orders.importers.native import Received, read

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
        ("kind", "gift", "kind is none of goods, stay, voucher"),
        ("kind", ["goods"], "kind is none of goods, stay, voucher"),
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
    ],
)
def test_a_stay_needs_its_hotel_and_a_voucher_its_time(
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
