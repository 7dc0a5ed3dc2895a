"""A database with the tables and nothing in them, from which each process of a test run copies its own.

The migrations take a quarter of a minute. They run once, and not again until one of them changes.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management import call_command
from django.db import connection
from django.db.backends.postgresql.creation import DatabaseCreation

from common.migrated import digest_of_migrations

# Not `test_…`, which is what Django makes and drops as it likes.
PREFIX = "redress_tables_"
ONE_AT_A_TIME = 7_211_403  # the advisory lock that is held while the tables are made


def database_with_tables() -> str:
    """Its name. It is made when it is not there, and those of other migrations are dropped then."""
    wanted = PREFIX + digest_of_migrations()[:16]
    with connection._nodb_cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [ONE_AT_A_TIME])  # until the cursor's connection is closed
        cursor.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [PREFIX])
        there = [name for (name,) in cursor.fetchall()]
        if wanted in there:
            return wanted
        for outdated in there:
            cursor.execute(f'DROP DATABASE "{outdated}"')
        draft = f"{PREFIX}draft"
        cursor.execute(f'CREATE DATABASE "{draft}"')
        with _connected_to(draft):
            call_command("migrate", verbosity=0, interactive=False)
        cursor.execute(f'ALTER DATABASE "{draft}" RENAME TO "{wanted}"')
    return wanted


@contextmanager
def _connected_to(database: str) -> Iterator[None]:
    usual = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = database
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = usual


def drop_with_its_sessions(creation: DatabaseCreation, name: str, verbosity: int) -> None:
    """In place of Django's own, which fails where a killed process's session has yet to notice that nobody listens."""
    with connection._nodb_cursor() as cursor:
        cursor.execute(f"DROP DATABASE {connection.ops.quote_name(name)} WITH (FORCE)")
