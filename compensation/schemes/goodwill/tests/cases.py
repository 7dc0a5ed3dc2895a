"""A case that has just ended as facts, with what a test wants to be different."""

from datetime import UTC, datetime, timedelta
from typing import Any

from compensation.schemes.goodwill.rules import Ended, GoodwillFacts

NOW = datetime(2026, 5, 20, 12, tzinfo=UTC)


def facts(**changes: Any) -> GoodwillFacts:
    """Decided for the consumer a minute ago, after twenty days."""
    closed_at = NOW - timedelta(minutes=1)
    given: dict[str, Any] = {
        "currency": "CNY",
        "ended_as": Ended.DECIDED_FOR_CONSUMER,
        "filed_at": closed_at - timedelta(days=20),
        "closed_at": closed_at,
        "last_given_at": None,
    }
    return GoodwillFacts(**(given | changes))
