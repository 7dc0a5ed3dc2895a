"""Proves the identity of the fund, and each row of it against the books.

Advances outstanding and receivables are what was advanced, less what was recovered, expensed, waived and written off,
in each currency; and so for each merchant, and for each advance and each recovery by itself. What an appeal charged was
no advance: it has a term of its own, and the identity holds with it and without it.
"""

from collections.abc import Iterator

from common.proofs import Break, breaks_found

PROOFS = {
    "In {currency} {there} of advances are outstanding and {owed} is receivable, but what was advanced less what was"
    " recovered, expensed, waived and written off is {rest}.": """
        SELECT currency, sum(there) AS there, sum(owed) AS owed, sum(rest) AS rest FROM (
            SELECT account.currency, balance.posted AS there, 0 AS owed, 0 AS rest
            FROM ledger_account account JOIN ledger_balance balance ON balance.account_id = account.id
            WHERE account.kind = 'advances_outstanding'
            UNION ALL
            SELECT account.currency, 0, balance.posted, 0
            FROM ledger_account account JOIN ledger_balance balance ON balance.account_id = account.id
            WHERE account.kind = 'recovery_receivable'
            UNION ALL
            SELECT currency, 0, 0, amount - borne FROM compensation_advance
            UNION ALL
            SELECT currency, 0, - (amount - set_off - from_deposit - paid - undone - waived - written_off), 0
            FROM compensation_recovery WHERE cause = 'appeal'
            UNION ALL
            SELECT currency, 0, 0, CASE WHEN cause = 'in_place' THEN amount ELSE 0 END
                - set_off - from_deposit - paid - undone - waived - written_off
            FROM compensation_recovery WHERE cause <> 'appeal'
        ) AS part
        GROUP BY currency HAVING sum(there) + sum(owed) <> sum(rest)
        ORDER BY currency
    """,
    "In {currency} {there} of advances are outstanding and {owed} is receivable, but what was advanced and charged on"
    " appeal less what was recovered, expensed, waived and written off is {rest}.": """
        SELECT currency, sum(there) AS there, sum(owed) AS owed, sum(rest) AS rest FROM (
            SELECT account.currency, balance.posted AS there, 0 AS owed, 0 AS rest
            FROM ledger_account account JOIN ledger_balance balance ON balance.account_id = account.id
            WHERE account.kind = 'advances_outstanding'
            UNION ALL
            SELECT account.currency, 0, balance.posted, 0
            FROM ledger_account account JOIN ledger_balance balance ON balance.account_id = account.id
            WHERE account.kind = 'recovery_receivable'
            UNION ALL
            SELECT currency, 0, 0, amount - borne FROM compensation_advance
            UNION ALL
            SELECT currency, 0, 0, CASE WHEN cause IN ('in_place', 'appeal') THEN amount ELSE 0 END
                - set_off - from_deposit - paid - undone - waived - written_off
            FROM compensation_recovery
        ) AS part
        GROUP BY currency HAVING sum(there) + sum(owed) <> sum(rest)
        ORDER BY currency
    """,
    "Recovery {key} came to be owed by {cause}, and its transfer took it out of {kind}.": """
        SELECT recovery.key, recovery.cause, credit.kind
        FROM compensation_recovery recovery
        JOIN ledger_transfer transfer ON transfer.key = recovery.key
        JOIN ledger_account credit ON credit.id = transfer.credit_id
        WHERE (recovery.cause = 'appeal') <> (credit.kind = 'compensation_expense')
        ORDER BY recovery.id
    """,
    "In {currency} {there} of advances are outstanding in the books, and {outstanding} by what was advanced.": """
        SELECT currency, coalesce(held.there, 0) AS there, coalesce(waiting.outstanding, 0) AS outstanding
        FROM (
            SELECT account.currency, balance.posted AS there
            FROM ledger_account account JOIN ledger_balance balance ON balance.account_id = account.id
            WHERE account.kind = 'advances_outstanding'
        ) AS held FULL JOIN (
            SELECT currency, sum(amount - charged - borne) AS outstanding FROM compensation_advance GROUP BY currency
        ) AS waiting USING (currency)
        WHERE coalesce(held.there, 0) <> coalesce(waiting.outstanding, 0)
        ORDER BY currency
    """,
    "Merchant {merchant} owes the fund {owed} {currency} in the books, and {open} by its recoveries.": """
        SELECT merchant, currency, coalesce(held.owed, 0) AS owed, coalesce(due.open, 0) AS open
        FROM (
            SELECT account.owner AS merchant, account.currency, balance.posted AS owed
            FROM ledger_account account JOIN ledger_balance balance ON balance.account_id = account.id
            WHERE account.kind = 'recovery_receivable'
        ) AS held FULL JOIN (
            SELECT 'merchant:' || merchant_id AS merchant, currency,
                sum(amount - set_off - from_deposit - paid - waived - written_off - undone) AS open
            FROM compensation_recovery GROUP BY 1, 2
        ) AS due USING (merchant, currency)
        WHERE coalesce(held.owed, 0) <> coalesce(due.open, 0)
        ORDER BY merchant, currency
    """,
    "Advance {key} of {amount} {currency} was not paid to person {payee_id} as an advance of that sum.": """
        SELECT advance.key, advance.amount, advance.currency, advance.payee_id
        FROM compensation_advance advance
        JOIN payouts_payout payout ON payout.id = advance.payout_id
        LEFT JOIN ledger_transfer transfer ON transfer.key = advance.key
        LEFT JOIN ledger_account debit ON debit.id = transfer.debit_id
        LEFT JOIN ledger_account credit ON credit.id = transfer.credit_id
        WHERE (transfer.amount, debit.kind, credit.owner, credit.currency)
            IS DISTINCT FROM (advance.amount, 'advances_outstanding', 'user:' || advance.payee_id, advance.currency)
        OR (payout.key, payout.amount, payout.payee_id) <> (advance.key, advance.amount, advance.payee_id)
        ORDER BY advance.id
    """,
    "Transfer {key} of {amount} is an advance that was never recorded.": """
        SELECT transfer.key, transfer.amount
        FROM ledger_transfer transfer
        JOIN ledger_account debit ON debit.id = transfer.debit_id AND debit.kind = 'advances_outstanding'
        LEFT JOIN compensation_advance advance ON advance.key = transfer.key
        WHERE advance.id IS NULL
        ORDER BY transfer.id
    """,
    "Advance {key} is charged {charged} and borne {borne}, and its story says {charged_told} and {borne_told}.": """
        SELECT advance.key, advance.charged, advance.borne, sum(move.charged) AS charged_told,
            sum(move.borne) AS borne_told
        FROM compensation_advance advance JOIN compensation_advancemove move ON move.advance_id = advance.id
        GROUP BY advance.id
        HAVING (advance.charged, advance.borne) <> (sum(move.charged), sum(move.borne))
        ORDER BY advance.id
    """,
    "Of what was advanced for claim {claim} {charged} is charged, and the recovery of it is {owed}.": """
        SELECT advance.claim, advance.charged, coalesce(recovery.amount, 0) AS owed
        FROM compensation_advance advance
        LEFT JOIN compensation_recovery recovery ON recovery.key = advance.key || ':charged'
        WHERE advance.claim <> '' AND advance.charged <> coalesce(recovery.amount, 0)
        ORDER BY advance.id
    """,
    "Transfer {key} lets {owner} owe the fund {amount}, and no recovery of that sum says so.": """
        SELECT transfer.key, debit.owner, transfer.amount
        FROM ledger_transfer transfer
        JOIN ledger_account debit ON debit.id = transfer.debit_id AND debit.kind = 'recovery_receivable'
        LEFT JOIN compensation_recovery recovery ON recovery.key = transfer.key
        LEFT JOIN compensation_recoveryentry entry
            ON entry.transfer = transfer.key AND entry.deed = 'taken_back' AND entry.amount = transfer.amount
        WHERE entry.id IS NULL AND (recovery.amount, 'merchant:' || recovery.merchant_id, recovery.currency)
            IS DISTINCT FROM (transfer.amount, debit.owner, debit.currency)
        ORDER BY transfer.id
    """,
    "Recovery {key} of {amount} {currency} has no transfer that made the merchant owe it.": """
        SELECT recovery.key, recovery.amount, recovery.currency
        FROM compensation_recovery recovery
        LEFT JOIN ledger_transfer transfer ON transfer.key = recovery.key
        LEFT JOIN ledger_account debit ON debit.id = transfer.debit_id AND debit.kind = 'recovery_receivable'
        WHERE debit.id IS NULL
        ORDER BY recovery.id
    """,
    "Recovery {key} says {said} were set off, taken, paid, waived, written off and undone, and its story {told}.": """
        SELECT key, said, told FROM (
            SELECT recovery.id, recovery.key,
                ARRAY[set_off, from_deposit, paid, waived, written_off, undone] AS said,
                ARRAY[
                    coalesce(sum(entry.amount) FILTER (WHERE entry.deed = 'set_off'), 0)
                        - coalesce(sum(entry.amount) FILTER (WHERE mirrored.deed = 'set_off'), 0),
                    coalesce(sum(entry.amount) FILTER (WHERE entry.deed = 'from_deposit'), 0)
                        - coalesce(sum(entry.amount) FILTER (WHERE mirrored.deed = 'from_deposit'), 0),
                    coalesce(sum(entry.amount) FILTER (WHERE entry.deed IN ('paid', 'came_late')), 0)
                        - coalesce(sum(entry.amount) FILTER (WHERE mirrored.deed IN ('paid', 'came_late')), 0),
                    coalesce(sum(entry.amount) FILTER (WHERE entry.deed = 'waived'), 0)
                        - coalesce(sum(entry.amount) FILTER (WHERE mirrored.deed = 'waived'), 0),
                    coalesce(sum(entry.amount) FILTER (WHERE entry.deed = 'written_off'), 0)
                        - coalesce(sum(entry.amount) FILTER (WHERE entry.deed = 'came_late'), 0)
                        - coalesce(sum(entry.amount) FILTER (WHERE mirrored.deed = 'written_off'), 0),
                    coalesce(sum(entry.amount) FILTER (WHERE entry.deed = 'undone'), 0)
                ]::bigint[] AS told
            FROM compensation_recovery recovery
            JOIN compensation_recoveryentry entry ON entry.recovery_id = recovery.id
            LEFT JOIN compensation_recoveryentry mirrored ON mirrored.id = entry.mirrors_id
            GROUP BY recovery.id
        ) AS story
        WHERE said <> told
        ORDER BY id
    """,
    "Entries of recoveries moved {told} under {key}, and the books {moved}.": """
        SELECT told.key, told.amount AS told, coalesce(transfer.amount, 0) AS moved
        FROM (
            SELECT transfer AS key, sum(amount) AS amount FROM compensation_recoveryentry
            WHERE transfer <> '' GROUP BY transfer
        ) AS told
        LEFT JOIN ledger_transfer transfer ON transfer.key = told.key
        WHERE told.amount IS DISTINCT FROM transfer.amount
        ORDER BY told.key
    """,
    "Grant {key} of {amount} {currency} was not paid out of the empathy budget.": """
        SELECT 'claim:' || grants.claim || ':empathy:' || grants.id AS key, grants.amount, grants.currency
        FROM compensation_grant grants
        LEFT JOIN ledger_transfer drawn
            ON drawn.key = 'claim:' || grants.claim || ':empathy:' || grants.id || ':draw'
        LEFT JOIN ledger_account budget ON budget.id = drawn.credit_id AND budget.owner = 'empathy'
        WHERE grants.status = 'paid'
        AND (drawn.amount, budget.currency) IS DISTINCT FROM (grants.amount, grants.currency)
        ORDER BY grants.id
    """,
}


def prove() -> Iterator[Break]:
    """Where the fund's rows and the books do not say the same."""
    return breaks_found("compensation", PROOFS)
