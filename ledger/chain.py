"""Proves the chain of seals: every sealed day is computed anew from its rows and compared with what was sealed."""

from collections.abc import Iterator
from datetime import timedelta

from django.db import connection

from common.proofs import Break
from ledger.canonical import BEGINNING, CLOSINGS, Span
from ledger.models import NOTHING_BEFORE, Seal
from ledger.sealing import sealed


def prove_seals() -> Iterator[Break]:
    """The first day that is not what it was, and all that break after it."""
    last: Seal | None = None
    for seal in Seal.objects.order_by("day").iterator():
        yield from (Break("ledger", sentence) for sentence in _what_is_wrong(seal, last))
        last = seal


def _what_is_wrong(seal: Seal, last: Seal | None) -> Iterator[str]:
    if last and seal.day != last.day + timedelta(days=1):
        yield f"There is no seal between {last.day} and {seal.day}."
    if seal.previous != (last.hash if last else NOTHING_BEFORE):
        yield f"The seal of {seal.day} does not follow the one before it."
    span = Span(last.through if last else BEGINNING, seal.through)
    found = sealed(seal.day, span, previous=seal.previous, at=seal.sealed_at)
    if found.transfers != seal.transfers:
        yield f"{seal.day} was sealed with {seal.transfers} transfers and has {found.transfers}."
    elif found.hash != seal.hash:
        yield f"{seal.day} was changed after it was sealed: its lines add up to {found.hash}, not {seal.hash}."
    yield from _wrong_closings(seal, span)


WRONG_CLOSINGS = f"""
SELECT coalesce(kept.account_id, found.id), kept.posted, found.posted
FROM (SELECT account_id, posted FROM ledger_closing WHERE day = %s) kept
FULL JOIN ({CLOSINGS}) AS found (id, kind, owner, currency, posted) ON found.id = kept.account_id
WHERE kept.posted IS DISTINCT FROM found.posted
ORDER BY 1
"""  # noqa: S608 (our own names)


def _wrong_closings(seal: Seal, span: Span) -> Iterator[str]:
    with connection.cursor() as cursor:
        cursor.execute(WRONG_CLOSINGS, [seal.day, *span, *span, seal.day])
        for account, kept, found in cursor:
            yield f"Account {account} closed {seal.day} with {kept}, its transfers give {found}."
