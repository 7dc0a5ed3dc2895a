"""Which line of a provider's report is which payout, and where the two differ. Pure: no query, no clock.

Each line and each payout falls into exactly one class, whatever order they come in and however they are split.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Class(StrEnum):
    """What a line turns out to be. The last four are breaks; so is a payout that is missing there."""

    MATCHED = "matched"  # the payout has settled over this very sum
    ON_ITS_WAY = "on_its_way"  # the same, but we have not heard yet that it settled
    MISSING_HERE = "missing_here"  # we know of no such payout, or called it off
    AMOUNT_DIFFERS = "amount_differs"
    CURRENCY_DIFFERS = "currency_differs"
    DUPLICATE = "duplicate"  # the payout is accounted for by something else


@dataclass(frozen=True, slots=True)
class Line:
    """`amount` minor units that the provider paid under `reference`, our key."""

    reference: str
    amount: int
    currency: str


@dataclass(frozen=True, slots=True)
class Known:
    """A payout as we know it. `accounted_for`: a line stands for it, or somebody resolved that it has none."""

    amount: int
    currency: str
    settled: bool
    released: bool
    accounted_for: bool


@dataclass(frozen=True, slots=True)
class Match:
    """The class of a line, and whether it is the one that now accounts for the payout."""

    line: Line
    found: Class
    stands: bool


def match_lines(lines: Iterable[Line], payouts: Mapping[str, Known]) -> Iterator[Match]:
    """Judge the lines one after the other; of several for one payout the first one stands."""
    taken = {reference for reference, payout in payouts.items() if payout.accounted_for}
    for line in lines:
        payout = payouts.get(line.reference)
        found = _class_of(line, payout, taken=line.reference in taken)
        stands = payout is not None and not payout.released and found != Class.DUPLICATE
        if stands:
            taken.add(line.reference)
        yield Match(line, found, stands)


def _class_of(line: Line, payout: Known | None, *, taken: bool) -> Class:
    if payout is None or payout.released:
        return Class.MISSING_HERE
    if taken:
        return Class.DUPLICATE
    if line.currency != payout.currency:
        return Class.CURRENCY_DIFFERS
    if line.amount != payout.amount:
        return Class.AMOUNT_DIFFERS
    return Class.MATCHED if payout.settled else Class.ON_ITS_WAY


def may_be_missed_until(covers_until: datetime, *, latest: datetime, grace: timedelta) -> datetime:
    """Until which moment of a report's period a payout without a line is missing there.

    `latest` is how far the provider's reports reach by now: what settled less than `grace` before may yet be reported.
    """
    return min(covers_until, latest - grace)
