"""Emptying the tables after a test that committed: rows are deleted instead of every table being made anew.

TRUNCATE writes new files for a table and each of its indexes, some five hundred after every such test, although most
are empty. Tables that a test filled with more than a few pages are truncated all the same.
"""

from typing import Any

from django.db.backends.postgresql.operations import DatabaseOperations

LARGE_BYTES = 1_000_000

# Locks as TRUNCATE does, so that it waits for what other sessions have under way. Who may not pass over triggers and
# foreign keys truncates.
EMPTIED = """
DO $$
DECLARE
    tables CONSTANT text[] := ARRAY[{tables}];
    found text;
BEGIN
    LOOP
        BEGIN
            EXECUTE 'LOCK TABLE ' || array_to_string(tables, ', ') || ' IN ACCESS EXCLUSIVE MODE';
            EXIT;
        EXCEPTION WHEN deadlock_detected THEN
            NULL; -- a request that nobody waits for any more is at work, and goes first
        END;
    END LOOP;
    BEGIN
        SET LOCAL session_replication_role = replica;
        FOREACH found IN ARRAY tables LOOP
            IF pg_table_size(found::regclass) > {large} THEN
                EXECUTE 'TRUNCATE ' || found || ' CASCADE';
            ELSE
                EXECUTE 'DELETE FROM ' || found;
            END IF;
        END LOOP;
        SET LOCAL session_replication_role = origin;
    EXCEPTION WHEN insufficient_privilege THEN
        EXECUTE 'TRUNCATE ' || array_to_string(tables, ', ');
    END;
END $$
"""


def sql_flush(
    operations: DatabaseOperations,
    style: Any,
    tables: list[str],
    *,
    reset_sequences: bool = False,
    allow_cascade: bool = False,
) -> list[str]:
    """In place of Django's own, for tests."""
    if reset_sequences or allow_cascade or not tables:
        raise NotImplementedError("Tests only ever empty all tables, and go on counting.")
    names = ", ".join(f"'{operations.quote_name(table)}'" for table in tables)
    return [EMPTIED.format(tables=names, large=LARGE_BYTES)]
