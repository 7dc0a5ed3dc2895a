"""One ordinary treatment that went wrong, from which every test departs: two hours for 800.00, with the label."""

from datetime import UTC, datetime, timedelta
from typing import Any

from compensation.schemes.peace_of_mind_beauty.rules import BeautyFacts, Right

BEGINS = datetime(2026, 6, 1, 6, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
AFTERWARDS = BEGINS + 3 * HOUR
PAID = 800_00

TREATMENT: dict[str, Any] = {
    "right": Right.PRODUCT_REPLACED,
    "currency": "CNY",
    "paid": PAID,
    "refundable": PAID,
    "from_at": BEGINS,
    "until_at": BEGINS + 2 * HOUR,
    "cancelled": False,
    "label_held": True,
    "charged": None,
    "treated": True,
}


def treatment(**changes: Any) -> BeautyFacts:
    return BeautyFacts(**{**TREATMENT, **changes})
