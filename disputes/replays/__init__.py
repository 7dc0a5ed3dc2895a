"""Real events of the past, filed as claims through the same verb as on the web, each at its own time.

A replay first takes in the orders of its file and puts the terms in force that judge them, then files event by event.
An event's key is its identity in the file, so doing it twice changes nothing.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol

from disputes.replays.cancellations import RetailReplay
from disputes.replays.stays import HotelReplay
from orders.importers import hotel_bookings, online_retail
from orders.importers.files import Watch
from orders.purchases import Purchase


class Replay(Protocol):
    """A file on its way to claims.

    `filed` counts the claims that are new, `refused` are the events that opened none: line of the file, event, reason.
    """

    market: str
    purchases: list[Purchase]
    filed: int
    refused: list[tuple[int, str, str]]

    def prepare(self) -> None:
        """Look up what the orders of the file have become in the database."""

    def events(self) -> int:
        """How many events there are to file."""

    def run(self, step: Callable[[], object]) -> None:
        """File every event that was not filed yet, calling `step` after each."""

    def result(self) -> dict[str, Any]:
        """Counts and sums (minor units) over all events of the file, filed now or before."""


READERS: Mapping[str, Callable[[Path, Watch], Replay]] = {
    online_retail.MARKET: RetailReplay,
    hotel_bookings.MARKET: HotelReplay,
}
