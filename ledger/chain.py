"""Proves the chain of seals: every sealed day is computed anew from its rows and compared with what was sealed."""

from collections.abc import Iterator
from datetime import timedelta

from django.db import connection

from common.proofs import Break
from ledger.canonical import BEGINNING, Span
from ledger.models import NOTHING_BEFORE, Seal
from ledger.sealing import sealed


def prove_seals() -> Iterator[Break]:
    """The days that are not what they were, and then the closing balances that their transfers do not give."""
    last: Seal | None = None
    for seal in Seal.objects.order_by("day").iterator():
        yield from (Break("ledger", sentence) for sentence in _what_is_wrong(seal, last))
        last = seal
    yield from _wrong_closings()


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


# Every leg belongs to the first day that ends with it or behind it; what an account holds after each of its days is the
# running sum. One pass over all legs.
WRONG_CLOSINGS = """
WITH seal AS (
    SELECT day, through, row_number() OVER (ORDER BY day) - 1 AS number FROM ledger_seal
), ends AS (
    SELECT array_agg(through ORDER BY day) AS through FROM seal
), leg AS (
    SELECT debit_id AS account_id, id, -amount AS credited FROM ledger_transfer
    UNION ALL
    SELECT credit_id, id, amount FROM ledger_transfer
), moved AS (
    SELECT account_id, width_bucket(id - 1, ends.through) AS number, sum(credited) AS credited
    FROM leg, ends WHERE id <= ends.through[array_upper(ends.through, 1)] GROUP BY 1, 2
), found AS (
    SELECT account_id, number, normal * sum(credited) OVER (PARTITION BY account_id ORDER BY number) AS posted
    FROM moved JOIN ledger_account account ON account.id = account_id
), kept AS (
    SELECT account_id, number, posted FROM ledger_closing JOIN seal USING (day)
)
SELECT account_id, seal.day, kept.posted, found.posted
FROM kept FULL JOIN found USING (account_id, number) JOIN seal USING (number)
WHERE kept.posted IS DISTINCT FROM found.posted
ORDER BY seal.day, account_id
"""


def _wrong_closings() -> Iterator[Break]:
    with connection.cursor() as cursor:
        cursor.execute(WRONG_CLOSINGS)
        for account, day, kept, found in cursor:
            yield Break("ledger", f"Account {account} closed {day} with {kept}, its transfers give {found}.")
