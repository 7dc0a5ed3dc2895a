"""`manage.py replay_claims FILE --format …`: file the events of a real file as claims; twice is the same as once."""

import csv
import json
import time
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, connection
from django.utils import timezone
from tqdm import tqdm

from common.money import major_units
from disputes.replays import READERS, Replay
from disputes.replays.terms import put_in_force
from orders.actions import place
from orders.importers.files import UnreadableFile

ORDERS_AT_ONCE = 500
LOCK = "disputes.replay_claims"


class Command(BaseCommand):
    help = "File the events of a real file as claims, after its orders. Doing it again adds only what is new."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--format", required=True, choices=READERS)
        parser.add_argument("--refusals", type=Path, metavar="PATH", help="where events that open no claim are written")
        parser.add_argument("--json", action="store_true", help="the result as one JSON object on the last line")

    def handle(self, *args: Any, **options: Any) -> None:
        started = time.monotonic()
        path: Path = options["file"]
        refusals: Path = options["refusals"] or settings.VAR_DIR / "refusals" / f"{path.name}.csv"
        try:
            replay = _read(path, options["format"])
            with _open_refusals(refusals, path) as write_refusals, _alone():
                _import(replay, at=timezone.now())
                filing_seconds = _file(replay)
                write_refusals(replay.refused)
        except UnreadableFile as error:
            raise CommandError(str(error)) from error
        except OperationalError as error:
            raise CommandError("The database is gone. What was filed stays; the same command goes on.") from error
        except KeyboardInterrupt:
            raise CommandError("Stopped. The claims filed so far stay; the same command goes on.") from None
        result = replay.result() | {
            "refusals": str(refusals),
            "new_claims": replay.filed,
            "per_second": round(replay.filed / filing_seconds, 1),
            "seconds": round(time.monotonic() - started, 3),
        }
        self.stdout.write(json.dumps(result) if options["json"] else _sentence(result))


def _read(path: Path, name: str) -> Replay:
    """The whole file, before anything is written: a damaged one changes nothing."""
    with tqdm(desc="Reading", unit="B", unit_scale=True, disable=None) as bar:

        def watch(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        return READERS[name](path, watch)


def _import(replay: Replay, *, at: datetime) -> None:
    """Take in the orders, and put the terms in force that judge them."""
    purchases = replay.purchases
    if purchases:
        put_in_force(market=replay.market, first_order_at=min(order.placed_at for order in purchases), at=at)
    with tqdm(desc="Importing", unit=" orders", total=len(purchases), disable=None) as bar:
        for start in range(0, len(purchases), ORDERS_AT_ONCE):
            batch = purchases[start : start + ORDERS_AT_ONCE]
            place(purchases=batch)
            bar.update(len(batch))


def _file(replay: Replay) -> float:
    """File the events; how many seconds it took."""
    replay.prepare()
    started = time.monotonic()
    with tqdm(desc="Filing", unit=" claims", total=replay.events(), disable=None) as bar:
        replay.run(bar.update)
    return max(time.monotonic() - started, 0.001)


@contextmanager
def _alone() -> Iterator[None]:
    """One replay at a time: two of the same file would file each event under the same key at once."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtext(%s))", [LOCK])
        if not cursor.fetchone()[0]:
            raise CommandError("Another replay is running on this database. Wait until it has ended.")
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(hashtext(%s))", [LOCK])


@contextmanager
def _open_refusals(refusals: Path, path: Path) -> Iterator[Callable[[list[tuple[int, str, str]]], None]]:
    """The refusals file, opened before anything is written. Raises CommandError when it cannot be."""
    if refusals.resolve() == path.resolve():
        raise CommandError("The refusals would overwrite the file they come from: name another --refusals.")
    try:
        refusals.parent.mkdir(parents=True, exist_ok=True)
        with refusals.open("w", encoding="utf-8", newline="") as file:
            yield lambda rows: _write(csv.writer(file), rows)
    except OSError as error:
        raise CommandError(f"{refusals} cannot be written: {error.strerror or error}.") from error


def _write(writer: Any, rows: list[tuple[int, str, str]]) -> None:
    writer.writerow(["line", "event", "reason"])
    writer.writerows(sorted(rows))


def _sentence(result: dict[str, Any]) -> str:
    counts = {name: value for name, value in result.items() if name not in NOT_COUNTS}
    sums = (name for name in counts if name.endswith("_sum"))
    parts = [f"{value:,} {name.replace('_', ' ')}" for name, value in counts.items() if not name.endswith("_sum")]
    money = [f"{major_units(counts[name], result['currency']):,} {result['currency']}" for name in sums]
    return (
        f"{', '.join([*parts, *money])}; {result['per_second']:,} claims per second."
        f" Events without a claim: {result['refusals']}"
    )


NOT_COUNTS = frozenset({"currency", "refusals", "per_second", "seconds"})
