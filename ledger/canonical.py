"""The one way the books are written down, byte for byte: what seals cover and what exports contain.

Each line is a JSON object without spaces, its fields in a fixed order, text as UTF-8, moments in UTC to the
microsecond, amounts in minor units. An account is called [kind, owner, currency].
"""

import json
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from django.db import connection

from ledger.chart import AccountName
from ledger.models import DEBIT_NORMAL, AccountKind

LINES_A_CHUNK = 5_000
BEGINNING = -(2**63)  # before every id, also one that nobody should have


class Span(NamedTuple):
    """The transfers after one id, up to and including another."""

    after: int
    through: int


class Standing(NamedTuple):
    """What an account holds, in minor units."""

    account: int
    name: AccountName
    posted: int


def _name(alias: str) -> str:
    """The account's name as JSON, null where there is no such account."""
    fields = " || ',' || ".join(f"to_json({alias}.{column})::text" for column in ("kind", "owner", "currency"))
    return f"coalesce('[' || {fields} || ']', 'null')"


def _moment(column: str) -> str:
    return f"""to_json(to_char({column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))"""


TRANSFERS = f"""
SELECT string_agg(line, '' ORDER BY id), count(*), max(id) FROM (
    SELECT transfer.id, '{{"transfer":' || to_json(transfer.key)
        || ',"kind":' || to_json(transfer.kind)
        || ',"debit":' || {_name("debit")}
        || ',"credit":' || {_name("credit")}
        || ',"amount":' || transfer.amount
        || ',"happened_at":' || {_moment("transfer.happened_at")}
        || ',"recorded_at":' || {_moment("transfer.recorded_at")}
        || ',"reverses":' || CASE WHEN transfer.reverses_id IS NULL THEN 'null' ELSE coalesce(
            (SELECT to_json(key)::text FROM ledger_transfer WHERE id = transfer.reverses_id), 'false') END
        || E'}}\\n' AS line
    FROM ledger_transfer transfer
    LEFT JOIN ledger_account debit ON debit.id = transfer.debit_id
    LEFT JOIN ledger_account credit ON credit.id = transfer.credit_id
    WHERE transfer.id > %s AND transfer.id <= %s
    ORDER BY transfer.id LIMIT {LINES_A_CHUNK}
) chunk
"""  # noqa: S608 (our own names)


def transfer_lines(span: Span) -> Iterator[tuple[bytes, int]]:
    """The lines of the span's transfers in the order of their ids, some thousand at a time, and how many they are."""
    after = span.after
    while after < span.through:
        with connection.cursor() as cursor:
            cursor.execute(TRANSFERS, [after, span.through])
            text, lines, last = cursor.fetchone()
        if not lines:
            return
        yield text.encode(), lines
        after = last


# What each account that moved in a span holds at its end: its last closing before the day, and what moved since.
CLOSINGS = """
SELECT account.id, kind, owner, currency, (coalesce(before.posted, 0) + normal * moved.credited)::bigint
FROM (
    SELECT account_id, sum(credited) AS credited FROM (
        SELECT debit_id AS account_id, -amount AS credited FROM ledger_transfer WHERE id > %s AND id <= %s
        UNION ALL
        SELECT credit_id, amount FROM ledger_transfer WHERE id > %s AND id <= %s
    ) leg GROUP BY account_id
) moved
JOIN ledger_account account ON account.id = moved.account_id
LEFT JOIN LATERAL (
    SELECT posted FROM ledger_closing WHERE account_id = account.id AND day < %s ORDER BY day DESC LIMIT 1
) before ON true
ORDER BY kind COLLATE "C", owner COLLATE "C", currency
"""


CLOSING_LINES = f"""
SELECT coalesce(string_agg(
    '{{"closing":' || {_name("account")} || ',"normal":"' || CASE normal WHEN -1 THEN 'debit' ELSE 'credit' END
        || '","balance":' || posted || E'}}\n',
    '' ORDER BY kind COLLATE "C", owner COLLATE "C", currency
), ''), count(*)
FROM ledger_closing JOIN ledger_account account ON account.id = account_id
WHERE day = %s
"""  # noqa: S608 (our own names)


def closing_lines(day: date) -> tuple[bytes, int]:
    """The lines of the closing balances that were kept for the day, and how many they are."""
    with connection.cursor() as cursor:
        cursor.execute(CLOSING_LINES, [day])
        text, lines = cursor.fetchone()
    return text.encode(), lines


# The same for every account that was ever opened, as of the end of a span that begins behind the day's seal.
STANDINGS = """
SELECT account.id, kind, owner, currency, (coalesce(before.posted, 0) + normal * coalesce(moved.credited, 0))::bigint
FROM ledger_account account
LEFT JOIN (
    SELECT account_id, sum(credited) AS credited FROM (
        SELECT debit_id AS account_id, -amount AS credited FROM ledger_transfer WHERE id > %s AND id <= %s
        UNION ALL
        SELECT credit_id, amount FROM ledger_transfer WHERE id > %s AND id <= %s
    ) leg GROUP BY account_id
) moved ON moved.account_id = account.id
LEFT JOIN LATERAL (
    SELECT posted FROM ledger_closing WHERE account_id = account.id AND day <= %s ORDER BY day DESC LIMIT 1
) before ON true
WHERE coalesce(before.posted, moved.credited) IS NOT NULL
ORDER BY kind COLLATE "C", owner COLLATE "C", currency
"""


def standings(span: Span, day: date) -> Iterator[Standing]:
    """What every account that ever moved holds at the end of the span, which begins where the day's seal ends."""
    return _standings(STANDINGS, [*span, *span, day])


def _standings(query: str, values: list[int | date]) -> Iterator[Standing]:
    with connection.chunked_cursor() as cursor:
        cursor.execute(query, values)
        for account, kind, owner, currency, posted in cursor:
            yield Standing(account, AccountName(AccountKind(kind), owner, currency), posted)


def standing_line(word: str, standing: Standing) -> bytes:
    """What an account holds, as a line that begins with the word: "opening", "closing" or "balance"."""
    normal = "debit" if standing.name.kind in DEBIT_NORMAL else "credit"
    return line({word: list(standing.name), "normal": normal, "balance": standing.posted})


def line(fields: dict[str, object]) -> bytes:
    return (json.dumps(fields, ensure_ascii=False, separators=(",", ":")) + "\n").encode()
