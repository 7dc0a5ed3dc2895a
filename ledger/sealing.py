"""Seal the books day by day: whoever changes an old line afterwards breaks the seal of its day and all that follow.

A day (UTC) is made of the transfers behind the last day's, up to the last one that was recorded on it. They are told
apart by their ids, which one sequence hands out in rising order; so each transfer belongs to one day, also one that
took its id before midnight and was committed after it, as a day is sealed only when all ids in it are decided.
"""

import time
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256

from django.db import connection

from common.crash_points import crash_point
from common.transactions import atomic, refuse_inside_transaction
from ledger.canonical import BEGINNING, CLOSINGS, Span, closing_lines, line, transfer_lines
from ledger.models import NOTHING_BEFORE, Seal, Transfer

ONE_DAY = timedelta(days=1)
WAIT_SECONDS, LOOK_EVERY_SECONDS = 2.0, 0.05


def seal_past_days(*, now: datetime) -> int:
    """Seal every day before that of `now` that has no seal yet, the oldest first, and return how many were sealed.

    None are while somebody still writes transfers that may belong to one of them: the next call tries again.
    """
    refuse_inside_transaction()
    today = now.astimezone(UTC).date()
    last = last_seal()
    day = last.day + ONE_DAY if last else _first_day()
    if day is None or day >= today:
        return 0
    ends = _ends(after=last.through if last else BEGINNING, today=today)
    if not _all_decided():
        return 0
    sealed = 0
    while day < today:
        through = max((end for recorded_on, end in ends.items() if recorded_on <= day), default=BEGINNING)
        last = _seal(day, through=through, last=last, now=now)
        if last is None:  # somebody else was quicker
            break
        day, sealed = day + ONE_DAY, sealed + 1
    return sealed


def last_seal() -> Seal | None:
    return Seal.objects.order_by("-day").first()


def _first_day() -> date | None:
    first = Transfer.objects.order_by("id").first()
    return first.recorded_at.astimezone(UTC).date() if first else None


ENDS = """
SELECT (recorded_at AT TIME ZONE 'UTC')::date, max(id) FROM ledger_transfer
WHERE id > %s AND recorded_at < %s::date::timestamp AT TIME ZONE 'UTC'
GROUP BY 1
"""


def _ends(*, after: int, today: date) -> dict[date, int]:
    """The last id that was recorded on each day before today."""
    with connection.cursor() as cursor:
        cursor.execute(ENDS, [after, today])
        return dict(cursor.fetchall())


def _all_decided() -> bool:
    """Whether everybody who was writing transfers a moment ago has committed or rolled back. Waits a little for it.

    An INSERT locks its table before it takes an id and until its transaction ends. So whoever holds an id below one
    that is committed is among those who hold this lock now, and when they are gone all those ids are decided. (This
    is how PostgreSQL itself waits in CREATE INDEX CONCURRENTLY; nobody is made to wait for us.)
    """
    until = time.monotonic() + WAIT_SECONDS
    writing = _writing()
    while writing and time.monotonic() < until:
        time.sleep(LOOK_EVERY_SECONDS)
        writing &= _writing()
    return not writing


def _writing() -> set[str]:
    """The transactions that have written transfers, or are about to, other than our own."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT virtualtransaction FROM pg_locks WHERE relation = 'ledger_transfer'::regclass"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            " AND mode = 'RowExclusiveLock' AND granted AND pid IS DISTINCT FROM pg_backend_pid()"
        )
        return {transaction for (transaction,) in cursor.fetchall()}


KEEP_CLOSINGS = f"""
INSERT INTO ledger_closing (day, account_id, posted) SELECT %s, id, posted
FROM ({CLOSINGS}) AS closing (id, kind, owner, currency, posted)
"""  # noqa: S608 (our own names)


def _seal(day: date, *, through: int, last: Seal | None, now: datetime) -> Seal | None:
    """The day's seal, or None when another process has sealed it or is about to."""
    after = last.through if last else BEGINNING
    span = Span(after, max(after, through))
    with atomic():
        if not _is_the_only_sealer() or last_seal() != last:
            return None
        with connection.cursor() as cursor:
            cursor.execute(KEEP_CLOSINGS, [day, *span, *span, day])
        seal = sealed(day, span, previous=last.hash if last else NOTHING_BEFORE, at=now)
        seal.save(force_insert=True)
        crash_point("ledger.before_seal_is_committed")
    crash_point("ledger.after_seal")
    return seal


def _is_the_only_sealer() -> bool:
    """Whether we are, until the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock('ledger_seal'::regclass::oid::int, 0)")
        return bool(cursor.fetchone()[0])


def sealed(day: date, span: Span, *, previous: str, at: datetime) -> Seal:
    """The seal that the day has by its rows: what is stored must be the same. Nothing is written.

    Its hash covers the lines of the transfers and of the closings, and then the seal's own line without the hash.
    """
    digest, transfers = sha256(), 0
    for lines, count in transfer_lines(span):
        digest.update(lines)
        transfers += count
    lines, closed = closing_lines(day)
    digest.update(lines)
    seal = Seal(day=day, through=span.through, transfers=transfers, closings=closed, previous=previous, sealed_at=at)
    digest.update(line(seal_fields(seal)))
    seal.hash = digest.hexdigest()
    return seal


def seal_fields(seal: Seal) -> dict[str, object]:
    """What the seal's own line says, before its hash."""
    return {
        "seal": seal.day.isoformat(),
        "transfers": seal.transfers,
        "closings": seal.closings,
        "previous": seal.previous,
    }
