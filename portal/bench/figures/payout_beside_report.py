"""Payouts through one fund while a report keeps its snapshot open for a minute, beside the same without the report.

An open snapshot keeps every version of every row alive, so whatever is updated or deleted again and again gets slower
and slower. The ratio is the rate at the end of that minute to the rate before it, each beside the yardstick of its
moment.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

import psycopg

from portal.bench.figures.fund_payouts import pay, poster
from portal.bench.frame import Bench, ByItself, Sample
from portal.bench.fund import fill_fund, payees
from portal.bench.report import Figure, middle

CLIENTS = 4
PAYOUTS = 1_000  # of each client, in each run
RUNS = 3
REPORT_SECONDS = 60
YARDSTICK_SECONDS = 3


def _measure(bench: Bench) -> list[Figure]:
    fill_fund()
    payees()
    runs = (f"bench:beside:{number}" for number in count())

    def go() -> Sample:
        return pay(bench, CLIENTS, PAYOUTS, name=next(runs))

    def go_beside_yardstick() -> tuple[Sample, float]:
        yardstick_per_second = bench.yardstick_per_second(CLIENTS, seconds=YARDSTICK_SECONDS)
        return go(), yardstick_per_second

    with poster(bench):
        go()
        without = [go_beside_yardstick() for _ in range(RUNS)]
        with _report(bench):
            until = time.monotonic() + REPORT_SECONDS
            while time.monotonic() < until:
                go()
            beside = [go_beside_yardstick() for _ in range(RUNS)]
    bench.say(
        f"microseconds of processor time for each: {_cpu_us(without):.0f} before, {_cpu_us(beside):.0f} at the end"
    )
    return [
        Figure(
            name="payout_beside_report",
            clients=CLIENTS,
            per_second=middle(sample.per_second for sample, _ in beside),
            yardstick_per_second=middle(yardstick for _, yardstick in beside),
            ratio=_relative(beside) / _relative(without),
            p50_ms=middle(sample.p50_ms or 0 for sample, _ in beside),
            p99_ms=middle(sample.p99_ms or 0 for sample, _ in beside),
            cpu_us=_cpu_us(beside),
        )
    ]


def _relative(samples: list[tuple[Sample, float]]) -> float:
    return middle(sample.per_second / yardstick for sample, yardstick in samples)


def _cpu_us(samples: list[tuple[Sample, float]]) -> float:
    return middle(sample.cpu_us or 0 for sample, _ in samples)


@contextmanager
def _report(bench: Bench) -> Iterator[None]:
    """A long report: a transaction that still sees the books as they were when it began."""
    with psycopg.connect(bench.database_url) as reader:
        reader.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        reader.execute("SELECT count(*) FROM ledger_account")
        yield


FIGURE = ByItself(names=("payout_beside_report",), measure=_measure)
