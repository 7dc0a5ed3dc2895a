"""What a figure stands in: the bench's own database, the yardstick beside it, and the two ways to take a figure.

A figure is a module of `portal/bench/figures/` with one `FIGURE`, and a line in `portal/bench/figures/__init__.py`.
"""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import psutil
from django.db import connection

from portal.bench import yardstick
from portal.bench.report import Figure
from portal.bench.server import cpu_seconds, serving

YARDSTICK_SECONDS = 4
MICROSECONDS = 1_000_000

Say = Callable[[str], None]


class FiguresMeanNothing(Exception):
    """The work was not done as it had to be, so how long it took says nothing."""


@dataclass(frozen=True, kw_only=True)
class Sample:
    """What one round gave. `sql` are the statements of one unit, BEGIN and COMMIT among them; `cpu_us` is what one
    unit cost all processes together."""

    per_second: float
    p50_ms: float | None = None
    p99_ms: float | None = None
    sql: int | None = None
    cpu_us: float | None = None
    size: int | None = None


@dataclass(kw_only=True)
class Bench:
    """The run that the figures are part of. `server` is a connection string without a database."""

    server: str
    database_url: str
    pgbench: Path
    rounds: int
    say: Say
    until_the_end: ExitStack = field(default_factory=ExitStack)

    def yardstick_per_second(self, clients: int, *, seconds: int = YARDSTICK_SECONDS) -> float:
        """TPC-B transactions per second with that many clients, now."""
        return yardstick.tpcb(self.server, self.pgbench, clients=clients, seconds=seconds)

    @cached_property
    def web(self) -> tuple[int, psutil.Process]:
        """The port of a web server on the bench's database and its process, until the end of the run."""
        return self.until_the_end.enter_context(serving(self.database_url))

    @cached_property
    def database(self) -> psutil.Process:
        """The server process above our own connection's backend; it has to run on this machine."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            backend: int = cursor.fetchone()[0]
        parent = psutil.Process(backend).parent()
        if parent is None:
            raise RuntimeError("The database server does not run on this machine, so its work cannot be measured.")
        return parent


class CpuMeter:
    """What some processes, and all that they start, use while the block runs."""

    def __init__(self, *processes: psutil.Process) -> None:
        self._processes = processes
        self.seconds = 0.0

    def __enter__(self) -> "CpuMeter":
        self.seconds = -sum(map(cpu_seconds, self._processes))
        return self

    def __exit__(self, *_: object) -> None:
        self.seconds += sum(map(cpu_seconds, self._processes))

    def microseconds_each(self, units: int) -> float:
        return self.seconds / units * MICROSECONDS


@dataclass(frozen=True, kw_only=True)
class InRounds:
    """A figure that is taken in every round, right after the yardstick with the same number of clients.

    `prepare` is called once before the first round; what it returns takes one sample with that many clients.
    """

    name: str
    clients: Sequence[int]
    prepare: Callable[[Bench], Callable[[int], Sample]]

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name,)


@dataclass(frozen=True, kw_only=True)
class ByItself:
    """Figures that bring their own comparison: taken once, after the rounds."""

    names: tuple[str, ...]
    measure: Callable[[Bench], list[Figure]]
