"""Payouts through one fund: accepted by `request_draw` in a commit each, and paid by the poster with exact checks.

The rate counts until the last one is paid; the waiting time is that of whoever has a payout accepted.
"""

import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count

from django.utils import timezone

from accounts.models import User
from ledger.chart import balance_of, compensation_expense
from ledger.models import Transfer, TransferKind
from payouts.actions import DrawRequest, request_draw
from payouts.models import Draw, Payout, Status
from portal.bench.clients import timed, together
from portal.bench.frame import Bench, FiguresMeanNothing, InRounds, Sample
from portal.bench.fund import CURRENCY, FUND, fill_fund, payees
from portal.bench.server import environment

PAYOUTS = 2_000  # of each client
LOOK_AGAIN_SECONDS = 0.005


def _prepare(bench: Bench) -> Callable[[int], Sample]:
    fill_fund()
    payees()
    run = count()

    def take(clients: int) -> Sample:
        with poster(bench):
            return pay(bench, clients, PAYOUTS, name=f"bench:payout:{next(run)}")

    return take


@contextmanager
def poster(bench: Bench) -> Iterator[None]:
    """`manage.py sweep`, until the block ends."""
    process = subprocess.Popen(
        [sys.executable, "manage.py", "sweep"], env=environment(bench.database_url), stderr=subprocess.DEVNULL
    )
    try:
        yield
    finally:
        process.terminate()
        process.wait()


def pay(bench: Bench, clients: int, number: int, *, name: str) -> Sample:
    """Have each client ask for that many payouts, and wait until all of them are paid."""
    newest = Payout.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    held = balance_of(FUND).posted
    _ask(f"{name}:first", payees()[0])
    _wait_until_all_are_paid()  # the poster has started, which is no part of what a payout costs

    def work(client: int, start: Callable[[], object]) -> list[float]:
        people = random.sample(payees(), number + 1)
        _ask(f"{name}:{client}:first", people.pop())
        _wait_until_all_are_paid()
        start()
        return timed([lambda key=f"{name}:{client}:{step}", person=person: _ask(key, person)  # type: ignore[misc]  # bound now
                      for step, person in enumerate(people)])  # fmt: skip

    done = together(bench, clients, work, until=_wait_until_all_are_paid)
    _refuse_unless_each_is_paid_once(newest, number=clients * (number + 1) + 1, drawn=held - balance_of(FUND).posted)
    return done.sample(sql=1)


def _ask(key: str, payee: User) -> None:
    request_draw(
        DrawRequest(
            key=key,
            payee=payee,
            amount=1,
            currency=CURRENCY,
            gateway="wallet",
            at=timezone.now(),
            budget=FUND.owner,
            cost=compensation_expense(CURRENCY),
            kind=TransferKind.EXPENSE,
        )
    )


def _wait_until_all_are_paid() -> None:
    while Draw.objects.exists():
        time.sleep(LOOK_AGAIN_SECONDS)


def _refuse_unless_each_is_paid_once(newest: int, *, number: int, drawn: int) -> None:
    paid = Payout.objects.filter(pk__gt=newest, status=Status.SETTLED)
    transfers = Transfer.objects.filter(key__in=paid.values("key")).count()
    if (paid.count(), transfers, drawn) != (number, number, number):
        raise FiguresMeanNothing(f"{paid.count()} of {number} payouts arrived, {transfers} booked, {drawn} drawn.")


FIGURE = InRounds(name="fund_payouts", clients=(4,), prepare=_prepare)
