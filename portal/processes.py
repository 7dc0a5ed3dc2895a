"""Keeps a handful of programs running side by side: starts them, carries their output, restarts what dies."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from threading import Event, Thread
from typing import IO

LONGEST_PAUSE_SECONDS = 30
STEADY_AFTER_SECONDS = 60
STOP_LIMIT_SECONDS = 15
LOOK_EVERY_SECONDS = 0.2
OUTPUT_LIMIT_SECONDS = 1

Say = Callable[[str, str], None]


class Supervisor:
    """Runs programs, given as argument lists by name. `say(name, line)` gets all they print and what befalls them."""

    def __init__(self, programs: Mapping[str, Sequence[str]], *, environment: Mapping[str, str], say: Say) -> None:
        prefix = _die_with_us()
        self._programs = [_Program(name, [*prefix, *command], environment, say) for name, command in programs.items()]

    def start(self) -> None:
        for program in self._programs:
            program.start()

    def watch(self, stop: Event, *, also: Callable[[], None]) -> None:
        """Restart what dies, and call `also` in between, until `stop` is set."""
        while not stop.wait(LOOK_EVERY_SECONDS):
            for program in self._programs:
                program.look_after()
            also()

    def stop(self) -> None:
        """Ask all to finish, the last started first; end those that do not within the limit."""
        for program in reversed(self._programs):
            program.ask_to_finish()
        deadline = time.monotonic() + STOP_LIMIT_SECONDS
        for program in reversed(self._programs):
            program.finish(within_seconds=max(0.0, deadline - time.monotonic()))


class _Program:
    def __init__(self, name: str, command: Sequence[str], environment: Mapping[str, str], say: Say) -> None:
        self.name, self.command, self.environment, self.say = name, command, environment, say
        self.process: subprocess.Popen[str] | None = None
        self.failures = 0
        self.started_at = self.start_again_at = 0.0

    def start(self) -> None:
        self.started_at = time.monotonic()
        self.process = subprocess.Popen(
            self.command,
            env=dict(self.environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,  # Ctrl-C reaches us alone, and a dead program's children can be ended with it
        )
        self.reader = Thread(target=self._carry_output, args=(self.process.stdout,), daemon=True)
        self.reader.start()

    def look_after(self) -> None:
        now = time.monotonic()
        if self.process is None:
            if now >= self.start_again_at:
                self.start()
        elif (status := self.process.poll()) is not None:
            _end_session(self.process)
            self.failures = 1 if now - self.started_at > STEADY_AFTER_SECONDS else self.failures + 1
            pause = min(LONGEST_PAUSE_SECONDS, 2 ** (self.failures - 1))
            self.process, self.start_again_at = None, now + pause
            self.say(self.name, f"ended with status {status} and is started again in {pause} s")

    def ask_to_finish(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.terminate()

    def finish(self, *, within_seconds: float) -> None:
        if self.process is None:
            return
        try:
            self.process.wait(within_seconds)
        except subprocess.TimeoutExpired:
            self.say(self.name, "does not finish and is ended")
        _end_session(self.process)
        self.reader.join(OUTPUT_LIMIT_SECONDS)

    def _carry_output(self, output: IO[str]) -> None:
        with output:
            for line in output:
                self.say(self.name, line.rstrip("\n"))


def _die_with_us() -> list[str]:
    """A prefix by which Linux ends a program when we are killed and cannot end it ourselves."""
    setpriv = shutil.which("setpriv") if sys.platform == "linux" else None
    prefix = [setpriv, "--pdeathsig", "TERM"] if setpriv else []
    works = subprocess.run([*prefix, "true"], capture_output=True, check=False).returncode == 0
    return prefix if works else []


def _end_session(process: subprocess.Popen[str]) -> None:
    """End what is left of a program: one that was killed leaves children behind, and they hold its port."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
