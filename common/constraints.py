"""Which promise of the database was about to be broken, by its constraint's name, and when it looks."""

from django.db import IntegrityError, connection
from psycopg import errors


def broken_constraint(error: IntegrityError) -> str:
    """The name of the constraint that refused the statement, "" when the database gave none."""
    cause = error.__cause__
    return (cause.diag.constraint_name or "") if isinstance(cause, errors.IntegrityError) else ""


def check_at_once() -> None:
    """Until this transaction ends, each statement looks whether the rows it points to are there; so far the commit did.

    For a batch: at its commit others wait for what it locked, and a thousand looks take a while.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
