"""The transfers of a period one by one, each with the day it was booked on: for the formats that people read."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import chain

from ledger.canonical import Span, transfer_lines
from ledger.chart import AccountName
from ledger.models import AccountKind
from ledger.periods import Period

EMPTY_BOOKS_BEGIN = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Booked:
    """A transfer; moments as ISO 8601 in UTC, `reverses` the key of the transfer it takes back."""

    day: date
    key: str
    kind: str
    debit: AccountName
    credit: AccountName
    amount: int
    happened_at: str
    recorded_at: str
    reverses: str | None


def journal(period: Period) -> tuple[date, Iterator[Booked]]:
    """The day on which the books of a period begin, and all that was booked in it."""
    rows = booked(period)
    first = next(rows, None)
    begin = period.first or (first.day if first else EMPTY_BOOKS_BEGIN)
    return begin, chain([first] if first else [], rows)


def booked(period: Period) -> Iterator[Booked]:
    """A sealed transfer is booked on the day of its seal, another on the day it was recorded; days never go back."""
    span = period.span()
    day, after = date.min, span.after
    for seal in chain(period.seals(), [None]):
        through = seal.through if seal else span.through
        for lines, _count in transfer_lines(Span(after, through)):
            for written in lines.splitlines():
                fields = json.loads(written)
                day = seal.day if seal else max(day, date.fromisoformat(fields["recorded_at"][:10]))
                yield _row(day, fields)
        after = through


def _row(day: date, fields: dict[str, str]) -> Booked:
    return Booked(
        day=day,
        key=fields["transfer"],
        kind=fields["kind"],
        debit=_name(*fields["debit"]),
        credit=_name(*fields["credit"]),
        amount=int(fields["amount"]),
        happened_at=fields["happened_at"],
        recorded_at=fields["recorded_at"],
        reverses=fields["reverses"],
    )


def _name(kind: str, owner: str, currency: str) -> AccountName:
    return AccountName(AccountKind(kind), owner, currency)
