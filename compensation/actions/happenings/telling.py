"""Tell consumers what an event brought them. The sentence is written in the reader's language later."""

from collections.abc import Sequence
from datetime import datetime

from compensation.models import Affected
from notices.actions import Telling, tell_all

TOLD = {
    Affected.Status.PAID: "event_paid",
    Affected.Status.GIVEN: "event_given",
    Affected.Status.OWED: "event_owed",
    Affected.Status.REFUSED: "event_refused",
    Affected.Status.DROPPED: "event_dropped",
}


def tell_what_became(rows: Sequence[Affected], *, at: datetime) -> None:
    """One notice to each consumer for each line and status, with one statement for any number."""
    tell_all(
        [
            Telling(
                key=f"{row.key}:{row.status}",
                recipient=row.line.order.consumer,
                kind=TOLD[Affected.Status(row.status)],
                values=_values(row),
                link=row.line.order.get_absolute_url(),
            )
            for row in rows
        ],
        at=at,
    )


def _values(row: Affected) -> dict[str, object]:
    line, store = row.line, row.happening.store
    return {
        "case": str(row.happening.kind),
        "item": line.title,
        "item_zh": line.title_zh,
        "store": store.name,
        "store_zh": store.name_zh,
        "amount": row.amount,
        "currency": row.currency,
    }
