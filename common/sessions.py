"""Who has a row in hand: a number for each database session, so that the work of one that died is taken over at once.

A session keeps a lock on its own number for as long as it lives. PostgreSQL frees it when the session ends, by kill -9
too, so a number that nobody locks belongs to the dead. This only makes things quick: what is relied on is the lease
that a row has besides. A session that merely lost its connection is taken for dead while its call is under way; its
answer is dropped then, as after a lease. Behind a pooler that shares sessions among transactions the lease counts.
"""

from datetime import datetime
from weakref import WeakSet

from django.db import connection, models
from psycopg import Connection
from psycopg.sql import SQL, Identifier, Literal

LOCK = 0x72656472  # the class of these locks, apart from all others

_locked: WeakSet[Connection] = WeakSet()


def this_session() -> int:
    """The number of this thread's database session, which it keeps locked from now on."""
    connection.ensure_connection()
    session: Connection = connection.connection
    number = session.info.backend_pid
    if session not in _locked:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s, %s)", [LOCK, number])
        _locked.add(session)
    return number


# A row that somebody has locked is being taken care of.
FREE = SQL("""
UPDATE {table} SET in_hand_of = NULL, {due} = %(now)s WHERE id IN (
    SELECT id FROM {table}
    WHERE in_hand_of IS NOT NULL AND {due} > %(now)s AND in_hand_of NOT IN (
        SELECT objid::bigint FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database
        WHERE locktype = 'advisory' AND classid = {lock} AND objsubid = 2 AND granted AND datname = current_database()
    )
    FOR NO KEY UPDATE SKIP LOCKED
)
""")


def free_from_the_dead(model: type[models.Model], *, due: str, now: datetime) -> int:
    """Make due now, in the column `due`, what a session had in hand that has died since; how many rows there were."""
    statement = FREE.format(table=Identifier(model._meta.db_table), due=Identifier(due), lock=Literal(LOCK))
    with connection.cursor() as cursor:
        cursor.execute(statement, {"now": now})
        return int(cursor.rowcount)
