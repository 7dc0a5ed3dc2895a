"""One ordinary stay that went wrong, from which every test departs."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from compensation.schemes.hotel_overbooking.rules import StayFacts
from policies.words import Reason

MOMENT = timedelta(microseconds=1)

# Two nights at 600.00 in a deluxe room; the guest was given a standard room and has left.
ARRIVAL, DEPARTURE = date(2026, 5, 1), date(2026, 5, 3)
AFTER_THE_STAY = datetime(2026, 5, 4, 10, 0, tzinfo=UTC)

STAY: dict[str, Any] = {
    "reason": Reason.WORSE_ROOM,
    "currency": "CNY",
    "refundable": 1_200_00,
    "first_night_rate": 600_00,
    "room_reserved": "deluxe",
    "room_assigned": "standard",
    "rank_reserved": 2,
    "rank_assigned": 1,
    "outcome": "checked_out",
    "arrival_on": ARRIVAL,
    "departure_on": DEPARTURE,
    "takes_part": True,
    "own_no_room_factor": None,
}


def stay(**changes: Any) -> StayFacts:
    facts = {**STAY, **changes}
    return StayFacts(**{"has_rate": facts["first_night_rate"] > 0, **facts})


def without_a_room(**changes: Any) -> StayFacts:
    """The same stay at a hotel that turned the guest away."""
    turned_away = {"reason": Reason.NO_ROOM, "outcome": "turned_away", "room_assigned": None, "rank_assigned": None}
    return stay(**{**turned_away, **changes})
