"""One ordinary case of a refund, from which every test departs."""

from datetime import UTC, datetime, timedelta
from typing import Any

from policies.words import Reason
from refunds.rules import RefundFacts

DELIVERED = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
NOW = DELIVERED + timedelta(days=3)
MOMENT = timedelta(microseconds=1)

# A damaged mug for 45.00 yuan, delivered three days ago, from a merchant in the lightning refund; standing 3.
MUG: dict[str, Any] = {
    "order_kind": "goods",
    "reason": Reason.DAMAGED,
    "category": "home",
    "currency": "CNY",
    "paid": 45_00,
    "refundable": 45_00,
    "quantity": 1,
    "refundable_quantity": 1,
    "asked": 45_00,
    "asked_quantity": 1,
    "bought_at": DELIVERED - timedelta(days=4),
    "fulfilled_at": DELIVERED,
    "redeemed": False,
    "standing": 3,
    "paid_by_lightning": 0,
    "settlement_covers": True,
    "claims_filed": 0,
    "in_lightning": True,
    "own_limit": None,
    "own_rules": (),
    "pays_freight_always": False,
}


def mug(**changes: Any) -> RefundFacts:
    return RefundFacts(**{**MUG, **changes})


def worth(amount: int, **changes: Any) -> RefundFacts:
    """The mug at another price, asked back as a whole."""
    return mug(paid=amount, refundable=amount, asked=amount, **changes)
