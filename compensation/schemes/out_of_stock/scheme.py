"""Goods that the merchant cannot deliver after all: how a line becomes the facts of its rule."""

from collections.abc import Iterator

from common.money import share
from compensation.schemes.frame import Circumstances, Scheme
from compensation.schemes.out_of_stock.rules import OutOfStockEnrolment, OutOfStockFacts, OutOfStockParticulars
from orders.models import Line, StockOut
from policies.words import Reason, Remedy


def ask(
    line: Line, cause: str, around: Circumstances, particulars: OutOfStockParticulars | None
) -> Iterator[OutOfStockFacts]:
    """Once for a coupon, and once for money."""
    record: StockOut | None = getattr(line, "stock_out", None)
    told = particulars.pieces if particulars else None
    pieces = min(record.pieces, line.quantity) if record else line.quantity if told is None else told
    own: OutOfStockEnrolment | None = around.enrolments.get("out_of_stock")
    for remedy in (Remedy.COUPON, Remedy.COMPENSATION):
        yield OutOfStockFacts(
            remedy=remedy,
            currency=line.order.currency,
            quantity=line.quantity,
            pieces=pieces,
            price=share(line.paid, min(pieces, line.quantity), line.quantity),
            bought_at=line.bought_at,
            reported_at=record.reported_at if record else None,
            delivered=line.order.delivered_at is not None,
            settlement_room=around.money.settlement_room,
            takes_part=own is not None,
            own_percent=own.percent if own else None,
            own_coupon_percent=own.coupon_percent if own else None,
        )


def fits(line: Line) -> bool:
    """What was delivered as a whole, and is not on record as missing, did not run out."""
    return getattr(line, "stock_out", None) is not None or line.order.delivered_at is None


SCHEME = Scheme(
    code="out_of_stock",
    causes={"out_of_stock": ("goods",)},
    ask=ask,
    fits=fits,
    particulars=OutOfStockParticulars,
    related=("stock_out",),
    price_by=Reason.NOT_RECEIVED,
)
