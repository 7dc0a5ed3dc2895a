"""How long a consumer waits for a lightning refund while the sweep drains a backlog of the same merchants' claims,
beside how long it takes when nothing else runs. Both want the same settlements.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from multiprocessing import get_context
from multiprocessing.synchronize import Event

from django.db import connection
from django.utils import timezone

from accounts.models import Merchant
from disputes.models import Claim
from disputes.overdue import BATCH, time_out_due
from portal.bench import load
from portal.bench.backlog import pile_up, staff
from portal.bench.figures.lightning_refund import lightning_requests
from portal.bench.frame import Bench, ByItself, FiguresMeanNothing, Sample
from portal.bench.marketplace import Purchase, stock
from portal.bench.report import Figure, middle

NAME = "lightning_beside_backlog"
ROUNDS = 3
REQUESTS = 300
CLAIMS = 10_000  # more than are settled while the requests run
WARM_UPS = 100


def _measure(bench: Bench) -> list[Figure]:
    now = timezone.now()
    purchases = iter(stock(ROUNDS * (CLAIMS + 2 * REQUESTS) + WARM_UPS, now=now, name="beside"))
    staff(Merchant.objects.filter(code__startswith="beside-"))
    load.sample(bench, [lightning_requests(islice(purchases, WARM_UPS))])
    due_at = now + timedelta(minutes=1)
    idle, beside = [], []
    for _round in range(ROUNDS):
        idle.append(load.sample(bench, [lightning_requests(islice(purchases, REQUESTS))]))
        beside.append(_beside_the_sweep(bench, purchases, due_at=due_at, now=now))
    return [
        Figure(
            name=NAME,
            clients=1,
            size=BATCH,
            per_second=middle(sample.per_second for sample in beside),
            ratio=middle(_p99(busy) / _p99(quiet) for busy, quiet in zip(beside, idle, strict=True)),
            p99_ms=middle(map(_p99, beside)),
        )
    ]


def _beside_the_sweep(bench: Bench, purchases: Iterator[Purchase], *, due_at: datetime, now: datetime) -> Sample:
    """The waits while one worker drains. Raises FiguresMeanNothing when the backlog ended before the requests did."""
    pile_up(list(islice(purchases, CLAIMS)), due_at=due_at, now=now)
    raw = lightning_requests(islice(purchases, REQUESTS))
    connection.close()  # a connection is not for two processes
    context = get_context("fork")
    stop = context.Event()
    sweep = context.Process(target=_sweep, args=(due_at, stop))
    sweep.start()
    sample = load.sample(bench, [raw])
    stop.set()
    sweep.join()
    if not Claim.objects.due(due_at).exists():
        raise FiguresMeanNothing("The backlog was drained before all requests were answered.")
    return sample


def _p99(sample: Sample) -> float:
    assert sample.p99_ms is not None  # noqa: S101 a load has waits
    return sample.p99_ms


def _sweep(now: datetime, stop: Event) -> None:
    while not stop.is_set() and time_out_due(now=now):
        pass
    connection.close()


FIGURE = ByItself(names=(NAME,), measure=_measure)
