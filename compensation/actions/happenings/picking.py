"""Pick affected lines that are due, and say what becomes of those that cannot be judged and paid now."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import F

from common.states import move_all_to, move_to
from common.transactions import atomic
from compensation.models import Affected
from compensation.models.happening import TRIES
from compensation.options import LINE_RELATED
from orders.models import Line

# How long a line is left alone after it could not be judged or paid; each time that much longer.
PAUSE = timedelta(minutes=5)


def lock_due(*, now: datetime, limit: int, only: int | None = None) -> list[Affected]:
    """The first lines that are due, nobody else's until the transaction ends; each order line at most once.

    They come with their event, and their line with all that the rules look at. `only` asks for one by its id. Two
    queries.
    """
    due = Affected.objects.due(now) if only is None else Affected.objects.due(now).filter(pk=only)
    rows = due.order_by("due_at", "id").select_for_update(of=("self",), skip_locked=True, no_key=True)
    picked: dict[int, Affected] = {}
    for row in rows.select_related("happening__store")[:limit]:
        picked.setdefault(row.line_id, row)
    lines = Line.objects.select_related(*LINE_RELATED).in_bulk(list(picked))
    for row in picked.values():
        row.line = lines[row.line_id]
    return list(picked.values())


def leave_to_a_claim(rows: Sequence[Affected], *, because: str, at: datetime) -> None:
    """A claim on the same line and cause, or what made it good before, says what is owed; the event adds nothing."""
    found = [row for row in rows if row.status == Affected.Status.FOUND]
    move_all_to(found, Affected.Status.LEFT, at=at, history={}, because=because, due_at=None, ended_at=at)


@atomic
def stumble(affected: int, *, now: datetime) -> None:
    """It could not be judged or paid: it is tried again after a while, and after some tries an agent has to look."""
    row = Affected.objects.select_for_update(no_key=True).get(pk=affected)
    if row.due_at is None:
        return
    tries = row.tries + 1
    if tries >= TRIES:
        move_to(row, Affected.Status.PARKED, at=now, because="could_not_be_paid", tries=tries, due_at=None)
    else:
        Affected.objects.filter(pk=row.pk).update(tries=F("tries") + 1, due_at=now + PAUSE * tries)
