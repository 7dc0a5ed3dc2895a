"""Our own format: JSON Lines, one order a line. docs/orders.md describes every field with an example.

An order is taken whole or rejected whole. Unknown fields are refused, so that a misspelt one is never lost in silence.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

from orders.importers.fields import Fields
from orders.importers.files import Rejected, Watch, as_latin, is_utf8, read_lines, watch_nothing
from orders.importers.native_places import CODE, NOT_A_CODE, place_of
from orders.importers.native_promises import with_what_was_promised
from orders.importers.values import MAIL_ADDRESS, Unusable, stranger_address
from orders.purchases import AmountTooLarge, Business, Item, Purchase, Shopper, price

MARKET = "native"
KINDS = ("goods", "stay", "voucher", "booking", "card")
OF_ONE_PIECE = ("stay", "booking", "card")
NUMBER = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,39}", re.ASCII)
CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)
GATEWAYS = ("wallet", "sandbox", "stripe")
NAMES_ITS_PAYMENTS = ("stripe",)
MOST_LINES = 10_000


@dataclass(frozen=True, slots=True)
class Received:
    """One order of the file."""

    line_number: int
    purchase: Purchase


def read(path: Path, watch: Watch = watch_nothing) -> Iterator[Received | Rejected]:
    """Every order of the file. A number that came before is rejected. Raises UnreadableFile."""
    seen: set[str] = set()
    for line_number, line in read_lines(path, watch):
        try:
            if not is_utf8(line):
                raise Unusable("not UTF-8 text")
            purchase = _purchase(_object(line), line_number)
            if purchase.number in seen:
                raise Unusable(f"order {purchase.number} stands in this file before")
        except Unusable as reason:
            shown = line if is_utf8(line) else as_latin(line)
            yield Rejected(line_number, str(reason), (shown.rstrip("\r\n"),))
        else:
            seen.add(purchase.number)
            yield Received(line_number, purchase)


def _object(line: str) -> Fields:
    try:
        return Fields(json.loads(line))
    except (ValueError, RecursionError):
        raise Unusable("this is not JSON") from None


def _purchase(row: Fields, line_number: int) -> Purchase:
    order = Purchase(
        number=row.pattern("number", NUMBER, "is not made of letters, digits and hyphens, 40 at most"),
        kind=row.choice("kind", KINDS),
        market=MARKET,
        consumer=_shopper(row.inner("consumer")),
        merchant=_business(row.inner("merchant")),
        currency=row.pattern("currency", CURRENCY, "is not an ISO 4217 code"),
        placed_at=row.moment("placed_at"),
        delivered_at=row.optional("delivered_at", row.moment),
        paid_through=row.choice("paid_through", GATEWAYS) if row.has("paid_through") else GATEWAYS[0],
        items=(),
    )
    order = replace(order, payment_reference=_payment_reference(row, order.paid_through))
    lines = row.each("lines")
    row.finish()
    if len(lines) > MOST_LINES:
        raise row.unusable("lines", f"are more than {MOST_LINES}")
    items = (replace(_item(line, order), position=at, line_number=line_number) for at, line in enumerate(lines, 1))
    return replace(order, items=tuple(items))


def _payment_reference(row: Fields, paid_through: str) -> str:
    """How the provider names the payment: some give money back only to a payment that is named."""
    if paid_through in NAMES_ITS_PAYMENTS:
        return row.text("payment_reference", 120)
    return row.text_or_empty("payment_reference", 120)


def _shopper(row: Fields) -> Shopper:
    """Somebody from elsewhere by id and name, or somebody with an account here by e-mail address."""
    if row.has("email"):
        email = row.pattern("email", MAIL_ADDRESS, "is not an e-mail address").lower()
        if email.endswith(".invalid"):
            raise row.unusable("email", "is nobody's address: name an id instead")
        shopper = Shopper(email)
    else:
        shopper = Shopper(stranger_address(row.text("id", 60), MARKET), row.text("name", 120))
    row.finish()
    return shopper


def _business(row: Fields) -> Business:
    business = Business(
        code=row.pattern("code", CODE, NOT_A_CODE),
        name=row.text("name", 120),
        name_zh=row.text_or_empty("name_zh", 120),
    )
    row.finish()
    return business


def _item(line: Fields, order: Purchase) -> Item:
    unit_price_text, unit_price = line.decimal_text("unit_price")
    if unit_price < 0 and order.kind != "stay":
        raise line.unusable("unit_price", "is below 0")
    item = Item(
        position=0,
        code=line.text_or_empty("code", 60),
        title=line.text("title", 200),
        title_zh=line.text_or_empty("title_zh", 200),
        category=line.text_or_empty("category", 40),
        quantity=1 if order.kind in OF_ONE_PIECE else line.whole("quantity", least=1),
        unit_price=unit_price_text,
        paid=0,
        bought_at=line.optional("bought_at", line.moment) or order.placed_at,
        store=place_of(line.inner("store"), order.merchant) if line.has("store") or order.kind != "goods" else None,
    )
    item = with_what_was_promised(item, line, order)
    times = item.nights.nights if item.nights else item.quantity
    try:
        full_price = price(times, max(unit_price, Decimal(0)), order.currency)
        price(1, unit_price, order.currency)
    except AmountTooLarge:
        raise line.unusable("unit_price", "is too large") from None
    item = replace(item, paid=line.amount("paid") if line.has("paid") else full_price)
    line.finish()
    return item
