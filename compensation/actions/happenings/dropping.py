"""Let go of lines whose event was cancelled: nothing more is paid, and what was held for them is free again."""

from collections.abc import Sequence
from datetime import datetime

from common.states import move_all_to
from compensation.actions.capping import release
from compensation.actions.happenings.telling import tell_what_became
from compensation.models import Affected
from orders import actions as orders


def drop(rows: Sequence[Affected], *, at: datetime) -> None:
    """Drop these locked lines, none of them paid; whoever was told that a sum is owed is told that it is not.

    What was owed when they were judged gives the line's price and the caps back. The lines' outcomes stand as before.
    """
    orders.take_back_outcomes(lines=[row.line_id for row in rows if row.recorded])
    owed = sorted((row for row in rows if row.verdict_id), key=lambda row: row.line_id)
    for row in owed:
        if row.refund_part:
            orders.give_back(key=row.key, at=at)
    release([row.key for row in owed])
    for was in sorted({str(row.status) for row in rows}):
        _move([row for row in rows if row.status == was], at=at)
    tell_what_became(owed, at=at)


def _move(rows: Sequence[Affected], *, at: datetime) -> None:
    move_all_to(
        rows,
        Affected.Status.DROPPED,
        at=at,
        history={},
        because="event_cancelled",
        amount=0,
        compensation=0,
        due_at=None,
        ended_at=at,
    )
