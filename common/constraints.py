"""Which promise of the database was about to be broken, by the name of its constraint or trigger."""

from django.db import IntegrityError
from psycopg import errors


def broken_constraint(error: IntegrityError) -> str:
    """The name of the constraint that refused the statement, "" when the database gave none."""
    cause = error.__cause__
    return (cause.diag.constraint_name or "") if isinstance(cause, errors.IntegrityError) else ""
