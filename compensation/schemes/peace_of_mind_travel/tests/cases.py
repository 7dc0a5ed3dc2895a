"""One ordinary tour that went wrong, from which every test departs: three days for 5,000.00, with the label."""

from datetime import UTC, datetime, timedelta
from typing import Any

from compensation.schemes.peace_of_mind_travel.rules import Right, TravelFacts

DEPARTURE = datetime(2026, 6, 1, 0, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
DURING = DEPARTURE + 24 * HOUR
PAID = 5_000_00

TOUR: dict[str, Any] = {
    "right": Right.HIDDEN_CHARGE,
    "currency": "CNY",
    "paid": PAID,
    "refundable": PAID,
    "starts_at": DEPARTURE,
    "ends_at": DEPARTURE + 72 * HOUR,
    "outcome": "kept",
    "recorded_at": None,
    "label_held": True,
    "charged": None,
    "count": None,
    "minutes": None,
}


def tour(**changes: Any) -> TravelFacts:
    return TravelFacts(**{**TOUR, **changes})
