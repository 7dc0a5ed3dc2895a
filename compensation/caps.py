"""The caps on compensation: how much beyond the price one consumer gets by scheme, by order, in all and in a day. Pure.

They come after the schemes' own rules and their caps. What counts is what was allowed before and not given back.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from policies.shapes import Amounts, Misshapen

A_DAY = timedelta(hours=24)


@dataclass(frozen=True, kw_only=True)
class CompensationCaps:
    """The terms of `compensation_caps`; no rule reads them. A currency that a cap does not name is not capped by it.

    `scheme` is for what one consumer gets by one scheme within `days`, `consumer` by all of them, `order` for one order
    at any time, `day` for one consumer within 24 hours.
    """

    version: int
    days: int
    scheme: Mapping[str, Amounts] = field(default_factory=dict)
    order: Amounts | None = None
    consumer: Amounts | None = None
    day: Amounts | None = None

    def __post_init__(self) -> None:
        if not self.days:
            raise Misshapen("days", "empty")


@dataclass(frozen=True, kw_only=True)
class Counted:
    """Compensation of one consumer that was allowed before: `amount` minor units of `currency` that still count."""

    order_id: int
    scheme: str
    currency: str
    amount: int
    taken_at: datetime


@dataclass(frozen=True, kw_only=True)
class Allowed:
    """What the caps leave of a sum. `cap` is the one that left least, "" where none cut; `used` counted before."""

    amount: int
    cap: str = ""
    limit: int = 0
    used: int = 0


def allowed(
    asked: int,
    *,
    scheme: str,
    order_id: int,
    currency: str,
    counted: Sequence[Counted],
    caps: CompensationCaps,
    at: datetime,
) -> Allowed:
    """What of `asked` (minor units) the caps leave, given all that counts for the consumer."""
    same = [one for one in counted if one.currency == currency]
    recent = [one for one in same if one.taken_at > at - timedelta(days=caps.days)]
    found = (
        ("scheme", caps.scheme.get(scheme), [one for one in recent if one.scheme == scheme]),
        ("order", caps.order, [one for one in same if one.order_id == order_id]),
        ("consumer", caps.consumer, recent),
        ("day", caps.day, [one for one in same if one.taken_at > at - A_DAY]),
    )
    left = [
        Allowed(amount=min(asked, max(0, limit - used)), cap=cap, limit=limit, used=used)
        for cap, amounts, counting in found
        if amounts is not None and (limit := amounts.by_currency.get(currency)) is not None
        for used in [sum(one.amount for one in counting)]
    ]
    least = min(left, key=lambda one: one.amount, default=Allowed(amount=asked))
    return least if least.amount < asked else Allowed(amount=asked)
