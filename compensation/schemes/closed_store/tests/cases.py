"""One ordinary voucher whose store was closed, from which every test departs."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

from compensation.schemes.closed_store.rules import ClosedStoreFacts, Closure, Place
from policies.words import Remedy

MOMENT = timedelta(microseconds=1)

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
