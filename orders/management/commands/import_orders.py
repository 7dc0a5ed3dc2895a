"""`manage.py import_orders FILE --format …`: take in a file of orders; twice is the same as once."""

import csv
import json
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import ProgrammingError
from tqdm import tqdm

from common.money import major_units
from orders.actions import place
from orders.importers import READERS, Reading
from orders.importers.files import Rejected, UnreadableFile
from orders.purchases import Purchase

ORDERS_AT_ONCE = 500


class Command(BaseCommand):
    help = "Import orders from a file, plain or compressed with gzip. Importing it again adds only what is new."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--format", required=True, choices=READERS)
        parser.add_argument("--rejects", type=Path, metavar="PATH", help="where rows that cannot be used are written")
        parser.add_argument("--json", action="store_true", help="the result as one JSON object on the last line")

    def handle(self, *args: Any, **options: Any) -> None:
        started = time.monotonic()
        path: Path = options["file"]
        rejects: Path = options["rejects"] or settings.VAR_DIR / "rejects" / f"{path.name}.csv"
        try:
            reading = _read(path, options["format"])
            with _open_rejects(rejects, path) as write_rejects:
                imported = _place_all(reading.purchases)
                write_rejects([*reading.rejected, *imported.rejected])
        except UnreadableFile as error:
            raise CommandError(str(error)) from error
        except ProgrammingError as error:
            raise CommandError("The database has no tables yet: run `manage.py migrate` first.") from error
        except KeyboardInterrupt:
            raise CommandError("Stopped. The orders imported so far stay; the same command goes on.") from None
        result = _result(reading, imported) | {
            "rejects": str(rejects),
            "seconds": round(time.monotonic() - started, 3),
        }
        self.stdout.write(json.dumps(result) if options["json"] else _sentence(result))


@dataclass
class Imported:
    """What became of the orders of a file: how many are new or had news, and those that were not taken in."""

    orders: int = 0
    lines: int = 0
    updated: int = 0
    rejected: list[Rejected] = field(default_factory=list)
    rejected_numbers: set[str] = field(default_factory=set)


def _read(path: Path, name: str) -> Reading:
    """The whole file, before anything is written: a damaged one changes nothing."""
    with tqdm(desc="Reading", unit="B", unit_scale=True, disable=None) as bar:

        def watch(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        return READERS[name](path, watch)


def _place_all(purchases: list[Purchase]) -> Imported:
    """In batches of whole orders, each of them one transaction."""
    imported = Imported()
    with tqdm(desc="Importing", unit=" orders", total=len(purchases), disable=None) as bar:
        for start in range(0, len(purchases), ORDERS_AT_ONCE):
            batch = purchases[start : start + ORDERS_AT_ONCE]
            placed = place(purchases=batch)
            imported.orders += placed.orders
            imported.lines += placed.lines
            imported.updated += placed.updated
            for conflict in placed.conflicts:
                imported.rejected_numbers.add(conflict.purchase.number)
                line_numbers = sorted({item.line_number for item in conflict.purchase.items})
                imported.rejected += (Rejected(number, conflict.reason) for number in line_numbers)
            bar.update(len(batch))
    return imported


@contextmanager
def _open_rejects(rejects: Path, path: Path) -> Iterator[Callable[[list[Rejected]], None]]:
    """The rejects file, opened before anything is imported. Raises CommandError when it cannot be written."""
    if rejects.resolve() == path.resolve():
        raise CommandError("The rejects would overwrite the file they come from: name another --rejects.")
    try:
        rejects.parent.mkdir(parents=True, exist_ok=True)
        with rejects.open("w", encoding="utf-8", newline="") as file:
            yield lambda rows: _write_rejects(csv.writer(file), rows)
    except OSError as error:
        raise CommandError(f"{rejects} cannot be written: {error.strerror or error}.") from error


def _write_rejects(writer: Any, rows: list[Rejected]) -> None:
    writer.writerow(["line", "reason", "row"])
    for row in sorted(rows, key=lambda row: row.line_number):
        writer.writerow([row.line_number, row.reason, _as_text(row.fields)])


def _as_text(fields: tuple[str, ...]) -> str:
    text = StringIO()
    csv.writer(text, lineterminator="").writerow(fields)
    return text.getvalue()


def _result(reading: Reading, imported: Imported) -> dict[str, Any]:
    """What the file stands for, whether it was imported now or before; sums in minor units."""
    kept = [purchase for purchase in reading.purchases if purchase.number not in imported.rejected_numbers]
    sums: Counter[str] = Counter()
    for purchase in kept:
        sums[purchase.currency] += sum(item.paid for item in purchase.items)
    only = next(iter(sums), None) if len(sums) < 2 else None  # noqa: PLR2004 (of several currencies there is no sum)
    return {
        "orders": len(kept),
        "lines": sum(len(purchase.items) for purchase in kept),
        "rejected": len(reading.rejected) + len(imported.rejected),
        "sum": None if len(sums) > 1 else sums.total(),
        "currency": only,
        "sums": dict(sums),
        "claims": reading.claims,
        "new_orders": imported.orders,
        "new_lines": imported.lines,
        "updated": imported.updated,
    }


def _sentence(result: dict[str, Any]) -> str:
    sums = " and ".join(
        f"{major_units(amount, currency):,} {currency}" for currency, amount in sorted(result["sums"].items())
    )
    return (
        f"{result['lines']:,} lines in {result['orders']:,} orders ({sums or 'no sum'}), of which"
        f" {result['new_lines']:,} lines and {result['new_orders']:,} orders are new;"
        f" of {result['updated']:,} known orders something new was learned;"
        f" {result['rejected']:,} rows rejected: {result['rejects']}"
    )
