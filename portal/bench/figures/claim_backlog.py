"""A backlog of whole claims, drained by two workers as the sweep drains it: each claim's verdict is judged again with
its full trace, then status, history, payout, transfers, refund and notices are written. A bar shows how far it is.
"""

import multiprocessing
import sys
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import islice
from multiprocessing.sharedctypes import Synchronized
from multiprocessing.synchronize import Barrier

import psutil
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tqdm import tqdm

from accounts.models import Merchant
from disputes.models import Claim
from disputes.overdue import BATCH, time_out_due
from portal.bench.backlog import pile_up, staff
from portal.bench.frame import Bench, CpuMeter, FiguresMeanNothing, InRounds, Sample
from portal.bench.marketplace import stock

CLAIMS = 6_000
WARM_UP = 2 * BATCH
WORKERS = 2
CLIENTS = 4  # of the yardstick beside it
NAME = "backlog"


def _prepare(bench: Bench) -> Callable[[int], Sample]:
    now = timezone.now()
    purchases = iter(stock(bench.rounds * CLAIMS + WARM_UP, now=now, name=NAME))
    staff(Merchant.objects.filter(code__startswith=f"{NAME}-"))
    due_at = now + timedelta(minutes=1)
    pile_up(list(islice(purchases, WARM_UP)), due_at=due_at, now=now)
    time_out_due(now=due_at)
    with CaptureQueriesContext(connection) as sent:
        time_out_due(now=due_at)

    def take(_clients: int) -> Sample:
        pile_up(list(islice(purchases, CLAIMS)), due_at=due_at, now=now)
        with CpuMeter(psutil.Process(), bench.database) as meter:
            seconds = drain(CLAIMS, now=due_at)
        return Sample(per_second=CLAIMS / seconds, sql=len(sent), cpu_us=meter.microseconds_each(CLAIMS), size=BATCH)

    return take


def drain(claims: int, *, now: datetime) -> float:
    """Settle all that is due with WORKERS processes; the seconds it took. Raises FiguresMeanNothing."""
    connection.close()  # a connection is not for two processes
    context = multiprocessing.get_context("fork")
    start, done = context.Barrier(WORKERS + 1), context.Value("q", 0)
    workers = [context.Process(target=_work, args=(now, start, done)) for _ in range(WORKERS)]
    for worker in workers:
        worker.start()
    start.wait()
    began = time.perf_counter()
    with tqdm(desc="settling", total=claims, unit=" claims", disable=None, file=sys.stderr, leave=False) as bar:
        while any(worker.is_alive() for worker in workers):
            workers[0].join(0.02)
            bar.update(done.value - bar.n)
    seconds = time.perf_counter() - began
    if done.value != claims or Claim.objects.due(now).exists():
        raise FiguresMeanNothing(f"{done.value} of {claims} claims were settled.")
    return seconds


def _work(now: datetime, start: Barrier, done: "Synchronized[int]") -> None:
    connection.ensure_connection()
    start.wait()
    while moved := time_out_due(now=now):
        with done.get_lock():
            done.value += moved
    connection.close()


FIGURE = InRounds(name="claim_backlog", clients=(CLIENTS,), prepare=_prepare)
