"""A booking of a performance as facts, with what a test wants to be different."""

from datetime import UTC, datetime, timedelta
from typing import Any

from compensation.schemes.cancelled_performance.rules import CancelledPerformanceFacts

NOW = datetime(2026, 5, 20, 12, tzinfo=UTC)


def facts(**changes: Any) -> CancelledPerformanceFacts:
    """A seat for 380.00 in four days, cancelled now."""
    given: dict[str, Any] = {
        "currency": "CNY",
        "paid": 380_00,
        "refundable": 380_00,
        "starts_at": NOW + timedelta(days=4),
        "outcome": "cancelled_by_merchant",
        "cancelled_at": NOW,
        "reported_at": None,
        "takes_part": True,
        "own_percent": 0,
    }
    return CancelledPerformanceFacts(**(given | changes))
