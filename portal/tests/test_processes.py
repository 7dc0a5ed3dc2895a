"""The supervisor, over small programs that behave in the ways real ones do."""

import os
import signal
import sys
import time
from collections.abc import Callable
from threading import Event, Thread

import psutil
import pytest

from portal import processes
from portal.processes import Supervisor

pytestmark = pytest.mark.slow

PATIENCE_SECONDS = 180  # to tell "late on a busy machine" from "never"


class Watched:
    """A supervisor at work in a thread, and all that it said."""

    def __init__(self, **scripts: str) -> None:
        self.lines: list[tuple[str, str]] = []
        self.stop = Event()
        self.supervisor = Supervisor(
            {name: [sys.executable, "-u", "-c", script] for name, script in scripts.items()},
            environment=os.environ,
            say=lambda name, line: self.lines.append((name, line)),
        )
        self.supervisor.start()
        self.thread = Thread(target=self.supervisor.watch, args=(self.stop,), kwargs={"also": lambda: None})
        self.thread.start()

    def said(self, name: str) -> list[str]:
        return [line for speaker, line in self.lines if speaker == name]

    def until(self, condition: Callable[[], object]) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not condition():
            assert time.monotonic() < deadline, self.lines
            time.sleep(0.02)

    def end(self) -> None:
        self.stop.set()
        self.thread.join()
        self.supervisor.stop()


@pytest.fixture
def watch():
    watched: list[Watched] = []

    def start(**scripts: str) -> Watched:
        watched.append(Watched(**scripts))
        return watched[-1]

    yield start
    for each in watched:
        each.end()


def is_gone(pid: int) -> bool:
    """Also when nobody has buried it yet."""
    try:
        return bool(psutil.Process(pid).status() == psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return True


def test_what_is_killed_is_started_again_and_its_neighbour_is_left_alone(watch):
    lives = "import os, time; print(os.getpid()); time.sleep(60)"
    watched = watch(first=lives, second=lives)
    watched.until(lambda: watched.said("first") and watched.said("second"))

    os.kill(int(watched.said("first")[0]), signal.SIGKILL)

    watched.until(lambda: len(watched.said("first")) == 3)
    assert watched.said("first")[1] == "ended with status -9 and is started again in 1 s"
    assert len(watched.said("second")) == 1


def test_what_dies_at_once_is_started_again_ever_more_slowly(watch):
    watched = watch(dies="raise SystemExit('no')")

    watched.until(lambda: len(watched.said("dies")) >= 4)

    pauses = [line.split()[-2] for line in watched.said("dies") if "started again" in line]
    assert pauses[:2] == ["1", "2"]


def test_the_children_of_a_killed_program_go_with_it(watch):
    watched = watch(
        parent="import subprocess, sys, time\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        "print(child.pid); time.sleep(60)"
    )
    watched.until(lambda: watched.said("parent"))
    child = int(watched.said("parent")[0])
    parent = watched.supervisor._programs[0].process.pid

    os.kill(parent, signal.SIGKILL)

    watched.until(lambda: len(watched.said("parent")) >= 2)
    watched.until(lambda: is_gone(child))


def test_stopping_ends_also_what_does_not_listen(watch, monkeypatch):
    monkeypatch.setattr(processes, "STOP_LIMIT_SECONDS", 3.0)
    watched = watch(
        polite="import time; print('here'); time.sleep(60)",
        deaf="import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('here'); time.sleep(60)",
    )
    watched.until(lambda: watched.said("polite") and watched.said("deaf"))

    watched.end()

    assert all(program.process.poll() is not None for program in watched.supervisor._programs)
    assert watched.said("deaf")[-1] == "does not finish and is ended"
    assert watched.said("polite") == ["here"]
