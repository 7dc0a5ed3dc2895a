"""What was bought: orders and their lines with what each promised, and stores, received as facts from the marketplace.

Nothing is decided here. The one thing this room enforces is the exposure ceiling: over refunds, chargebacks and
advances, never more is taken back from a line than was paid for it.
"""

from orders.models.chargeback import Chargeback
from orders.models.exposure import Exposure
from orders.models.order import Line, Order, OrderKind, OrderQuerySet
from orders.models.place import RoomType, Store, StoreClosure, StoreHours
from orders.models.promised import Booking, SessionCard, Stay, StockOut, Voucher

__all__ = [
    "Booking",
    "Chargeback",
    "Exposure",
    "Line",
    "Order",
    "OrderKind",
    "OrderQuerySet",
    "RoomType",
    "SessionCard",
    "Stay",
    "StockOut",
    "Store",
    "StoreClosure",
    "StoreHours",
    "Voucher",
]
