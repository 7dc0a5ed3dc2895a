"""The yardstick: PostgreSQL's own pgbench, TPC-B at scale 10 with prepared statements, on the server under test.

A figure of the portal is worth something only beside what this machine does in the same minute, so every round runs
the yardstick first. It lives in a database of its own and touches nothing of the portal's.
"""

import os
import re
import subprocess
from pathlib import Path

import psycopg
import psycopg.conninfo
import psycopg.sql

SCALE = 10
DATABASE = "redress_yardstick"


def prepare(server: str, pgbench: Path) -> None:
    """Fill a fresh yardstick database on `server` (a connection string without database)."""
    recreate(server, DATABASE)
    subprocess.run([pgbench, "-i", "-q", "-s", str(SCALE)], env=_environment(server), check=True, capture_output=True)


def tpcb(server: str, pgbench: Path, *, clients: int, seconds: int) -> float:
    """TPC-B transactions per second with that many clients."""
    finished = subprocess.run(
        [pgbench, "-M", "prepared", "-c", str(clients), "-j", str(min(clients, 2)), "-T", str(seconds), "-n"],
        env=_environment(server),
        check=True,
        capture_output=True,
        text=True,
    )
    found = re.search(r"tps = ([0-9.]+)", finished.stdout)
    if found is None:
        raise RuntimeError(f"pgbench printed no rate: {finished.stdout}")
    return float(found.group(1))


def recreate(server: str, database: str) -> None:
    """Drop the database if it is there, and create it empty."""
    with psycopg.connect(f"{server} dbname=postgres", autocommit=True) as connection:
        name = psycopg.sql.Identifier(database)
        connection.execute(psycopg.sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))
        connection.execute(psycopg.sql.SQL("CREATE DATABASE {}").format(name))


def _environment(server: str) -> dict[str, str]:
    parameters = psycopg.conninfo.conninfo_to_dict(server)
    names = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD"}
    given = {names[key]: str(value) for key, value in parameters.items() if key in names}
    return {**os.environ, **given, "PGDATABASE": DATABASE}
