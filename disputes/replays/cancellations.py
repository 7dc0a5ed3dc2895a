"""Cancellations of a web shop as claims: each takes the latest earlier purchase that still covers it, and is paid.

Figures and rules as on the data page: in order of time, then of the file, a cancellation takes the latest strictly
earlier purchase line of the same customer and stock code that has the whole quantity left at a price not below its
own. Purchases that are known from other files cover it as well. Without one it opens no claim.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from accounts.models import User
from common.errors import Refusal
from disputes.actions import file_claim
from disputes.models import Claim, Status
from disputes.replays.keys import claims_by_key
from orders.importers.files import Watch
from orders.importers.online_retail import CURRENCY, MARKET, Sale, purchases, read
from orders.models import Line
from orders.purchases import Purchase
from policies.words import Reason, Remedy

NO_PURCHASE = "no covering purchase"


@dataclass(slots=True)
class Cover:
    """A purchase line that may cover cancellations: what is left of it, in pieces and in minor units."""

    line_id: int
    order: str
    bought_at: datetime
    unit_price: Decimal
    quantity: int
    amount: int


class RetailReplay:
    """Replays one file; see disputes.replays.Replay."""

    market = MARKET

    def __init__(self, path: Path, watch: Watch) -> None:
        sales = [row for row in read(path, watch) if isinstance(row, Sale)]
        self.purchases: list[Purchase] = purchases(sales)
        self.refused: list[tuple[int, str, str]] = []
        self.filed = 0
        cancellations = (sale for sale in sales if sale.is_cancellation)
        self._cancellations = sorted(cancellations, key=lambda sale: (sale.sold_at, sale.line_number))
        self._covers: dict[tuple[str, str], list[Cover]] = {}
        self._people: dict[str, User] = {}
        self._claims: dict[str, Claim] = {}

    def prepare(self) -> None:
        addresses = {sale.consumer_address for sale in self._cancellations}
        self._people = {person.email: person for person in User.objects.filter(email__in=addresses)}
        self._claims = claims_by_key(map(_key, self._cancellations))
        self._covers = _covers(self.purchases, self._people.values())

    def events(self) -> int:
        return len(self._cancellations)

    def run(self, step: Callable[[], object]) -> None:
        for cancellation in self._cancellations:
            if _key(cancellation) not in self._claims:
                self._file(cancellation)
            step()

    def result(self) -> dict[str, Any]:
        paid = [claim for claim in self._claims.values() if claim.status == Status.SETTLED]
        return {
            "claims": len(self._cancellations),
            "paid": len(paid),
            "refused": len(self.refused),
            "paid_sum": sum(claim.paid for claim in paid),
            "currency": CURRENCY,
            "waiting": len(self._claims) - len(paid),
        }

    def _file(self, cancellation: Sale) -> None:
        cover = self._cover(cancellation)
        if cover is None:
            self._refuse(cancellation, NO_PURCHASE)
            return
        amount = min(cancellation.amount, cover.amount)
        try:
            claim = file_claim(
                consumer=self._people[cancellation.consumer_address],
                order=cover.order,
                line=cover.line_id,
                reason=Reason.CHANGED_MIND,
                remedy=Remedy.REFUND,
                quantity=cancellation.quantity,
                amount=amount,
                statement=f"Cancelled on invoice {cancellation.invoice}.",
                at=cancellation.sold_at,
                key=_key(cancellation),
                replayed=True,
            )
        except Refusal as refusal:
            self._refuse(cancellation, refusal.sentence())
            return
        self._claims[_key(cancellation)] = claim
        self.filed += 1
        cover.quantity -= cancellation.quantity
        cover.amount -= amount

    def _cover(self, cancellation: Sale) -> Cover | None:
        """The latest strictly earlier purchase with enough left; covers stand in order of time, then of the file."""
        covers = self._covers.get((cancellation.consumer_address, cancellation.stock_code), [])
        earlier = covers[: bisect_left(covers, cancellation.sold_at, key=lambda cover: cover.bought_at)]
        return next(
            (
                cover
                for cover in reversed(earlier)
                if cover.quantity >= cancellation.quantity and cover.unit_price >= cancellation.unit_price
            ),
            None,
        )

    def _refuse(self, cancellation: Sale, reason: str) -> None:
        self.refused.append((cancellation.line_number, cancellation.identity, reason))


def _key(cancellation: Sale) -> str:
    return f"{MARKET}:{cancellation.identity}"


def _covers(bought: Iterable[Purchase], people: Iterable[User]) -> dict[tuple[str, str], list[Cover]]:
    """What these people bought in this market, by address and stock code, in order of time, then of the file.

    Lines from other files come before those of this one at the same time.
    """
    places = {(order.number, item.position): item.line_number for order in bought for item in order.items}
    rows = Line.objects.filter(order__market=MARKET, order__consumer__in=list(people)).values_list(
        "order__consumer__email",
        "code",
        "pk",
        "order__number",
        "position",
        "bought_at",
        "unit_price",
        "quantity",
        "quantity_taken",
        "paid",
        "taken",
    )
    found: defaultdict[tuple[str, str], list[tuple[datetime, int, int, Cover]]] = defaultdict(list)
    for email, code, pk, order, position, bought_at, unit_price, quantity, quantity_taken, paid, taken in rows:
        cover = Cover(pk, order, bought_at, Decimal(unit_price), quantity - quantity_taken, paid - taken)
        found[email, code].append((bought_at, places.get((order, position), 0), pk, cover))
    return {key: [cover for *_place, cover in sorted(covers, key=_place)] for key, covers in found.items()}


def _place(entry: tuple[datetime, int, int, Cover]) -> tuple[datetime, int, int]:
    return entry[:3]
