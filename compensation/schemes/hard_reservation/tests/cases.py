"""One ordinary evening at a full restaurant, from which every test departs."""

from datetime import UTC, datetime, timedelta
from typing import Any

from compensation.schemes.hard_reservation.rules import HardReservationFacts

MINUTE = timedelta(minutes=1)

# A table for 19:00 in Shanghai.
EVENING = datetime(2026, 5, 8, 11, tzinfo=UTC)
NEXT_DAY = EVENING + timedelta(days=1)


def booking(**changes: Any) -> HardReservationFacts:
    """A table with 200.00 prepaid; the guest checked in at 19:00 and was refused."""
    given: dict[str, Any] = {
        "currency": "CNY",
        "paid": 200_00,
        "refundable": 200_00,
        "starts_at": EVENING,
        "outcome": "refused",
        "told_at": EVENING,
        "arrived_at": EVENING,
        "reported_at": None,
        "takes_part": True,
        "own_hold_minutes": None,
        "own_steps": (),
    }
    return HardReservationFacts(**(given | changes))
