"""One ordinary card of a shop that closed, from which every test departs."""

from datetime import UTC, datetime, timedelta
from typing import Any

from compensation.schemes.session_card.rules import SessionCardFacts, ShopClosure

NOW = datetime(2026, 5, 8, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def card(**changes: Any) -> SessionCardFacts:
    """Ten sessions for 1,200.00, three of them used; the shop closed two days ago until further notice."""
    given: dict[str, Any] = {
        "cause": "store_closed",
        "currency": "CNY",
        "paid": 1_200_00,
        "refundable": 1_200_00,
        "sessions": 10,
        "bonus_sessions": 0,
        "sessions_used": 3,
        "single_price": None,
        "valid_until": None,
        "closures": (ShopClosure(starts_at=NOW - 2 * DAY, ends_at=None),),
        "visited_at": None,
    }
    return SessionCardFacts(**(given | changes))
