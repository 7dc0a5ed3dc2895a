"""`manage.py up` as a person runs it: a process of its own, on a folder and a port of its own."""

import json
import os
import random
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from http import HTTPStatus
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import psutil
import pytest
from django.conf import settings

from common.embedded.postgres import Postgres
from common.embedded.valkey import Valkey

pytestmark = pytest.mark.slow

PATIENCE_SECONDS = 180  # to tell "late on a busy machine" from "never"


class Up:
    """One run of the command and all that it printed."""

    def __init__(self, var_dir: Path, port: int) -> None:
        self.var_dir, self.port = var_dir, port
        self.log = var_dir.with_suffix(f".{time.monotonic_ns()}.log")
        environment = {"PATH": os.environ["PATH"], "VAR_DIR": str(var_dir), "PORT": str(port)}
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "up"],
                cwd=settings.BASE_DIR,
                env=environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def printed(self) -> str:
        return self.log.read_text()

    def until(self, condition: Callable[[], object]) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not condition():
            assert time.monotonic() < deadline, self.printed[-5000:]
            time.sleep(0.1)

    def until_printed(self, text: str) -> None:
        self.until(lambda: text in self.printed or self.process.poll() is not None)
        assert text in self.printed, self.printed[-5000:]

    def answers(self, path: str) -> bool:
        try:
            with urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=60) as answer:
                return bool(answer.status == HTTPStatus.OK)
        except (URLError, OSError):
            return False

    def processes(self) -> list[psutil.Process]:
        return [process for process in psutil.process_iter() if self._is_ours(process)]

    def _is_ours(self, process: psutil.Process) -> bool:
        try:
            return bool(process.environ().get("VAR_DIR") == str(self.var_dir))
        except psutil.Error:
            return False

    def program(self, *words: str) -> psutil.Process:
        """The oldest process that has the words in its command."""
        found = [process for process in self.processes() if all(word in process.cmdline() for word in words)]
        return min(found, key=psutil.Process.create_time)

    def end(self, number: signal.Signals = signal.SIGINT) -> int:
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(PATIENCE_SECONDS)


@pytest.fixture(scope="module")
def var_dir(tmp_path_factory):
    """One for all: making the demo takes long, and a run that was killed must not keep another one from starting."""
    return tmp_path_factory.mktemp("up") / "var"


@pytest.fixture
def up(var_dir):
    runs: list[Up] = []

    def start(port: int | None = None) -> Up:
        runs.append(Up(var_dir, port or free_port()))
        return runs[-1]

    yield start
    for run in runs:
        run.end()
    for server in (Postgres(var_dir), Valkey(var_dir)):
        if server.folder.exists() and server.is_running():
            server.stop()


def free_port() -> int:
    """Below those that the system gives to whoever asks for any, so that nobody is given it meanwhile."""
    for port in random.sample(range(20_000, 32_000), 100):
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise AssertionError("no port is free")


def test_it_starts_everything_brings_back_what_dies_and_stops_it_all(up):
    run = up()
    run.until_printed("Redress runs at")
    assert run.answers("/readyz")
    assert run.answers("/")
    assert "operator2@example.com" in run.printed

    again = up(run.port)
    assert again.process.wait(PATIENCE_SECONDS) == 1
    assert "Redress already runs on" in again.printed
    assert "Traceback" not in again.printed

    for words, name in ((("worker", "--concurrency"), "worker"), (("granian",), "web"), (("sweep",), "sweep")):
        run.program(*words).kill()
        run.until_printed(f"{name} | ended with status -9 and is started again")
    os.kill(int(Postgres(run.var_dir).pid_file.read_text().split()[0]), signal.SIGKILL)
    Valkey(run.var_dir).stop()
    run.until(lambda: Postgres(run.var_dir).is_running() and Valkey(run.var_dir).is_running())
    run.until(lambda: run.answers("/readyz"))

    assert run.end(signal.SIGINT) == 0
    assert run.processes() == []
    assert not run.answers("/healthz")
    assert not Postgres(run.var_dir).is_running()
    assert not Valkey(run.var_dir).is_running()

    verified = subprocess.run(
        [sys.executable, "manage.py", "verify_books", "--json"],
        cwd=settings.BASE_DIR,
        env={"PATH": os.environ["PATH"], "VAR_DIR": str(run.var_dir)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert verified.returncode == 0, verified.stdout + verified.stderr
    assert json.loads(verified.stdout.splitlines()[-1])["ok"]
    assert not Postgres(run.var_dir).is_running()


def test_a_taken_port_is_told_with_another_to_choose(up):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        run = up(taken.getsockname()[1])

        assert run.process.wait(PATIENCE_SECONDS) == 1
    assert re.search(
        r"Port \d+ is taken: stop what uses it, or choose another port, for example PORT=\d+\.", run.printed
    )
    assert "Traceback" not in run.printed


def test_nothing_outlives_a_run_that_is_killed(up):
    run = up()
    run.until_printed("Redress runs at")

    run.end(signal.SIGKILL)

    run.until(lambda: not [process for process in run.processes() if "postgres" not in process.name()])
    assert not run.answers("/healthz")
