"""The statements that reconcile a batch at once: what is known of its payouts, and its lines written in one go."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from common.arrays import array_of
from payouts.gateways.report_items import Movement
from payouts.matching import Class, Known, Match
from payouts.models import Report

Said = tuple[str, int, str, datetime]

SAID = """
SELECT provider_id, reference, amount, currency, paid_at FROM payouts_reportline
WHERE gateway = %s AND provider_id = ANY(%s::text[])
"""


def said_before(gateway: str, movements: Sequence[Movement]) -> dict[str, Said]:
    """What lines with the same numbers of the provider's said: reference, amount, currency, moment."""
    with connection.cursor() as cursor:
        cursor.execute(SAID, [gateway, array_of(movement.provider_id for movement in movements)])
        return {provider_id: tuple(said) for provider_id, *said in cursor.fetchall()}


@dataclass(frozen=True, slots=True)
class Found:
    """A payout that a line speaks of; `is_missed` when the break is open that its provider does not report it."""

    pk: int
    known: Known
    is_missed: bool


PAYOUTS = """
SELECT payout.provider_key::text, payout.id, payout.amount, payout.currency,
    payout.status = 'settled', payout.status = 'released',
    EXISTS (SELECT FROM payouts_reportline line WHERE line.payout_id = payout.id AND line.stands)
    OR EXISTS (
        SELECT FROM payouts_break ended
        WHERE ended.payout_id = payout.id AND ended.kind = 'missing_there' AND ended.status = 'resolved'
    ),
    EXISTS (
        SELECT FROM payouts_break live
        WHERE live.payout_id = payout.id AND live.kind = 'missing_there' AND live.status IN ('open', 'proposed')
    )
FROM payouts_payout payout
WHERE payout.gateway = %s AND payout.provider_key = ANY(%s::uuid[])
"""


def payouts_of(gateway: str, keys: Sequence[str]) -> dict[str, Found]:
    """The payouts behind these keys, as far as they are ours."""
    with connection.cursor() as cursor:
        cursor.execute(PAYOUTS, [gateway, array_of(key for key in keys if _is_key(key))])
        return {
            key: Found(pk, Known(amount, currency, settled, released, accounted_for), is_missed)
            for key, pk, amount, currency, settled, released, accounted_for, is_missed in cursor.fetchall()
        }


def as_key(reference: str) -> str:
    """Our own key as we write it, or what is no key of ours as it stands."""
    try:
        return str(UUID(reference))
    except ValueError:
        return reference


def _is_key(reference: str) -> bool:
    try:
        return str(UUID(reference)) == reference
    except ValueError:
        return False


LINES = """
INSERT INTO payouts_reportline (
    report_id, batch, gateway, number, provider_id, reference, amount, currency, paid_at, payout_id, stands, next_at
)
SELECT %s, %s, %s, number, provider_id, reference, amount, currency, paid_at, payout_id, stands,
    CASE WHEN waits THEN %s::timestamptz END
FROM unnest(
    %s::bigint[], %s::text[], %s::text[], %s::bigint[], %s::text[], %s::timestamptz[], %s::bigint[], %s::boolean[],
    %s::boolean[]
) AS line (number, provider_id, reference, amount, currency, paid_at, payout_id, stands, waits)
RETURNING number, id
"""


def keep_lines(
    report: Report,
    movements: Sequence[Movement],
    matches: Sequence[Match],
    payouts: Sequence[Found | None],
    *,
    batch: int,
    at: datetime,
) -> dict[int, int]:
    """Write the lines of a batch; their ids, by their numbers in the file. Those on their way are due at once."""
    columns: list[list[object]] = [
        [it.number for it in movements],
        [it.provider_id for it in movements],
        [it.reference for it in movements],
        [it.amount for it in movements],
        [it.currency for it in movements],
        [it.paid_at for it in movements],
        [payout.pk if payout else None for payout in payouts],
        [match.stands for match in matches],
        [match.found == Class.ON_ITS_WAY for match in matches],
    ]
    with connection.cursor() as cursor:
        cursor.execute(LINES, [report.pk, batch, report.gateway, at, *map(array_of, columns)])
        return dict(cursor.fetchall())
