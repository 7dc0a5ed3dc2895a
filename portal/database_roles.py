"""Two roles on the database: the owner, who migrates, and the one the running portal works as.

The latter may read and write every table but those of the books and the list of migrations: there it may do what is
listed, which is mostly to add lines. It owns nothing, so it can neither alter a table nor switch a trigger off, and
may empty none. Triggers of the books, which write balances, work with the rights of the owner.
"""

from collections.abc import Iterator

from django.conf import settings
from django.db import ProgrammingError, connection, transaction
from psycopg import sql
from psycopg.errors import InsufficientPrivilege

from common.transactions import atomic
from ledger.rights import RIGHTS, VERBS

EXCEPTIONS = {**RIGHTS, "django_migrations": "SELECT"}


class RolesRefused(Exception):
    """The role cannot be made or given its rights. The message says what to do about it, in one sentence."""


@atomic
def make_role(name: str) -> None:
    """Make the role, if there is none yet, let us become it, and give it its rights. Raises RolesRefused."""
    try:
        if not role_exists(name):
            _run(sql.SQL("CREATE ROLE {} " + ("LOGIN" if _is_embedded() else "NOLOGIN")), name)
        if not _may_become(name):
            _run(sql.SQL("GRANT {} TO CURRENT_USER"), name)
        grant_rights(name)
    except ProgrammingError as error:
        if isinstance(error.__cause__, InsufficientPrivilege):
            user, reason = settings.DATABASES["default"]["USER"], error.__cause__.diag.message_primary
            raise RolesRefused(
                f"The database user {user} may not make the role {name} ({reason}): let an administrator run"
                f' CREATE ROLE "{name}"; GRANT "{name}" TO "{user}"; and then repeat `manage.py database_roles`.'
            ) from error
        raise


def role_exists(name: str) -> bool:
    return bool(_ask("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = %s)", name))


@atomic
def grant_rights(name: str) -> None:
    """Give the role exactly the rights it is to have on the tables that stand now. Repeating it changes nothing."""
    _ask("SELECT pg_advisory_xact_lock('pg_authid'::regclass::oid::int, 0) IS NULL")
    schema = str(_ask("SELECT current_schema()"))
    _run(sql.SQL("GRANT USAGE ON SCHEMA {1} TO {0}"), name, schema)
    for table in _ours("r", "p", "v", "m"):
        _run(sql.SQL("REVOKE ALL ON {1} FROM {0}"), name, table)
        rights = EXCEPTIONS.get(table, "SELECT, INSERT, UPDATE, DELETE")
        _run(sql.SQL(f"GRANT {rights} ON {{1}} TO {{0}}"), name, table)
    for sequence in _ours("S"):
        _run(sql.SQL("REVOKE ALL ON SEQUENCE {1} FROM {0}"), name, sequence)
        _run(sql.SQL("GRANT USAGE, SELECT ON SEQUENCE {1} TO {0}"), name, sequence)
    for function in _functions_of_the_books():
        _run(sql.SQL(f"ALTER FUNCTION {function} SECURITY DEFINER SET search_path = {{1}}, pg_temp"), name, schema)
        # Else anybody could hang the function on a table of their own and have it write what they please.
        _run(sql.SQL(f"REVOKE EXECUTE ON FUNCTION {function} FROM PUBLIC"), name)
    for verb in VERBS:
        _run(sql.SQL(f"GRANT EXECUTE ON FUNCTION {verb} TO {{0}}"), name)


def _ours(*kinds: str) -> list[str]:
    """The tables, views or sequences that we own in the schema we work in."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace"
            " AND relkind = ANY(%s) AND pg_has_role(relowner, 'USAGE') ORDER BY relname",
            [list(kinds)],
        )
        return [name for (name,) in cursor.fetchall()]


def _functions_of_the_books() -> Iterator[str]:
    """The triggers' functions and the verbs, each with its schema and the types it takes."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT tgfoid::regprocedure::text FROM pg_trigger"
            " JOIN pg_proc ON pg_proc.oid = tgfoid AND pg_has_role(proowner, 'USAGE')"
            " WHERE NOT tgisinternal AND tgrelid = ANY(%s::text[]::regclass[]) ORDER BY 1",
            [[table for table in RIGHTS if table in _ours("r", "p")]],
        )
        yield from (function for (function,) in cursor.fetchall())
    yield from VERBS


def may_change_the_books() -> bool:
    """Whether the role we work as could change a line of the books or switch off what guards them."""
    return bool(
        _ask(
            "SELECT has_table_privilege('ledger_transfer', 'UPDATE, DELETE, TRUNCATE, TRIGGER')"
            " OR pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = 'ledger_transfer'::regclass"
        )
    )


def _may_become(name: str) -> bool:
    """Whether SET ROLE would be allowed. (What a membership allows is told apart from PostgreSQL 16 on only.)"""
    try:
        with transaction.atomic():
            _run(sql.SQL("SET LOCAL ROLE {}"), name)
            transaction.set_rollback(True)
    except ProgrammingError:
        return False
    return True


def _is_embedded() -> bool:
    return bool(settings.DATABASES["default"]["ENGINE"] == "common.embedded")


def _ask(query: str, *values: str) -> object:
    with connection.cursor() as cursor:
        cursor.execute(query, list(values))
        return cursor.fetchone()[0]


def _run(statement: sql.SQL, *names: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement.format(*map(sql.Identifier, names)))
