"""What is read of the books' tables, in buffers, at ten thousand transfers and at a million, beside the former.

Buffers do not depend on how busy the machine is. They are counted over all tables, so what triggers read is in it.
"""

from collections.abc import Callable, Iterator
from itertools import count

from django.db import connection
from django.utils import timezone

from common.pages import read_page
from ledger.actions import accounts, post
from ledger.chart import balance_of, compensation_expense
from ledger.models import Transfer, TransferKind
from payouts.actions import DrawRequest, post_draws, request_draws, send_next
from portal.bench.figures.post_transfer import draw
from portal.bench.frame import Bench, ByItself
from portal.bench.fund import CURRENCY, FUND, MANY, fill_fund, payees, settlements
from portal.bench.report import Figure

SIZES = (10_000, 1_000_000)
CHUNK = 50_000
TIMES = 10  # as often as each is done; the least counts, as a vacuum beside it only adds
IN_A_BATCH = 10

_numbers = count()


def _read_balance() -> None:
    balance_of(FUND)


def _look_for_due_payouts() -> None:
    send_next(now=timezone.now())


def _draw() -> None:
    post(draw(f"bench:scan:{next(_numbers)}"))


def _turn_a_page_of_the_journal() -> None:
    transfers = Transfer.objects.select_related("debit", "credit")
    early = read_page(transfers.filter(pk__lt=1_000), by=("-id",), after=None, size=50)
    read_page(transfers, by=("-id",), after=early.next, size=50)


def _post_a_batch() -> None:
    post_draws(now=timezone.now())


def _ask_for_a_batch() -> None:
    request_draws(
        [
            DrawRequest(
                key=f"bench:scan:{next(_numbers)}",
                payee=payee,
                amount=1,
                currency=CURRENCY,
                gateway="wallet",
                at=timezone.now(),
                budget=FUND.owner,
                cost=compensation_expense(CURRENCY),
                kind=TransferKind.EXPENSE,
            )
            for payee in payees()[:IN_A_BATCH]
        ]
    )


def _nothing() -> None:
    pass


# What is measured, and what has to be done before it each time.
SCANS: dict[str, tuple[Callable[[], None], Callable[[], None]]] = {
    "scan_balance": (_read_balance, _nothing),
    "scan_due": (_look_for_due_payouts, _nothing),
    "scan_draw": (_draw, _nothing),
    "scan_journal": (_turn_a_page_of_the_journal, _nothing),
    "scan_post_draws": (_post_a_batch, _ask_for_a_batch),
}


def _measure(bench: Bench) -> list[Figure]:
    fill_fund()
    settlements()
    payees()
    found: dict[str, list[float]] = {name: [] for name in SCANS}
    for size in SIZES:
        bench.say(f"filling the books up to {size:,} transfers")
        _fill_up_to(size)
        for name, (work, before) in SCANS.items():
            found[name].append(_buffers(work, before))
        bench.say(f"buffers: {', '.join(f'{name} {buffers[-1]}' for name, buffers in found.items())}")
    return [
        Figure(name=name, size=size, ratio=read / buffers[0])
        for name, buffers in found.items()
        for size, read in zip(SIZES, buffers, strict=True)
    ]


def _fill_up_to(size: int) -> None:
    """Transfers out of the fund, written by the database itself in large statements."""
    merchants, (fund,) = sorted(accounts(settlements()).values()), accounts([FUND]).values()
    missing = size - Transfer.objects.count()
    with connection.cursor() as cursor:
        for start in range(0, missing, CHUNK):
            cursor.execute(
                "INSERT INTO ledger_transfer (key, debit_id, credit_id, amount, kind, happened_at)"
                " SELECT format('bench:fill:%%s:%%s', %s::bigint, number), (%s::bigint[])[1 + number %% %s], %s, 1,"
                " 'advance', now() FROM generate_series(%s::bigint, %s::bigint) AS number",
                [size, merchants, MANY, fund, start, min(start + CHUNK, missing) - 1],
            )
        cursor.execute("VACUUM ANALYZE ledger_transfer, ledger_drawn, ledger_keptbalance, payouts_draw")


def _buffers(work: Callable[[], None], before: Callable[[], None]) -> float:
    return min(_buffers_each_time(work, before))


def _buffers_each_time(work: Callable[[], None], before: Callable[[], None]) -> Iterator[int]:
    for _ in range(TIMES):
        before()
        earlier = _buffers_so_far()
        work()
        yield _buffers_so_far() - earlier


def _buffers_so_far() -> int:
    """What all tables of the database have read, from memory or from the disk."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT sum(heap_blks_hit + heap_blks_read + coalesce(idx_blks_hit + idx_blks_read, 0))::bigint"
            " FROM pg_statio_user_tables"
        )
        (buffers,) = cursor.fetchone()
    return int(buffers)


FIGURE = ByItself(names=tuple(SCANS), measure=_measure)
