"""A retail row is a purchase, a cancellation, or rejected with its reason; nothing else, and nothing twice."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from orders.importers.files import Rejected
from orders.importers.online_retail import Sale, purchases, read
from orders.tests.retail import retail_file, row


def sales(path: Path) -> list[Sale]:
    return [found for found in read(path) if isinstance(found, Sale)]


def test_reads_a_purchase_exactly_as_written(tmp_path: Path):
    (sale,) = sales(retail_file(tmp_path, row()))
    assert sale == Sale(
        line_number=2, invoice="536365", occurrence=1, is_cancellation=False, stock_code="85123A",
        description="WHITE LANTERN", quantity=6, unit_price=Decimal("2.55"), unit_price_text="2.55", amount=1530,
        sold_at=datetime(2010, 12, 1, 8, 26, tzinfo=UTC), customer="17850.0",
    )  # fmt: skip


def test_reads_a_cancellation_with_how_many_came_back(tmp_path: Path):
    (sale,) = sales(retail_file(tmp_path, row("C536379", quantity="-2")))
    assert (sale.is_cancellation, sale.quantity, sale.amount) == (True, 2, 510)
    assert purchases([sale]) == []


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"customer": ""}, "no CustomerID"),
        ({"customer": "  "}, "no CustomerID"),
        ({"invoice": ""}, "no InvoiceNo"),
        ({"quantity": "-6"}, "Quantity is not above 0"),
        ({"quantity": "0"}, "Quantity is not above 0"),
        ({"quantity": "1.5"}, "Quantity is not a whole number: '1.5'"),
        ({"quantity": "six"}, "Quantity is not a number: 'six'"),
        ({"quantity": "1_000"}, "Quantity is not a number: '1_000'"),
        ({"quantity": "٣"}, "Quantity is not a number: '٣'"),
        ({"quantity": "9999999999"}, "Quantity is too large: '9999999999'"),
        ({"price": "0.0"}, "UnitPrice is not above 0"),
        ({"price": "-1.00"}, "UnitPrice is not above 0"),
        ({"price": "NaN"}, "UnitPrice is not a number: 'NaN'"),
        ({"price": "Infinity"}, "UnitPrice is not a number: 'Infinity'"),
        ({"price": "1e30"}, "Quantity x UnitPrice is too large"),
        ({"at": "13/32/10 8:26"}, "InvoiceDate is not a date: '13/32/10 8:26'"),
        ({"at": ""}, "InvoiceDate is not a date: ''"),
        ({"stock": "8" * 61}, "StockCode is longer than 60 characters"),
        ({"invoice": "C1"}, "Quantity of a cancellation is not below 0"),
        ({"invoice": "C1", "quantity": "-1", "customer": ""}, "no CustomerID"),
        ({"title": "a\0b"}, "a zero byte in the text"),
        ({"title": "one, two"}, "9 fields where 8 are named"),
    ],
)
def test_rejects_what_cannot_be_used_with_its_line_and_reason(tmp_path: Path, changes: dict[str, str], reason: str):
    first, bad, last = read(retail_file(tmp_path, row(), row(**changes), row()))
    assert isinstance(bad, Rejected)
    assert (bad.line_number, bad.reason) == (3, reason)
    assert isinstance(first, Sale)
    assert isinstance(last, Sale)


def test_a_quote_that_never_ends_costs_the_rows_it_swallows_and_no_more(tmp_path: Path):
    swallowed = [row(title='"A quote that never ends'), *[row()] * 3_000]
    rows = list(read(retail_file(tmp_path, row(), *swallowed)))
    assert isinstance(rows[0], Sale)
    assert isinstance(rows[1], Rejected)
    assert rows[1].line_number == 3
    assert rows[1].reason.startswith("not a row of a CSV file")
    assert isinstance(rows[-1], Sale)


@pytest.mark.parametrize(
    ("quantity", "price", "amount"),
    [("3", "0.125", 38), ("1", "0.125", 13), ("1", "0.004", 0), ("12", "0.042", 50), ("6.0", "1.", 600)],
)
def test_multiplies_first_and_rounds_half_up_once(tmp_path: Path, quantity: str, price: str, amount: int):
    (sale,) = sales(retail_file(tmp_path, row(quantity=quantity, price=price)))
    assert sale.amount == amount


@pytest.mark.parametrize("at", ["12/1/10 8:26", "12/1/2010 8:26", "12/01/2010 08:26:00", "2010-12-01 08:26:00"])
def test_reads_the_time_in_the_spellings_the_set_is_known_in(tmp_path: Path, at: str):
    (sale,) = sales(retail_file(tmp_path, row(at=at)))
    assert sale.sold_at == datetime(2010, 12, 1, 8, 26, tzinfo=UTC)


def test_identical_rows_are_lines_of_their_own(tmp_path: Path):
    one, two = sales(retail_file(tmp_path, row(), row()))
    assert (one.identity, two.identity) == ("536365:1", "536365:2")


def test_a_rejected_row_keeps_its_place_in_its_invoice(tmp_path: Path):
    one, three = sales(retail_file(tmp_path, row(), row(price="0"), row()))
    assert (one.occurrence, three.occurrence) == (1, 3)


def test_an_invoice_is_one_order_wherever_its_rows_stand_and_each_keeps_its_time(tmp_path: Path):
    file = retail_file(tmp_path, row("A1", at="12/1/10 9:30"), row("B2"), row("A1", at="12/1/10 9:29"))
    first, second = purchases(sales(file))
    assert (first.number, second.number) == ("OR-A1", "OR-B2")
    assert [item.bought_at.minute for item in first.items] == [30, 29]
    assert first.placed_at.minute == 29


def test_each_customer_of_an_invoice_has_an_order_of_their_own(tmp_path: Path):
    file = retail_file(tmp_path, row(customer="1"), row(customer="2"), row(customer="1"))
    first, second = purchases(sales(file))
    assert (first.number, len(first.items)) == ("OR-536365", 2)
    assert second.number.startswith("OR-x")
    assert first.consumer != second.consumer


def test_codes_that_differ_only_in_case_stay_apart(tmp_path: Path):
    file = retail_file(tmp_path, row("a", customer="k"), row("A", customer="K"))
    one, two = purchases(sales(file))
    assert one.number != two.number
    assert one.consumer.email != two.consumer.email
    assert two.consumer.email == two.consumer.email.lower()


def test_codes_that_are_no_address_get_one_that_is(tmp_path: Path):
    file = retail_file(tmp_path, row("no/slash ", customer="一号"), row("n" * 200, customer="c" * 200))
    for purchase in purchases(sales(file)):
        assert purchase.number[3:].isalnum()
        assert len(purchase.number) <= 40
        assert purchase.consumer.email.isascii()
        assert len(purchase.consumer.name) <= 120
