"""Stays whose guest was given another room than the one booked, as claims under the hotel guarantee.

Each is judged at its arrival and counted once, by what the rule concluded: nothing owed, to an agent, upgraded or
compensated.
"""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

from common.errors import Refusal
from disputes.actions import file_claim
from disputes.entitlements import owed
from disputes.models import Claim, CloseReason
from disputes.replays.keys import claims_by_key, in_parts
from orders.importers.files import Watch
from orders.importers.hotel_bookings import CURRENCY, MARKET, Booking, purchases, read
from orders.models import Line
from orders.purchases import Purchase
from policies.words import Reason, Remedy, Settles

GUARANTEE = "hotel_overbooking"
UNKNOWN_STAY = "the stay is not among the orders"


class HotelReplay:
    """Replays one file; see disputes.replays.Replay."""

    market = MARKET

    def __init__(self, path: Path, watch: Watch) -> None:
        bookings = [row for row in read(path, watch) if isinstance(row, Booking)]
        self.purchases: list[Purchase] = purchases(bookings)
        self.refused: list[tuple[int, str, str]] = []
        self.filed = 0
        stays = (booking for booking in bookings if booking.was_given_another_room)
        self._stays = sorted(stays, key=lambda stay: (stay.arrival_on, stay.line_number))
        self._lines: dict[str, Line] = {}
        self._claims: dict[str, Claim] = {}

    def prepare(self) -> None:
        self._claims = claims_by_key(map(_key, self._stays))
        for numbers in in_parts(stay.order_number for stay in self._stays):
            lines = Line.objects.filter(order__number__in=numbers, order__market=MARKET)
            self._lines |= {line.order.number: line for line in lines.select_related("order__consumer")}

    def events(self) -> int:
        return len(self._stays)

    def run(self, step: Callable[[], object]) -> None:
        for stay in self._stays:
            if _key(stay) not in self._claims:
                self._file(stay)
            step()

    def result(self) -> dict[str, Any]:
        outcomes = Counter(map(_outcome, self._claims.values()))
        compensated = [claim for claim in self._claims.values() if _outcome(claim) == "compensated"]
        return {
            "claims": len(self._stays),
            **{name: outcomes[name] for name in ("upgraded", "compensated", "to_agent", "nothing_owed")},
            "compensated_sum": sum(claim.paid for claim in compensated),
            "currency": CURRENCY,
            "refused": len(self.refused),
        }

    def _file(self, stay: Booking) -> None:
        line = self._lines.get(stay.order_number)
        if line is None:
            self.refused.append((stay.line_number, stay.identity, UNKNOWN_STAY))
            return
        at = datetime.combine(stay.arrival_on, time(), UTC)
        try:
            self._claims[_key(stay)] = file_claim(
                consumer=line.order.consumer,
                order=line.order.number,
                line=line.pk,
                reason=Reason.WORSE_ROOM,
                remedy=_remedy(line, at),
                statement=f"Booked room {stay.reserved}, given {stay.assigned or 'none'}.",
                at=at,
                key=_key(stay),
                replayed=True,
            )
        except Refusal as refusal:
            self.refused.append((stay.line_number, stay.identity, refusal.sentence()))
        else:
            self.filed += 1


def _key(stay: Booking) -> str:
    return f"{MARKET}:{stay.identity}"


def _remedy(line: Line, at: datetime) -> Remedy:
    """What the guarantee offers the guest; money is asked for where it offers nothing."""
    offered = (it.remedy for it in owed(line, reason=Reason.WORSE_ROOM, now=at) if it.verdict.rule == GUARANTEE)
    return next(offered, Remedy.COMPENSATION)


def _outcome(claim: Claim) -> str:
    """What the rule concluded, whatever became of the claim since."""
    if claim.close_reason == CloseReason.NOTHING_OWED:
        return "nothing_owed"
    if claim.settles == Settles.BY_AGENT:
        return "to_agent"
    return "upgraded" if claim.remedy == Remedy.UPGRADE else "compensated"
