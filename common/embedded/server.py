"""A database server of our own under VAR_DIR: started by whoever needs it first, stopped by whoever leaves last.

Two lock files carry this, so that a process which is killed leaves nothing behind: `users.lock` is held shared by
every process that uses the server, `change.lock` is held alone by the one that is starting or stopping it.
"""

import atexit
import contextlib
import fcntl
import os
from abc import ABC, abstractmethod
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import IO

# The shortest limit among the systems we run on (macOS 104, Linux 108), less the closing zero byte.
LONGEST_SOCKET_PATH_BYTES = 103


class ServerUnavailable(Exception):
    """The server cannot be had. The message is one sentence that says what to do about it."""


class Server(ABC):
    """One embedded server. `hold()` makes sure it runs for as long as this process lives."""

    name: str
    socket_name: str

    def __init__(self, var_dir: Path) -> None:
        self.folder = var_dir.resolve() / self.name
        self._lease: IO[str] | None = None
        self._lease_pid = 0
        self._lock = Lock()

    @property
    def socket_folder(self) -> Path:
        """The server's own folder, or one with a short name where the path would be too long for a socket."""
        if len(os.fsencode(self.folder / self.socket_name)) <= LONGEST_SOCKET_PATH_BYTES:
            return self.folder
        digest = sha256(os.fsencode(self.folder)).hexdigest()[:16]
        return Path("/tmp") / f"redress-{self.name}-{digest}"  # noqa: S108 checked for its owner before use

    @property
    @abstractmethod
    def url(self) -> str:
        """Where the server is reached, as DATABASE_URL or BROKER_URL would say it."""

    def hold(self) -> None:
        """Join the running server or start it, and keep it running until this process ends or releases it.

        Raises ServerUnavailable.
        """
        with self._lock:
            if self._lease is not None:
                return
            self._prepare_folders()
            with self._changing():
                if not self.is_running():
                    self.start()
                self._lease = self._open_lock_file("users.lock")
                self._lease_pid = os.getpid()
                fcntl.flock(self._lease, fcntl.LOCK_SH)
            atexit.register(self.release)

    def revive(self) -> bool:
        """Start the server again if it died while held. False if it was running all along."""
        with self._lock, self._changing():
            if self.is_running():
                return False
            self.start()
            return True

    def release(self) -> None:
        """Give up the lease; the last one out stops the server. A forked child leaves that to its parent."""
        with self._lock:
            if self._lease is None or self._lease_pid != os.getpid():
                return
            atexit.unregister(self.release)
            with self._changing(), self._lease as lease:
                self._lease = None
                with contextlib.suppress(BlockingIOError):
                    fcntl.flock(lease, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    self.stop()

    @abstractmethod
    def is_running(self) -> bool:
        """Whether it answers. Waits while it is on its way up."""

    @abstractmethod
    def start(self) -> None:
        """Start it and wait until it answers, mending what a crash left behind. Raises ServerUnavailable."""

    @abstractmethod
    def stop(self) -> None:
        """Stop it in good order."""

    def owner_id(self) -> int:
        """The user the server runs as: it owns both folders."""
        return os.geteuid()

    def _prepare_folders(self) -> None:
        for folder in {self.folder, self.socket_folder}:
            try:
                folder.mkdir(parents=True, mode=0o700, exist_ok=True)
                found = folder.lstat()
                if os.geteuid() == 0 and found.st_uid == 0:
                    os.chown(folder, self.owner_id(), -1)
                elif found.st_uid != self.owner_id():
                    raise ServerUnavailable(
                        f"{folder} belongs to another user: run as that user, remove the folder, or set VAR_DIR."
                    )
            except OSError as error:
                raise ServerUnavailable(
                    f"Cannot write to {folder} ({error.strerror}): make it writable, or set VAR_DIR."
                ) from error

    @contextlib.contextmanager
    def _changing(self) -> Iterator[None]:
        with self._open_lock_file("change.lock") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _open_lock_file(self, name: str) -> IO[str]:
        path = self.folder / name
        lock = path.open("a")
        if os.geteuid() == 0:
            os.chown(path, self.owner_id(), -1)
        return lock
