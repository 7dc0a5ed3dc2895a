"""Clients of the database: processes with a connection of their own, which start at the same moment."""

import multiprocessing
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier

import psutil
from django.db import connection, connections

from portal.bench.frame import Bench, CpuMeter, FiguresMeanNothing, Sample

# What one client does: it prepares, waits at the start, and gives the wait of each unit in seconds.
Work = Callable[[int, Callable[[], object]], list[float]]


@dataclass(frozen=True, kw_only=True)
class Done:
    """What clients did: the wait of each unit in seconds, shortest first, and how long it all took."""

    waits: list[float]
    seconds: float
    cpu_us: float

    def sample(self, *, units_each: int = 1, sql: int | None = None) -> Sample:
        """The figures, where one wait stands for that many units."""
        number = len(self.waits)
        return Sample(
            per_second=number * units_each / self.seconds,
            p50_ms=self.waits[number // 2] * 1000,
            p99_ms=self.waits[int(number * 0.99) - 1] * 1000,
            cpu_us=self.cpu_us / units_each,
            sql=sql,
        )


def together(bench: Bench, clients: int, work: Work, until: Callable[[], object] = lambda: None) -> Done:
    """Let the clients work, and wait for the last of them and for `until`.

    Raises FiguresMeanNothing when one failed.
    """
    context = multiprocessing.get_context("fork")
    start = context.Barrier(clients + 1)
    results: Queue[list[float] | None] = context.Queue()
    with CpuMeter(psutil.Process(os.getpid()), bench.database) as meter:
        connections.close_all()  # a connection is not shared with a child
        processes = [context.Process(target=_run, args=(work, number, start, results)) for number in range(clients)]
        for process in processes:
            process.start()
        start.wait()
        began = time.perf_counter()
        found = [results.get() for _ in processes]
        until()
        seconds = time.perf_counter() - began
        for process in processes:
            process.join()
    if None in found:
        raise FiguresMeanNothing("A client of the bench failed; what it says is above.")
    waits = sorted(wait for waits in found if waits for wait in waits)
    return Done(waits=waits, seconds=seconds, cpu_us=meter.microseconds_each(len(waits)))


def timed(calls: "list[Callable[[], object]]") -> list[float]:
    """Make the calls one after the other; how long each took."""
    waits = []
    for call in calls:
        began = time.perf_counter()
        call()
        waits.append(time.perf_counter() - began)
    return waits


def _run(work: Work, number: int, start: Barrier, results: "Queue[list[float] | None]") -> None:
    found = None
    try:
        connection.ensure_connection()
        found = work(number, start.wait)
    finally:
        results.put(found)
        connection.close()
