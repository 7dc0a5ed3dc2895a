"""Invoice lines of a web shop in the shape of "UCI Online Retail": one row a line, cancellations on invoices with C.

A row is a purchase, a cancellation (a claim for the replay, nothing for the import) or rejected with its reason. Its
identity is its invoice and its occurrence, counted over all rows of the invoice in the order of the file. The file
names no currency and no zone: prices are pounds sterling and times are taken as UTC.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from orders.importers.files import Record, Rejected, Watch, read_records, watch_nothing
from orders.importers.values import (
    Unusable,
    digest,
    plain_code,
    read_decimal,
    read_moment,
    read_whole,
    stranger_address,
)
from orders.purchases import AmountTooLarge, Business, Item, Purchase, Shopper, price

MARKET = "online-retail"
CURRENCY = "GBP"
COLUMNS = ("InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID")
SHOP = Business("online-retail", "Online Retail gift shop", "Online Retail 礼品店")
CANCELLATION = "C"
LONGEST_CODE = 60
LONGEST_TITLE = 200


@dataclass(frozen=True, slots=True)
class Sale:
    """A purchase line, or the cancellation of one; a cancellation's `quantity` is positive: how many came back.

    Codes are exactly the file's. `amount` is quantity x unit price in minor units, rounded half up once.
    """

    line_number: int
    invoice: str
    occurrence: int
    is_cancellation: bool
    stock_code: str
    description: str
    quantity: int
    unit_price: Decimal
    unit_price_text: str
    amount: int
    sold_at: datetime
    customer: str

    @property
    def identity(self) -> str:
        return f"{self.invoice}:{self.occurrence}"

    @property
    def consumer_address(self) -> str:
        return stranger_address(self.customer, MARKET)


def read(path: Path, watch: Watch = watch_nothing) -> Iterator[Sale | Rejected]:
    """Every row of the file in its order. Raises UnreadableFile."""
    occurrences: Counter[str] = Counter()
    for row in read_records(path, COLUMNS, watch):
        if isinstance(row, Rejected):
            yield row
            continue
        occurrences[row["InvoiceNo"]] += 1
        try:
            yield _sale(row, occurrences[row["InvoiceNo"]])
        except Unusable as reason:
            yield Rejected(row.line_number, str(reason), row.fields)


def _sale(row: Record, occurrence: int) -> Sale:
    invoice = row["InvoiceNo"]
    is_cancellation = invoice.startswith(CANCELLATION)
    if not invoice.strip():
        raise Unusable("no InvoiceNo")
    if not row["CustomerID"].strip():
        raise Unusable("no CustomerID")
    if len(row["StockCode"]) > LONGEST_CODE:
        raise Unusable(f"StockCode is longer than {LONGEST_CODE} characters")
    quantity = read_whole(row["Quantity"], "Quantity")
    if is_cancellation and quantity >= 0:
        raise Unusable("Quantity of a cancellation is not below 0")
    if not is_cancellation and quantity <= 0:
        raise Unusable("Quantity is not above 0")
    unit_price = read_decimal(row["UnitPrice"], "UnitPrice")
    if unit_price <= 0:
        raise Unusable("UnitPrice is not above 0")
    try:
        amount = price(abs(quantity), unit_price, CURRENCY)
    except AmountTooLarge:
        raise Unusable("Quantity x UnitPrice is too large") from None
    return Sale(
        line_number=row.line_number,
        invoice=invoice,
        occurrence=occurrence,
        is_cancellation=is_cancellation,
        stock_code=row["StockCode"],
        description=row["Description"].strip(),
        quantity=abs(quantity),
        unit_price=unit_price,
        unit_price_text=row["UnitPrice"].strip(),
        amount=amount,
        sold_at=read_moment(row["InvoiceDate"], "InvoiceDate"),
        customer=row["CustomerID"],
    )


def purchases(sales: Iterable[Sale]) -> list[Purchase]:
    """The purchase lines as orders, in the order their first lines stand in the file.

    An invoice is one order. Where an invoice names several customers, each has an order of their own: the first one
    in the file under the invoice's number, the others under a digest of invoice and customer.
    """
    orders: dict[tuple[str, str], list[Sale]] = {}
    first_customers: dict[str, str] = {}
    for sale in sales:
        if not sale.is_cancellation:
            first_customers.setdefault(sale.invoice, sale.customer)
            orders.setdefault((sale.invoice, sale.customer), []).append(sale)
    return [
        _purchase(order_number(invoice, "" if customer == first_customers[invoice] else customer), lines)
        for (invoice, customer), lines in orders.items()
    ]


def order_number(invoice: str, further_customer: str = "") -> str:
    """The number of the order of an invoice; `further_customer` where it is not the invoice's first one."""
    return f"OR-x{digest(f'{invoice} {further_customer}')}" if further_customer else f"OR-{plain_code(invoice)}"


def _purchase(number: str, lines: list[Sale]) -> Purchase:
    customer = lines[0].customer
    return Purchase(
        number=number,
        kind="goods",
        market=MARKET,
        consumer=Shopper(lines[0].consumer_address, f"Customer {customer}"[:120]),
        merchant=SHOP,
        currency=CURRENCY,
        placed_at=min(line.sold_at for line in lines),
        items=tuple(_item(line) for line in lines),
        dated_by_its_lines=True,
    )


def _item(line: Sale) -> Item:
    return Item(
        position=line.occurrence,
        code=line.stock_code,
        title=(line.description or line.stock_code)[:LONGEST_TITLE],
        quantity=line.quantity,
        unit_price=line.unit_price_text,
        paid=line.amount,
        bought_at=line.sold_at,
        line_number=line.line_number,
    )
