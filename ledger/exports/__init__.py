"""The books as files: for `verify_export.py`, for a spreadsheet, and for the accountant's own programs.

An export reads one snapshot of the database and is made line by line, so its size costs no memory.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from common.transactions import one_snapshot
from ledger.exports.beancount import beancount
from ledger.exports.csv import csv
from ledger.exports.hledger import hledger
from ledger.exports.jsonl import jsonl
from ledger.periods import Period


class Format(NamedTuple):
    """How an export is written, what its file is called, and what a browser takes it for."""

    write: Callable[[Period], Iterator[bytes]]
    extension: str
    content_type: str


FORMATS = {
    "jsonl": Format(jsonl, "jsonl", "application/jsonl"),
    "csv": Format(csv, "csv", "text/csv; charset=utf-8"),
    "beancount": Format(beancount, "beancount", "text/plain; charset=utf-8"),
    "hledger": Format(hledger, "journal", "text/plain; charset=utf-8"),
}


def export(name: str, period: Period) -> Iterator[bytes]:
    """The books of the period in pieces of a few thousand lines."""
    with one_snapshot():
        yield from FORMATS[name].write(period)
