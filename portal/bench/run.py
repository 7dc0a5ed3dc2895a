"""The order of a bench: in every round the yardstick first, then the figures, one after the other, so that a machine
that is busy for a minute slows both. A figure is the middle of its rounds; the books are proved at the end.

Runs with the bench's own database as the default one.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import psutil
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portal.bench import load, yardstick
from portal.bench.lightning import NOOP, claim_body, lightning_requests
from portal.bench.marketplace import Purchase, stock
from portal.bench.report import Figure, middle
from portal.bench.server import cpu_seconds, serving

ROUNDS = 5
CLIENTS = (1, 4)
YARDSTICK_SECONDS = 4
NOOPS = 2_000
REFUNDS = {1: 300, 4: 1_200}
WARM_UPS = 100
CREATED = 201
MICROSECONDS = 1_000_000

NOOP_VIEW = "noop_view"
LIGHTNING_REFUND = "lightning_refund"
NAMES = (NOOP_VIEW, LIGHTNING_REFUND)

Say = Callable[[str], None]


class RequestsRefused(Exception):
    """Some request of the load was not answered with success, so the figures would mean nothing."""


@dataclass
class Samples:
    """What one figure gave, round by round."""

    per_second: list[float] = field(default_factory=list)
    yardstick: list[float] = field(default_factory=list)
    p50_ms: list[float] = field(default_factory=list)
    p99_ms: list[float] = field(default_factory=list)
    cpu_us: list[float] = field(default_factory=list)

    def add(self, found: load.Figures, *, yardstick_per_second: float, cpu_seconds_used: float) -> None:
        self.per_second.append(found.per_second)
        self.yardstick.append(yardstick_per_second)
        self.p50_ms.append(found.p50_ms)
        self.p99_ms.append(found.p99_ms)
        self.cpu_us.append(cpu_seconds_used / found.answered * MICROSECONDS)

    def figure(self, name: str, clients: int, sql: int | None) -> Figure:
        return Figure(
            name=name,
            clients=clients,
            per_second=middle(self.per_second),
            yardstick_per_second=middle(self.yardstick),
            ratio=middle(done / beside for done, beside in zip(self.per_second, self.yardstick, strict=True)),
            p50_ms=middle(self.p50_ms),
            p99_ms=middle(self.p99_ms),
            sql=sql,
            cpu_us=middle(self.cpu_us),
        )


def measure(*, server: str, database_url: str, pgbench: Path, names: Sequence[str], say: Say) -> list[Figure]:
    """The figures asked for. `server` is a connection string without a database, for the yardstick's own.

    Raises RequestsRefused.
    """
    purchases = iter(stock(ROUNDS * sum(REFUNDS.values()) + WARM_UPS + 2, now=timezone.now()))
    _statements_of(next(purchases))  # the first opens accounts and reads what this process keeps
    sql = {NOOP_VIEW: 0, LIGHTNING_REFUND: _statements_of(next(purchases))}
    samples: dict[tuple[str, int], Samples] = defaultdict(Samples)
    with serving(database_url) as (port, web):
        load.run(port, [lightning_requests(islice(purchases, WARM_UPS))])
        measured = [web, _database_process()]
        for number in range(1, ROUNDS + 1):
            for clients in CLIENTS:
                say(f"round {number} of {ROUNDS} with {clients} client(s)")
                beside = yardstick.tpcb(server, pgbench, clients=clients, seconds=YARDSTICK_SECONDS)
                for name in names:
                    shares = _shares(name, clients, purchases)
                    before = sum(map(cpu_seconds, measured))
                    found = load.run(port, shares)
                    used = sum(map(cpu_seconds, measured)) - before
                    if found.refused:
                        raise RequestsRefused(f"{found.refused} of {found.answered} requests of {name} were refused.")
                    samples[name, clients].add(found, yardstick_per_second=beside, cpu_seconds_used=used)
    call_command("verify_books")
    return [gathered.figure(name, clients, sql[name]) for (name, clients), gathered in sorted(samples.items())]


def _statements_of(purchase: Purchase) -> int:
    """How many SQL statements one lightning refund sends, BEGIN and COMMIT among them."""
    headers = {"Authorization": f"Token {purchase.token}", "Idempotency-Key": str(purchase.line)}
    client = Client(SERVER_NAME="localhost", headers=headers)
    with CaptureQueriesContext(connection) as sent:
        answer = client.post("/api/v1/claims", claim_body(purchase), content_type="application/json")
    if answer.status_code != CREATED or answer.json()["status"] != "settled":
        raise RequestsRefused(f"The lightning refund was not paid: {answer.content.decode()}")
    return len(sent)


def _shares(name: str, clients: int, purchases: Iterator[Purchase]) -> list[list[bytes]]:
    """What each client sends."""
    if name == NOOP_VIEW:
        return [[NOOP] * (NOOPS // clients) for _ in range(clients)]
    raw = lightning_requests(islice(purchases, REFUNDS[clients]))
    return [raw[number::clients] for number in range(clients)]


def _database_process() -> psutil.Process:
    """The server process above our own connection's backend; it has to run on this machine."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        backend: int = cursor.fetchone()[0]
    parent = psutil.Process(backend).parent()
    if parent is None:
        raise RuntimeError("The database server does not run on this machine, so its work cannot be measured.")
    return parent
