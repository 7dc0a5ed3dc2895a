"""What a forked child does until it is killed or done: serve the portal over HTTP, or run sweeps. It tells the harness
of every crash point it comes to before it goes on, so what was exercised is known even of a process that died there.
"""

import json
import logging
import random
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from importlib import import_module
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

from django.db import close_old_connections, connection
from django.utils.module_loading import import_string

from common.crash_points import die, watch
from common.errors import Refusal
from portal.chaos import protections, verbs
from portal.chaos.unfinished import unfinished

logger = logging.getLogger(__name__)

LOOK_AGAIN_SECONDS = 0.01

# Pauses between tries, made short, so that a run takes a second and not ten minutes. Leases are never touched.
HASTENED_PAUSE, LONGEST_HASTENED = timedelta(milliseconds=20), timedelta(milliseconds=100)
HASTENED: dict[str, Any] = {
    "payouts.actions.patience.PAUSES": (HASTENED_PAUSE,) * 4,
    "payouts.actions.patience.ASK_AGAIN_SOONEST": HASTENED_PAUSE,
    "payouts.actions.patience.ASK_AGAIN_LATEST": LONGEST_HASTENED,
    "payouts.actions.patience.LONGEST_PAUSE": HASTENED_PAUSE,
    "disputes.models.claim.PAUSE_AFTER_STUMBLING": HASTENED_PAUSE,
    "notices.actions.deliver.PAUSES": (HASTENED_PAUSE,) * 7,
}


class Line:
    """Lines of JSON to and from the harness."""

    def __init__(self, end: socket.socket) -> None:
        self._end = end
        self._lines = end.makefile("r")

    def say(self, **what: Any) -> None:
        """Whoever has died in the meantime hears nothing."""
        with suppress(BrokenPipeError):
            self._end.sendall(json.dumps(what).encode() + b"\n")

    def listen(self) -> Iterator[dict[str, Any]]:
        """What the other side says until it dies."""
        for line in self._lines:
            yield json.loads(line)

    def wait(self) -> None:
        self._lines.readline()

    def close(self) -> None:
        self._lines.close()
        self._end.close()


class Complaints(logging.Handler):
    """What is logged as an error is told to the harness: a worker that trips over another says so nowhere else."""

    def __init__(self, line: Line) -> None:
        super().__init__(logging.ERROR)
        self._line = line

    def emit(self, record: logging.LogRecord) -> None:
        self._line.say(failed=record.getMessage())


def run(job: dict[str, Any], end: socket.socket) -> None:
    """`job`: what it `does`, at which `point` what shall happen ("kill", or "ask" the harness to break something)."""
    line = Line(end)
    random.seed(job.get("seed", 0))
    if job.get("hastened", True):
        hasten()
    if name := job.get("without"):
        protections.remove_from_this_process(name)
    logging.getLogger().addHandler(Complaints(line))
    watch(_at_the_point(job, line))
    with suppress(BrokenPipeError, ConnectionResetError):  # the harness is not interested any more
        DOES[job["does"]](job, line)
    connection.close()


def hasten() -> None:
    for name, value in HASTENED.items():
        module, _, attribute = name.rpartition(".")
        setattr(import_module(module), attribute, value)


def _at_the_point(job: dict[str, Any], line: Line) -> Callable[[str], None]:
    passed = 0

    def watcher(name: str) -> None:
        nonlocal passed
        line.say(hit=name)
        if name != job.get("point"):
            return
        passed += 1
        if passed == job.get("nth", 1):
            if job["act"] == "kill":
                die()
            line.say(reached=name)
            line.wait()

    return watcher


def _serve(job: dict[str, Any], line: Line) -> None:
    """The portal, as its WSGI server sees it, on a port of its own until this process is killed."""
    from portal.wsgi import application  # noqa: PLC0415 loaded by the zygote long ago

    server = _Server(("127.0.0.1", 0), _QuietHandler)
    server.set_app(application)
    line.say(port=server.server_port)
    server.serve_forever()


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    request_queue_size = 128


class _QuietHandler(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 the name is the library's
        """Requests are not printed."""


def _sweep(job: dict[str, Any], line: Line) -> None:
    """The named tasks, each until it finds nothing more; and once again for what was to be tried again after a pause,
    so that a step comes to the same points however fast it is. One that fails is logged; the next is another try.
    """
    for name in job["tasks"]:
        _run_task(name)
    time.sleep(LONGEST_HASTENED.total_seconds())
    for name in job["tasks"]:
        _run_task(name)
    line.say(done=True)


def _act(job: dict[str, Any], line: Line) -> None:
    """One verb, once."""
    try:
        getattr(verbs, job["verb"])(*job["arguments"])
    except Refusal as refusal:
        line.say(done=True, refused=str(refusal))
    except Exception:
        logger.exception("%s failed.", job["verb"])
        line.say(done=True, refused="it failed; children.log says why")
    else:
        line.say(done=True)


def _recover(job: dict[str, Any], line: Line) -> None:
    """What the sweep process does after everything was started again, until nothing is left to do or time is over."""
    began = time.monotonic()
    left: dict[str, int] = {"nobody looked": 1}
    while left and time.monotonic() - began < job["seconds"]:
        for name in job["tasks"]:
            _run_task(name)
        left = unfinished()
        if left:
            time.sleep(LOOK_AGAIN_SECONDS)
    line.say(left=left, seconds=time.monotonic() - began)


def _run_task(name: str) -> None:
    task = import_string(name)
    try:
        while task():
            close_old_connections()
    except Exception as error:
        logger.exception("%s failed: %s", name, type(error).__name__)
    finally:
        close_old_connections()


DOES = {"serve": _serve, "sweep": _sweep, "recover": _recover, "act": _act}
