"""One ordinary evening in a queue, from which every test departs."""

from datetime import UTC, datetime, timedelta
from typing import Any

from compensation.schemes.long_queue.rules import LongQueueFacts

MINUTE = timedelta(minutes=1)

# A table for 19:00 in Shanghai.
EVENING = datetime(2026, 5, 8, 11, tzinfo=UTC)
NEXT_DAY = EVENING + timedelta(days=1)


def booking(**changes: Any) -> LongQueueFacts:
    """15 minutes were promised; the guest queued at 18:55 and was called at 19:40."""
    given: dict[str, Any] = {
        "currency": "CNY",
        "starts_at": EVENING,
        "promised_minutes": 15,
        "queue_joined_at": EVENING - 5 * MINUTE,
        "called_at": EVENING + 40 * MINUTE,
        "reported_minutes": None,
        "takes_part": True,
        "own_promised_minutes": None,
        "own_steps": (),
        "outcome": "kept",
    }
    return LongQueueFacts(**(given | changes))
