"""The servers that chaos breaks: a PostgreSQL, a broker and a payment provider of its own, under VAR_DIR."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import httpx
import psutil
from django.conf import settings
from django.db import connection
from psycopg import connect
from psycopg.sql import SQL, Identifier
from redis import Redis

from common.embedded.postgres import Postgres
from common.embedded.valkey import Valkey

SECRET = "whsec_Y2hhb3MgbmVlZHMgbm8gc2VjcmV0"  # noqa: S105 of a provider that lives as long as the run
STRIPE_KEY = "sk_test"
DATABASE, SEEDED = "redress_chaos", "redress_chaos_seeded"
MAINTENANCE = "postgres"
DUMP = "tables.dump"
CREATED = 201


def postgres_in(folder: Path) -> Postgres:
    return Postgres(folder / "servers")


def valkey_in(folder: Path) -> Valkey:
    return Valkey(folder / "servers")


def database_url(server: Postgres, name: str) -> str:
    return server.url.replace("/redress?", f"/{name}?")


def dump(server: Postgres, database: str, file: Path) -> None:
    """Write down the tables of a database. The server's user may write in its own folder and nowhere else."""
    near = server.folder / DUMP
    url = database_url(server, database)
    _done(server, "pg_dump", "--format=custom", "--compress=0", "--file", str(near), "--dbname", url)
    whole = Path(shutil.copy(near, file.with_suffix(f".{os.getpid()}")))
    whole.rename(file)


def _done(server: Postgres, program: str, *arguments: str) -> None:
    ended = server._run(program, *arguments)
    if ended.returncode:
        raise RuntimeError(f"{program} failed: {ended.stdout.strip()[-500:]}")


class Database:
    """The cluster and the database in it that every run works on: a copy of a template, made anew now and then."""

    def __init__(self, server: Postgres) -> None:
        self.server = server

    def restore(self, file: Path) -> None:
        """Make the tables of the file (see `dump`) in a database that is empty."""
        near = shutil.copy(file, self.server.folder / DUMP)
        options = ("--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error")
        _done(self.server, "pg_restore", *options, "--dbname", self._url(DATABASE), str(near))

    def keep_as_template(self) -> None:
        """What the database holds now is what later ones begin with."""
        connection.close()
        self._copy(DATABASE, SEEDED)

    def recreate(self, *, empty: bool = False) -> None:
        connection.close()
        self._copy("template1" if empty else SEEDED, DATABASE)

    def crash(self, rng: Random) -> str:
        """Let the server die in one of three ways, bring it up again; how it died."""
        connection.close()
        way = rng.choice(("immediate stop", "kill -9 of the postmaster", "kill -9 of a backend"))
        match way:
            case "immediate stop":
                self.server._run("pg_ctl", "stop", "-D", str(self.server.data), "-m", "immediate", "-w")
            case "kill -9 of the postmaster":
                _kill_and_wait(self._postmaster())
            case _:
                self._kill_a_backend()
        self.server.revive()
        return way

    def _postmaster(self) -> psutil.Process:
        return psutil.Process(int(self.server.pid_file.read_text().split("\n", 1)[0]))

    def _kill_a_backend(self) -> None:
        """One that serves somebody: the postmaster then takes down all and recovers, without ending itself."""
        with connect(self._url(MAINTENANCE), autocommit=True) as session:
            found = session.execute(
                "SELECT pid FROM pg_stat_activity WHERE datname = %s LIMIT 1", [DATABASE]
            ).fetchone()
            pid = found[0] if found else session.info.backend_pid
            os.kill(pid, signal.SIGKILL)
            with suppress(Exception):  # our own session dies with all others
                while True:
                    session.execute("SELECT pg_sleep(0.01)")

    def _copy(self, source: str, target: str) -> None:
        with connect(self._url(MAINTENANCE), autocommit=True) as session:
            for statement in (
                SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(Identifier(target)),
                SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy").format(Identifier(target), Identifier(source)),
            ):
                session.execute(statement)

    def _url(self, name: str) -> str:
        return database_url(self.server, name)


class Broker:
    def __init__(self, server: Valkey) -> None:
        self.server = server

    def crash(self) -> None:
        """Kill it with all it holds, and start it again: it keeps nothing on disk."""
        with Redis(unix_socket_path=str(self.server.socket_path)) as session:
            pid = session.info()["process_id"]
        _kill_and_wait(psutil.Process(pid))
        self.server.revive()

    def empty(self) -> None:
        with Redis(unix_socket_path=str(self.server.socket_path)) as session:
            session.flushall()


