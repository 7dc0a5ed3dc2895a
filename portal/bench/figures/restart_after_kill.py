"""How long a payout lies still when the process that was sending it is killed by kill -9: until another takes it up.

Two sweep processes are at work, as `manage.py up` runs a sweep and a worker. The one that waits for the provider's
answer is killed; what is measured ends when the other has taken the payout over and asks the provider about it.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
from django.conf import settings
from django.db import connection
from django.utils import timezone

from accounts.models import User
from ledger.actions import Posting
from ledger.chart import client_cash, compensation_expense, payable_to
from ledger.models import TransferKind
from payouts.actions import start
from payouts.models import Payout, Status
from portal.bench.frame import Bench, ByItself, FiguresMeanNothing
from portal.bench.fund import CURRENCY, FUND, fill_fund
from portal.bench.report import Figure, middle
from portal.bench.server import environment

NAME = "restart_after_kill"
KILLS = 9
SWEEPERS = 2
LOOK_EVERY_SECONDS = 0.002
LONGEST_WAIT_SECONDS = 90.0
# The provider keeps whoever pays waiting that long: long enough to be killed meanwhile.
SLOW_SECONDS = 3.0
SECRET = "the bench needs no secret"  # noqa: S105 it says so itself


def measure(bench: Bench) -> list[Figure]:
    """Raises FiguresMeanNothing when a payout is not taken over, or not paid in the end."""
    fill_fund()
    payee = User.objects.create_user("restart@example.invalid", None, name="Restart")
    with TemporaryDirectory() as folder, ExitStack() as at_work:
        provider = at_work.enter_context(_provider(Path(folder)))
        given = {**environment(bench.database_url), "SANDBOX_URL": provider, "SANDBOX_SECRET": SECRET}
        settings.SANDBOX_SECRET = SECRET
        sweepers = [at_work.enter_context(_sweeper(given, number)) for number in range(SWEEPERS)]
        seconds = []
        for number in range(KILLS):
            bench.say(f"kill {number + 1} of {KILLS}")
            _wait_until_all_are_at_work()
            payout = _one_that_is_slow(payee, provider, number)
            killed = _sender_of(payout)
            began = time.monotonic()
            sweepers[killed].kill()
            seconds.append(_until(payout, lambda found: found.status != Status.SENDING) - began)
            sweepers[killed] = at_work.enter_context(_sweeper(given, killed))
            _until(payout, lambda found: found.status == Status.SETTLED)  # so that the next heir waits for no provider
    return [Figure(name=NAME, clients=SWEEPERS, p50_ms=middle(seconds) * 1000, p99_ms=max(seconds) * 1000)]


FIGURE = ByItself(names=(NAME,), measure=measure)


@contextmanager
def _provider(folder: Path) -> Iterator[str]:
    command = [
        *(sys.executable, "-m", "payouts.gateways.sandbox.server", "--port", "0", "--settle-after", "0"),
        *("--data", str(folder / "sandbox.sqlite3")),
    ]
    given = {**os.environ, "SANDBOX_SECRET": SECRET}
    with subprocess.Popen(command, env=given, stdout=subprocess.PIPE, text=True) as process:
        try:
            if process.stdout is None or not (line := process.stdout.readline()):
                raise FiguresMeanNothing("The provider did not start.")
            yield line.split()[-1]
        finally:
            process.kill()


@contextmanager
def _sweeper(given: dict[str, str], number: int) -> Iterator[subprocess.Popen[bytes]]:
    """A sweep process that the database knows by its number."""
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "sweep"]
    with subprocess.Popen(command, env={**given, "PGAPPNAME": _name(number), "LOG_LEVEL": "ERROR"}) as process:
        try:
            yield process
        finally:
            process.kill()


def _name(number: int) -> str:
    return f"bench sweeper {number}"


def _one_that_is_slow(payee: User, provider: str, number: int) -> Payout:
    key = f"bench:{NAME}:{number}"
    expense, payable = compensation_expense(CURRENCY), payable_to(payee.pk, CURRENCY)
    cash, now = client_cash(CURRENCY), timezone.now()
    funding = (
        Posting(key=key, debit=expense, credit=payable, amount=1_00, kind=TransferKind.EXPENSE, happened_at=now),
        Posting(key=f"{key}:draw", debit=cash, credit=FUND, amount=1_00, kind=TransferKind.DRAW, happened_at=now),
    )
    # Not due before the provider knows that it is to be slow about it.
    later = now + timedelta(seconds=30)
    payout = start(key=key, payee=payee, amount=1_00, currency=CURRENCY, gateway="sandbox", at=later, funding=funding)
    slow = {"reference": str(payout.provider_key), "faults": [{"name": "slow", "seconds": SLOW_SECONDS}]}
    httpx.post(f"{provider}/faults", json=slow, trust_env=False).raise_for_status()
    Payout.objects.filter(pk=payout.pk).update(next_at=timezone.now(), created_at=timezone.now())
    return payout


def _sender_of(payout: Payout) -> int:
    """The number of the process that is sending it."""
    _until(payout, lambda found: found.status == Status.SENDING and found.in_hand_of is not None)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT application_name FROM pg_stat_activity JOIN payouts_payout ON in_hand_of = pid WHERE id = %s",
            [payout.pk],
        )
        (name,) = cursor.fetchone()
    return int(name.rsplit(" ", 1)[1])


def _wait_until_all_are_at_work() -> None:
    """Until each process was seen to look after payouts; a session's last query says what it looks after."""
    wanted = {_name(number) for number in range(SWEEPERS)}
    seen: set[str] = set()
    deadline = time.monotonic() + LONGEST_WAIT_SECONDS
    while time.monotonic() < deadline:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT DISTINCT application_name FROM pg_stat_activity"
                " WHERE application_name = ANY (%s) AND query LIKE '%%in_hand_of%%'",
                [sorted(wanted)],
            )
            seen |= {name for (name,) in cursor.fetchall()}
        if seen == wanted:
            return
        time.sleep(LOOK_EVERY_SECONDS)
    raise FiguresMeanNothing(f"These sweep processes did not start: {', '.join(sorted(wanted - seen))}.")


def _until(payout: Payout, holds: Callable[[Payout], bool]) -> float:
    """When it held, as time.monotonic() tells it."""
    deadline = time.monotonic() + LONGEST_WAIT_SECONDS
    while time.monotonic() < deadline:
        if holds(Payout.objects.get(pk=payout.pk)):
            return time.monotonic()
        time.sleep(LOOK_EVERY_SECONDS)
    raise FiguresMeanNothing(f"Payout {payout.key} was not taken further within {LONGEST_WAIT_SECONDS:.0f} s.")
