"""A web server of the portal's own, on a database of the bench's own, started as `manage.py up` starts it."""

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.client import HTTPConnection

import psutil

START_LIMIT_SECONDS = 60
WORKERS = 2
THREADS = 4


@contextmanager
def serving(database_url: str) -> Iterator[tuple[int, psutil.Process]]:
    """The port it listens on and its process, until the block ends."""
    port = _free_port()
    command = [
        *(sys.executable, "-m", "granian", "portal.wsgi:application", "--interface", "wsgi", "--no-ws"),
        *("--host", "127.0.0.1", "--port", str(port), "--log-level", "warning"),
        *("--workers", str(WORKERS), "--blocking-threads", str(THREADS)),
    ]
    process = subprocess.Popen(command, env=environment(database_url))
    try:
        _wait_until_ready(port, process)
        yield port, psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait()


def environment(database_url: str) -> dict[str, str]:
    """As in production: DEBUG off, every variable given."""
    return {
        **os.environ,
        "DATABASE_URL": database_url,
        "DEBUG": "off",
        "HTTPS": "off",
        "SECRET_KEY": "the bench needs no secret",
        "ALLOWED_HOSTS": "localhost,127.0.0.1",
        "DJANGO_SETTINGS_MODULE": "portal.settings",
    }


def cpu_seconds(process: psutil.Process) -> float:
    """What a process and all below it have used, in user and system time."""
    total = 0.0
    for member in [process, *process.children(recursive=True)]:
        with contextlib.suppress(psutil.NoSuchProcess):  # it ended; what it used is its parent's by now
            times = member.cpu_times()
            total += times.user + times.system + times.children_user + times.children_system
    return total


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_until_ready(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_LIMIT_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError("The web server ended while it was starting; what it says is above.")
        if _is_ready(port):
            return
        time.sleep(0.1)
    raise RuntimeError(f"The web server was not ready within {START_LIMIT_SECONDS} s.")


def _is_ready(port: int) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=1)
    try:
        connection.request("GET", "/readyz", headers={"Host": "localhost"})
        return connection.getresponse().status == HTTPStatus.OK
    except OSError:
        return False
    finally:
        connection.close()
