"""One ordinary stay and one ordinary voucher that went wrong, from which every test departs."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from compensation.rules import ClosedStoreFacts, Closure, Place, StayFacts
from policies.words import Reason, Remedy

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


# A dinner for 188.00 at a noodle bar that closed two days ago, at noon in Hangzhou.
NOON = datetime(2026, 5, 4, 4, 0, tzinfo=UTC)
CLOSED = Closure(starts_at=NOON - timedelta(days=2), ends_at=None)


def place(code: str = "noodle-bar", **changes: Any) -> Place:
    return Place(
        **{
            "code": code,
            "name": code.title(),
            "name_zh": "",
            "latitude": 30.25,
            "longitude": 120.165,
            "open_from": time(10),
            "open_until": time(22),
            **changes,
        }
    )


VOUCHER: dict[str, Any] = {
    "remedy": Remedy.COMPENSATION,
    "currency": "CNY",
    "paid": 188_00,
    "refundable": 188_00,
    "redeemed": False,
    "usable_from": NOON - timedelta(days=10),
    "expires_at": NOON + timedelta(days=20),
    "store": place(),
    "closures": (CLOSED,),
    "others": (),
    "takes_part": True,
    "own_percent": None,
}


def voucher(**changes: Any) -> ClosedStoreFacts:
    return ClosedStoreFacts(**{**VOUCHER, **changes})
