"""One ordinary merchant that just meets all checks to join, from which every test departs."""

from datetime import UTC, datetime
from typing import Any

from compensation.schemes.peace_of_mind_admission.rules import AdmissionFacts

NOW = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)

RECORD: dict[str, Any] = {
    "label": "peace_of_mind_travel",
    "holds_label": False,
    "currency": "CNY",
    "orders": 5,
    "complaints": 0,
    "asked": 0,
    "unanswered": 0,
    "broken": 0,
    "deposit": 5_000_00,
    "owed": 0,
    "licensed_until": NOW.date(),
    "lost_at": None,
}


def record(**changes: Any) -> AdmissionFacts:
    return AdmissionFacts(**{**RECORD, **changes})