class Provider:
    """What is asked of the provider beside paying: to go wrong, and to show its own record."""

    def __init__(self, url: str, record: Path) -> None:
        self.url = url
        self._record = sqlite3.connect(f"file:{record}?mode=ro", uri=True)
        self._record_of_stripe = sqlite3.connect(f"file:{record}.stripe?mode=ro", uri=True)
        self._client = httpx.Client(trust_env=False, timeout=10)

    def plan(self, key: str, *faults: str, operation: str = "payment", seconds: float = 0.05) -> None:
        planned = [{"name": fault, "seconds": seconds} for fault in faults]
        order = {"reference": key, "operation": operation, "faults": planned}
        answer = self._client.post(f"{self.url}/faults", json=order)
        if answer.status_code != CREATED:
            raise RuntimeError(f"The provider does not know this fault: {answer.text}")

    def settle(self, key: str) -> None:
        self._client.post(f"{self.url}/payments/{key}/settlement", json={}).raise_for_status()

    def settle_if_pending(self, key: str) -> None:
        """Pay what was left pending. What is paid or refused already stays so."""
        if (
            self._record.execute("SELECT 1 FROM payments WHERE reference = ? AND status = 'pending'", [key]).fetchone()
            or self._record_of_stripe.execute(
                "SELECT 1 FROM refunds WHERE key = ? AND status = 'pending'", [key]
            ).fetchone()
        ):
            self.settle(key)

    def go_ahead(self, seconds: float) -> None:
        """Put the provider's clock that far ahead of the machine's."""
        self._client.post(f"{self.url}/clock", json={"ahead_seconds": seconds}).raise_for_status()

    def pay_in(self, amount: int, currency: str) -> str:
        """A payment through Stripe that can be given back; its name there."""
        form = {"amount": str(amount), "currency": currency.lower()}
        headers = {"Authorization": f"Bearer {STRIPE_KEY}", "Idempotency-Key": str(uuid.uuid4())}
        answer = self._client.post(f"{self.url}/v1/payment_intents", data=form, headers=headers)
        return str(answer.raise_for_status().json()["id"])

    def given_back(self, payment: str) -> list[tuple[str, int]]:
        """Every sum that Stripe gave back of this payment, straight from its own record."""
        rows = self._record_of_stripe.execute(
            "SELECT key, amount FROM refunds WHERE payment_intent = ? AND paid_at IS NOT NULL", [payment]
        )
        return [(str(key), int(amount)) for key, amount in rows]

    def movements(self, key: str = "") -> list[dict[str, Any]]:
        """Every sum that left the provider, of one key or of all."""
        return self._listed("movements", key)

    def paid_to(self, person: int) -> list[tuple[str, int]]:
        """Every sum that left the provider for this person, under whatever key: straight from its own record."""
        rows = self._record.execute("SELECT reference, amount FROM movements WHERE payee = ?", [f"user:{person}"])
        return [(str(key), int(amount)) for key, amount in rows]

    def events(self, key: str) -> list[dict[str, Any]]:
        """The webhooks about one key as they would be sent now, signed."""
        return self._listed("events", key)

    def _listed(self, what: str, key: str) -> list[dict[str, Any]]:
        found = self._client.get(f"{self.url}/{what}", params={"reference": key})
        return list(found.raise_for_status().json()[what])


@contextmanager
def running_provider(folder: Path) -> Iterator[Provider]:
    data = folder / "sandbox.sqlite3"
    for left_by_last_run in folder.glob("sandbox.sqlite3*"):
        left_by_last_run.unlink()
    command = [
        *(sys.executable, "-m", "payouts.gateways.sandbox.server", "--port", "0", "--settle-after", "0"),
        *("--data", str(data)),
    ]
    environment = {**os.environ, "SANDBOX_SECRET": SECRET}
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, text=True, cwd=settings.BASE_DIR
    ) as process:
        try:
            if process.stdout is None or not (line := process.stdout.readline()):
                raise RuntimeError("The payment provider did not start; what it says is above.")
            yield Provider(line.split()[-1], data)
        finally:
            process.kill()


@dataclass(frozen=True)
class Servers:
    database: Database
    broker: Broker
    provider: Provider


def _kill_and_wait(process: psutil.Process) -> None:
    """Until it is gone, or a zombie that whoever started it has yet to bury."""
    with suppress(psutil.NoSuchProcess):
        process.kill()
        until = time.monotonic() + 10
        while process.status() != psutil.STATUS_ZOMBIE and time.monotonic() < until:
            time.sleep(0.002)
