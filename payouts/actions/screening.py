"""Write new payouts and their history in one statement, which also says which of them may not leave at once.

A payout over a stopped gateway, or one that payouts.rules may find conspicuous, is written as reserved whatever its
gateway; the others as they are given. So the controls cost an ordinary payout no statement of its own. What waits for
the fund is screened when it pays, a batch at a time.
"""

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from common.compiled import column_names, columns_of, given_row, given_rows, values_of
from common.statements import rows_of
from payouts.models import Payout
from payouts.rules import DEFAULTS, ELSEWHERE, SINCE, SMALL_PARTS


class Written(NamedTuple):
    """A row that is new: whether a stop stands in its way, and whether it has to be judged."""

    id: int
    status: str
    stopped: bool
    judged: bool


def write(payouts: Sequence[Payout]) -> dict[str, Written]:
    """The rows that are new, by key; of several callers with one key, the first writes them. None for one in line."""
    if len(payouts) == 1:  # one plan serves all of these
        found = rows_of(_writing(given_row(Payout)), values_of(payouts[0]))
    else:
        found = rows_of(_writing(given_rows(Payout)), columns_of(payouts))
    return {key: Written(*row) for key, *row in found}


# The terms in force stand in payouts_limits or, since the platform's first day, are the defaults. `day` is what the
# payee got before, read over no more payouts than anybody needs in a day and under a lock of the payee, which is taken
# in the payees' order: whoever starts another payout to the payee waits for this one's commit. `batch` is what is given
# with the row and comes before it. A payout that replaces another was judged when that one was started.
SCREENED = """
WITH known (currency, large, many) AS (
    VALUES {defaults}
), screened AS MATERIALIZED (
    SELECT given.*,
        EXISTS (SELECT FROM payouts_stop WHERE resumed_at IS NULL AND gateway IN ('', given.gateway)) AS stopped,
        given.replaces_id IS NULL AND coalesce(
            given.amount > terms.large / {parts}
            OR day.total + sum(given.amount) OVER batch > terms.large
            OR day.number + count(*) OVER batch > terms.many,
            false
        ) AS judged
    FROM (SELECT * FROM {given} ORDER BY payee_id) AS given
    LEFT JOIN LATERAL (
        SELECT large, many FROM (
            SELECT large, many, set_at, id FROM payouts_limits
            WHERE currency = given.currency AND set_at <= given.created_at
            UNION ALL
            SELECT coalesce(known.large, {else_large}), coalesce(known.many, {else_many}), NULL, NULL
            FROM (SELECT given.currency) AS wanted (currency) LEFT JOIN known USING (currency)
            WHERE given.created_at >= '{since}'
        ) AS in_force
        ORDER BY set_at DESC NULLS LAST, id DESC LIMIT 1
    ) AS terms ON true
    LEFT JOIN LATERAL payouts_of_the_day(
        given.payee_id, given.currency, given.created_at, terms.many
    ) AS day ON true
    WINDOW batch AS (PARTITION BY given.payee_id, given.currency ORDER BY given.given_position)
)
"""

WRITING = """, payout AS (
    INSERT INTO payouts_payout ({columns})
    SELECT {values} FROM screened
    WHERE NOT payouts_is_in_line(key)
    ORDER BY given_position
    ON CONFLICT (key) DO NOTHING
    RETURNING id, key, status, created_at
), history AS (
    INSERT INTO payouts_move (payout_id, was, became, at, because)
    SELECT payout.id, move.was, move.became, payout.created_at, ''
    FROM payout, (VALUES (1, '', 'reserved'), (2, 'reserved', 'settled')) AS move (step, was, became)
    WHERE move.became = 'reserved' OR payout.status = move.became
    ORDER BY payout.id, move.step
)
SELECT key, payout.id, payout.status, screened.stopped, screened.judged FROM payout JOIN screened USING (key)
"""

# What a row that may not leave at once is written with in place of what was given.
HELD_BACK = {'"status"': "'reserved'", '"next_at"': "created_at", '"ended_at"': "NULL"}


@cache
def _writing(given: str) -> str:
    columns = column_names(Payout)
    return _screened(given) + WRITING.format(
        columns=", ".join(columns),
        values=", ".join(
            f"CASE WHEN stopped OR judged THEN {HELD_BACK[column]} ELSE {column} END" if column in HELD_BACK else column
            for column in columns
        ),
    )


def _screened(given: str) -> str:
    return SCREENED.format(
        defaults=", ".join(f"('{currency}', {terms.large}, {terms.many})" for currency, terms in DEFAULTS.items()),
        parts=SMALL_PARTS,
        else_large=ELSEWHERE.large,
        else_many=ELSEWHERE.many,
        since=SINCE.isoformat(),
        given=given,
    )
