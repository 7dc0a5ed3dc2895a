"""A line of goods out of stock as facts, with what a test wants to be different."""

from datetime import UTC, datetime, timedelta
from typing import Any

from compensation.schemes.out_of_stock.rules import OutOfStockFacts
from policies.words import Remedy

NOW = datetime(2026, 5, 20, 12, tzinfo=UTC)


def facts(**changes: Any) -> OutOfStockFacts:
    """A lamp for 200.00, bought yesterday; this morning the shop said that it has none."""
    given: dict[str, Any] = {
        "remedy": Remedy.COMPENSATION,
        "currency": "CNY",
        "quantity": 1,
        "pieces": 1,
        "price": 200_00,
        "bought_at": NOW - timedelta(days=1),
        "reported_at": NOW - timedelta(hours=2),
        "delivered": False,
        "settlement_room": None,
        "takes_part": True,
        "own_percent": None,
        "own_coupon_percent": None,
    }
    return OutOfStockFacts(**(given | changes))
