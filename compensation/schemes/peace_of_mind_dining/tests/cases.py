"""One ordinary dinner that went wrong, from which every test departs: 188.00 at one moment, with the label."""

from datetime import UTC, datetime, timedelta
from typing import Any

from compensation.schemes.peace_of_mind_dining.rules import DiningFacts, Right

SERVED = datetime(2026, 6, 1, 11, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
AFTERWARDS = SERVED + HOUR
PAID = 188_00

DINNER: dict[str, Any] = {
    "right": Right.FOOD_UNSAFE,
    "currency": "CNY",
    "paid": PAID,
    "refundable": PAID,
    "from_at": SERVED,
    "until_at": SERVED,
    "served": True,
    "label_held": True,
    "loss": 0,
    "missing": 0,
    "whole": 0,
}


def dinner(**changes: Any) -> DiningFacts:
    return DiningFacts(**{**DINNER, **changes})
