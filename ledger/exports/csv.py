"""The transfers as a table for spreadsheets. Amounts stand in major units; the first line names the columns."""

import io
from collections.abc import Iterator
from csv import writer
from itertools import chain, islice

from common.money import major_units
from ledger.chart import AccountName
from ledger.exports.rows import Booked, booked
from ledger.periods import Period

ROWS_A_PIECE = 2_000
COLUMNS = (
    *("booked_on", "key", "kind", "debit", "debit_owner", "credit", "credit_owner", "amount", "currency"),
    *("happened_at", "recorded_at", "reverses"),
)


def csv(period: Period) -> Iterator[bytes]:
    return in_pieces(chain([COLUMNS], map(_cells, booked(period))))


def in_pieces(rows: Iterator[tuple[object, ...]]) -> Iterator[bytes]:
    """The rows as CSV (RFC 4180), some thousand at a time; with a mark by which spreadsheets know it is UTF-8."""
    mark = "\N{ZERO WIDTH NO-BREAK SPACE}"
    while piece := list(islice(rows, ROWS_A_PIECE)):
        text = io.StringIO()
        writer(text).writerows(piece)
        yield (mark + text.getvalue()).encode()
        mark = ""


def _cells(row: Booked) -> tuple[object, ...]:
    return (
        *(row.day, row.key, row.kind, *_side(row.debit), *_side(row.credit)),
        *(f"{major_units(row.amount, row.debit.currency):f}", row.debit.currency),
        *(row.happened_at, row.recorded_at, row.reverses or ""),
    )


def _side(name: AccountName) -> tuple[str, str]:
    return str(name.kind), name.owner
