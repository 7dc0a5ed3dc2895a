"""A back-test worked through now, by several processes, with a bar that shows how far it is."""

import multiprocessing
import sys
import time

from django.db import connection
from django.db.models import Sum
from django.utils import timezone
from tqdm import tqdm

from disputes.actions.backtest import begin, end
from disputes.backtests.parts import do_next_part
from disputes.models import Backtest, BacktestPart

LOOK_AGAIN_SECONDS = 0.05


class EndedEarly(Exception):
    """A process of it died; whoever sweeps goes on with what is left."""


def work_through(backtest_id: int, *, processes: int) -> float:
    """With so many processes, beside whoever else sweeps; how many seconds it took. Raises EndedEarly."""
    started = time.monotonic()
    begin(backtest_id=backtest_id, at=timezone.now())
    total = Backtest.objects.get(pk=backtest_id).claims
    connection.close()  # a connection is not for two processes
    context = multiprocessing.get_context("fork")
    workers = [context.Process(target=_work, args=(backtest_id,)) for _ in range(processes)]
    for worker in workers:
        worker.start()
    with tqdm(desc="Judging again", unit=" claims", total=total, disable=None, file=sys.stderr) as bar:
        while any(worker.is_alive() for worker in workers):
            time.sleep(LOOK_AGAIN_SECONDS)
            bar.update(_done(backtest_id) - bar.n)
    if any(worker.exitcode for worker in workers):
        raise EndedEarly
    while not end(backtest_id=backtest_id, at=timezone.now()) and not _is_done(backtest_id):
        time.sleep(LOOK_AGAIN_SECONDS)  # somebody else is at the last part
    return time.monotonic() - started


def _work(backtest_id: int) -> None:
    while do_next_part(backtest_id):
        pass
    connection.close()


def _done(backtest_id: int) -> int:
    parts = BacktestPart.objects.filter(backtest=backtest_id, tally__isnull=False)
    return parts.aggregate(claims=Sum("claims"))["claims"] or 0


def _is_done(backtest_id: int) -> bool:
    return Backtest.objects.filter(pk=backtest_id, status=Backtest.Status.DONE).exists()
