"""What `manage.py up` does: servers, tables, demo data, and then every process of the portal until it is told to stop.

The processes run as in production (DEBUG off, every variable given), so that the demo shows what production does.
"""

import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from threading import Event, Lock
from urllib.parse import urlsplit

from django.conf import settings

from accounts.demo import DEMO_LOGINS
from common.catalogue import compile_if_older
from common.embedded.postgres import embedded_postgres
from common.embedded.server import Server, ServerUnavailable
from common.embedded.valkey import embedded_valkey
from portal.processes import Supervisor

LOOK_AFTER_SERVERS_EVERY_SECONDS = 2
LOOK_WHETHER_READY_EVERY_SECONDS = 0.5
LAST_PORT = 65535
THREADS_PER_WEB_WORKER = 4
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 where we reach ourselves when asked to listen there


class CannotStart(Exception):
    """The message is one sentence that says what to do."""


class Launch:
    """One run of the portal on this machine, reached at `host` and settings.PORT.

    Raises CannotStart or ServerUnavailable when there is something only a person can mend.
    """

    def __init__(self, host: str) -> None:
        self.host = host
        self.stop = Event()
        self.servers: list[Server] = []
        self.announced = False
        self._look_at = {self._look_after_servers: 0.0, self._announce_when_ready: 0.0}
        self._printing = Lock()

    def run(self) -> None:
        """Returns when SIGINT, SIGTERM or SIGHUP has come and everything that was started is stopped again."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:  # nohup means it
                signal.signal(number, lambda *_: self.stop.set())
        with ExitStack() as leaving:
            leaving.enter_context(_only_one_run())
            _refuse_taken_port(self.host, settings.PORT)
            compile_if_older(settings.BASE_DIR)
            environment, programs = self._prepare(leaving)
            supervisor = Supervisor(programs, environment=environment, say=self._say)
            leaving.callback(supervisor.stop)
            supervisor.start()
            supervisor.watch(self.stop, also=self._look_around)
            self._say("up", "stopping")

    def _prepare(self, leaving: ExitStack) -> tuple[dict[str, str], dict[str, list[str]]]:
        database_url = os.environ.get("DATABASE_URL") or self._hold(embedded_postgres(settings.VAR_DIR), leaving)
        broker_url = os.environ.get("BROKER_URL") or self._broker(leaving)
        environment = _environment(database_url=database_url, broker_url=broker_url)
        for what, command in _steps().items():
            self._say("up", what)
            self._run_step(environment, command)
        environment["DATABASE_ROLE"] = self._role(environment)
        return environment, _programs(self.host, sandbox_url=environment["SANDBOX_URL"], with_celery=bool(broker_url))

    def _hold(self, server: Server, leaving: ExitStack) -> str:
        self._say("up", f"starting {server.name} in {server.folder}")
        server.hold()
        leaving.callback(server.release)
        self.servers.append(server)
        return server.url

    def _broker(self, leaving: ExitStack) -> str:
        try:
            return self._hold(embedded_valkey(settings.VAR_DIR), leaving)
        except ServerUnavailable as missing:
            self._say("up", f"{missing} Until then the sweeps do the work of worker and beat.")
            return ""

    def _run_step(self, environment: dict[str, str], arguments: list[str]) -> None:
        if self.stop.is_set():
            return
        process = subprocess.Popen(_manage(*arguments), env=environment, start_new_session=True)
        while process.poll() is None:
            if self.stop.wait(0.05):
                process.terminate()
                process.wait()
        if process.returncode != 0 and not self.stop.is_set():
            raise CannotStart(f"`manage.py {arguments[0]}` failed; what it says is above.")

    def _role(self, environment: dict[str, str]) -> str:
        """The database role that the programs work as: one that cannot change the books, where it can be made."""
        wanted = os.environ.get("DATABASE_ROLE", settings.WEB_ROLE)
        if not wanted or self.stop.is_set():
            return ""
        made = subprocess.run(
            _manage("database_roles", "--role", wanted),
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            start_new_session=True,
        )
        for line in made.stdout.splitlines():
            self._say("up", line)
        return wanted if made.returncode == 0 else ""

    def _look_around(self) -> None:
        now = time.monotonic()
        for look, due_at in self._look_at.items():
            if now >= due_at:
                self._look_at[look] = now + look()

    def _look_after_servers(self) -> float:
        for server in self.servers:
            try:
                if server.revive():
                    self._say("up", f"{server.name} had died and runs again")
            except ServerUnavailable as error:
                self._say("up", str(error))
        return LOOK_AFTER_SERVERS_EVERY_SECONDS

    def _announce_when_ready(self) -> float:
        if self.announced:
            return float("inf")
        if _answers(self.host, settings.PORT):
            self.announced = True
            self._say("up", f"Redress runs at {_address(self.host)} (Ctrl-C stops it)")
            if settings.DEMO:
                self._say("up", f"Sign in with the password {settings.DEMO_PASSWORD} as")
                for login in DEMO_LOGINS:
                    self._say("up", f"    {login.email}")
        return LOOK_WHETHER_READY_EVERY_SECONDS

    def _say(self, name: str, line: str) -> None:
        with self._printing:
            sys.stdout.write(f"{name:>7} | {line}\n")
            sys.stdout.flush()


@contextmanager
def _only_one_run() -> Iterator[None]:
    with (settings.VAR_DIR / "up.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CannotStart(
                f"Redress already runs on {settings.VAR_DIR}: stop it first, or choose another folder by VAR_DIR."
            ) from None
        yield


def _refuse_taken_port(host: str, port: int) -> None:
    if not _is_free(host, port):
        raise CannotStart(
            f"Port {port} is taken: stop what uses it, or choose another port, for example PORT={_free_port(port + 1)}."
        )


def _is_free(host: str, port: int) -> bool:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def _free_port(first: int) -> int:
    return next((port for port in range(first, LAST_PORT + 1) if _is_free("127.0.0.1", port)), 0)


def _environment(*, database_url: str, broker_url: str) -> dict[str, str]:
    """Everything a process of the portal would be given in production."""
    metrics = settings.VAR_DIR / "metrics"
    metrics.mkdir(exist_ok=True)
    for left_by_last_run in metrics.iterdir():
        left_by_last_run.unlink()
    given = {
        "DEBUG": "off",
        "DEMO": _switch(settings.DEMO),
        "HTTPS": _switch(settings.HTTPS),
        "ALLOWED_HOSTS": ",".join(settings.ALLOWED_HOSTS),
        "SANDBOX_URL": f"http://127.0.0.1:{_free_port(settings.PORT + 1)}",
    }
    return (
        given
        | dict(os.environ)
        | {
            "DJANGO_SETTINGS_MODULE": "portal.settings",
            "PYTHONUNBUFFERED": "1",
            "SECRET_KEY": settings.SECRET_KEY,
            "DATABASE_URL": database_url,
            "DATABASE_ROLE": "",  # the steps are the owner's
            "BROKER_URL": broker_url,
            "PORT": str(settings.PORT),
            "VAR_DIR": str(settings.VAR_DIR),
            "SANDBOX_WEBHOOK_URL": settings.SANDBOX_WEBHOOK_URL,
            "SANDBOX_SECRET": settings.SANDBOX_SECRET,
            "PROMETHEUS_MULTIPROC_DIR": str(metrics),
        }
    )


def _steps() -> dict[str, list[str]]:
    quickly = ["--no-input", "--skip-checks", "-v0"]
    steps = {
        "bringing the tables up to date": ["migrate", *quickly],
        "collecting the static files": ["collectstatic", *quickly],
    }
    if settings.DEMO:
        steps["filling the marketplace, if it is empty"] = ["demo", "-v0"]
    return steps


def _programs(host: str, *, sandbox_url: str, with_celery: bool) -> dict[str, list[str]]:
    # Root runs the demo in a container: Celery's twenty lines against it would drown the address.
    quietly = ["-W", "ignore:You're running the worker with superuser"]
    celery = [sys.executable, *quietly, "-m", "celery", "--app", "portal", "--quiet"]
    programs = {
        "web": [
            *(sys.executable, "-m", "granian", "portal.wsgi:application", "--interface", "wsgi"),
            *("--host", host, "--port", str(settings.PORT), "--no-ws", "--log-level", "warning"),
            *("--workers", str(os.cpu_count() or 1), "--blocking-threads", str(THREADS_PER_WEB_WORKER)),
            *("--respawn-failed-workers", "--workers-kill-timeout", "10s"),
        ],
        "sweep": _manage("sweep"),
    }
    if with_celery:
        programs["worker"] = [
            *celery,
            *("worker", "--concurrency", "2", "--loglevel", "warning"),
            *("--without-gossip", "--without-mingle"),
        ]
        # The schedule has no memory of its own: intervals of seconds need none, and no file can break.
        programs["beat"] = [
            *celery,
            *("beat", "--scheduler", "celery.beat.Scheduler", "--loglevel", "warning", "--pidfile="),
        ]
    if settings.DEMO:
        programs["sandbox"] = [
            *(sys.executable, "-m", "payouts.gateways.sandbox.server"),
            *("--port", str(urlsplit(sandbox_url).port), "--data", str(settings.VAR_DIR / "sandbox.sqlite3")),
            *("--webhook-url", settings.SANDBOX_WEBHOOK_URL),
        ]
    return programs


def _manage(*arguments: str) -> list[str]:
    return [sys.executable, str(settings.BASE_DIR / "manage.py"), *arguments]


def _answers(host: str, port: int) -> bool:
    connection = HTTPConnection(EVERYWHERE.get(host, host), port, timeout=1)
    try:
        connection.request("GET", "/readyz", headers={"Host": settings.ALLOWED_HOSTS[0].lstrip(".*") or "localhost"})
        return connection.getresponse().status == HTTPStatus.OK
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def _address(host: str) -> str:
    shown = "localhost" if host == "127.0.0.1" or host in EVERYWHERE else host
    return f"http://{shown}:{settings.PORT}/"


def _switch(on: bool) -> str:  # noqa: FBT001 it is a switch
    return "on" if on else "off"
