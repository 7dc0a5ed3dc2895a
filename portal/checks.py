"""What `manage.py check --database default` says about the database, beside Django's own checks."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage
from django.core.checks import Warning as Advice
from django.db import DEFAULT_DB_ALIAS, connection

from portal.database_roles import may_change_the_books


def check_rights_on_the_books(*, databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """With DEBUG off, warn when the role the portal works as could change the books."""
    if settings.DEBUG or DEFAULT_DB_ALIAS not in (databases or ()):
        return []
    if "ledger_transfer" not in connection.introspection.table_names() or not may_change_the_books():
        return []
    return [
        Advice(
            "The portal works as a database role that could change the books.",
            hint="Run `manage.py database_roles` as the owner, and set DATABASE_ROLE for web, worker, beat and sweep.",
            id="portal.W001",
        )
    ]
