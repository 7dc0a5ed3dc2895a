"""What the schemes say of lines that an event affects: each judged under the version pinned to its order.

Nobody is there to choose: where the terms give a choice it is the money, and what else was possible is told.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from compensation.models import Affected
from compensation.options import Option
from compensation.schemes.frame import Circumstances
from compensation.schemes.registry import SCHEMES, schemes_for
from orders.models import Line
from policies.in_force import judge, promised
from policies.words import Remedy, Settles
from refunds.facts import MoneyAround

# The guarantees do not look at the money around.
NO_MONEY_AROUND = MoneyAround(paid_by_lightning=0, settlement_room=None)

# What an event gives by itself, the first choice first.
BY_EVENT = (Remedy.COMPENSATION, Remedy.UPGRADE, Remedy.ALTERNATIVE)


@dataclass
class Judged:
    """A line with what its scheme said. `chosen` is None when no scheme has terms for it."""

    row: Affected
    around: Circumstances
    chosen: Option | None
    alternative: Option | None = None
    owes: bool = False

    @property
    def scheme(self) -> str:
        return self.chosen.verdict.rule if self.chosen else ""


def judge_all(rows: Sequence[Affected], *, at: datetime) -> list[Judged]:
    """Judge the lines, which come with all that the rules look at: one query for each order, and the schemes' own."""
    records = _records(rows, at=at)
    return [_judge(row, _around(row.line, records), at=at) for row in rows]


def _records(rows: Sequence[Affected], *, at: datetime) -> Mapping[str, Any]:
    """What the schemes have on record about all the lines that they are asked about."""
    asked: defaultdict[str, list[Line]] = defaultdict(list)
    for row in rows:
        for scheme in schemes_for(row.cause, row.line.order.kind):
            if scheme.look:
                asked[scheme.code].append(row.line)
    looking = ((code, SCHEMES[code].look, lines) for code, lines in asked.items())
    return {code: look(lines, at) for code, look, lines in looking if look}


def _around(line: Line, records: Mapping[str, Any]) -> Circumstances:
    order = line.order
    promises = promised(order.merchant_id, at=order.placed_at, market=order.market)
    return Circumstances(
        versions=promises.versions, enrolments=promises.enrolments, money=NO_MONEY_AROUND, records=records
    )


def _judge(row: Affected, around: Circumstances, *, at: datetime) -> Judged:
    options = [
        Option(judge(around.versions[scheme.code], facts, at), around.versions[scheme.code], facts)
        for scheme in schemes_for(row.cause, row.line.order.kind)
        if scheme.code in around.versions
        for facts in scheme.ask(row.line, row.cause, around, None)
    ]
    if not options:
        return Judged(row, around, None)
    at_once = [it for it in options if _settles_at_once(it)]
    at_once.sort(key=lambda it: (BY_EVENT.index(it.verdict.remedy), -it.verdict.amount))
    if not at_once:
        return Judged(row, around, options[0])
    others = (option for option in options if option.verdict.granted and option is not at_once[0])
    return Judged(row, around, at_once[0], next(others, None), owes=True)


def _settles_at_once(option: Option) -> bool:
    verdict = option.verdict
    return verdict.granted and verdict.settles == Settles.AT_ONCE and verdict.remedy in BY_EVENT
