"""manage.py bench: how fast the portal is beside what the machine can do, as ratios taken in one run."""

import os
import subprocess
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from psycopg.conninfo import make_conninfo

from common.embedded.postgres import embedded_postgres
from portal.bench import report, yardstick
from portal.bench.frame import Bench, FiguresMeanNothing
from portal.bench.run import NAMES, ROUNDS, measure
from portal.bench.server import environment

DATABASE = "redress_bench"


class Command(BaseCommand):
    help = "Measure the portal beside pgbench TPC-B on the same server. Writes var/bench/latest.json."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--only", default="", help=f"Names separated by commas, of: {', '.join(NAMES)}.")
        parser.add_argument("--rounds", type=int, default=ROUNDS, help="How often each figure is taken beside pgbench.")
        parser.add_argument("--database-url", default="", help="The bench's own database, once it is made.")

    def handle(self, *args: Any, only: str, rounds: int, database_url: str, **options: Any) -> None:
        names = tuple(name for name in only.split(",") if name) or NAMES
        if unknown := sorted(set(names) - set(NAMES)):
            raise CommandError(f"There is nothing called {', '.join(unknown)}; choose among {', '.join(NAMES)}.")
        if database_url:
            self._measure(names, rounds, database_url)
        else:
            self._prepare(only, rounds)

    def _prepare(self, only: str, rounds: int) -> None:
        """Make the bench's database on the server in use, and go on with it as the default one."""
        connection.ensure_connection()
        server = _server()
        self._say("preparing the yardstick and the bench's own database")
        yardstick.prepare(server, _pgbench())
        yardstick.recreate(server, DATABASE)
        url = _url_of(DATABASE)
        asked = ["--only", only, "--rounds", str(rounds), "--database-url", url]
        for arguments in (["migrate", "-v0"], ["bench", *asked]):
            finished = subprocess.run([sys.executable, "manage.py", *arguments], env=environment(url), check=False)
            if finished.returncode != 0:
                raise CommandError(f"`manage.py {arguments[0]}` failed; what it says is above.")

    def _measure(self, names: tuple[str, ...], rounds: int, database_url: str) -> None:
        bench = Bench(server=_server(), database_url=database_url, pgbench=_pgbench(), rounds=rounds, say=self._say)
        try:
            figures = measure(bench, names)
        except FiguresMeanNothing as reason:
            raise CommandError(str(reason)) from reason
        report.write(figures, settings.VAR_DIR / "bench" / "latest.json")
        self.stdout.write(report.as_table(figures))

    def _say(self, line: str) -> None:
        self.stderr.write(line)


def _server() -> str:
    """The connection string of the server in use, without a database."""
    in_use = connection.get_connection_params()
    wanted = {name: in_use[name] for name in ("host", "port", "user", "password") if in_use.get(name)}
    return make_conninfo(**wanted)


def _url_of(database: str) -> str:
    parts = urlsplit(os.environ.get("DATABASE_URL") or embedded_postgres(settings.VAR_DIR).url)
    return urlunsplit(parts._replace(path=f"/{database}"))


def _pgbench() -> Path:
    """The embedded server's own pgbench, whichever server is measured."""
    return embedded_postgres(settings.VAR_DIR).binaries / "pgbench"
