"""Proves the books from their rows, without trusting the triggers that keep them."""

from collections.abc import Iterator

from common.proofs import Break, Counts, breaks_found
from ledger.chain import prove_seals
from ledger.models import Account, Transfer

PROOFS = {
    "Account {account} ({kind} {owner} {currency}) shows {posted}, its transfers add up to {sum}.": """
        SELECT account.id AS account, kind, owner, currency, balance.posted, normal * coalesce(legs.sum, 0) AS sum
        FROM ledger_account account
        LEFT JOIN ledger_balance balance ON balance.account_id = account.id
        LEFT JOIN (
            SELECT account_id, sum(credited) FROM (
                SELECT debit_id AS account_id, -amount AS credited FROM ledger_transfer
                UNION ALL
                SELECT credit_id, amount FROM ledger_transfer
            ) leg GROUP BY account_id
        ) legs ON legs.account_id = account.id
        WHERE balance.posted IS DISTINCT FROM normal * coalesce(legs.sum, 0)
        ORDER BY account.id
    """,
    "Account {account} ({kind} {owner} {currency}) has {reserved} set aside, its open holds add up to {sum}.": """
        SELECT account.id AS account, kind, owner, currency, balance.reserved, coalesce(legs.sum, 0) AS sum
        FROM ledger_account account
        JOIN ledger_balance balance ON balance.account_id = account.id
        LEFT JOIN (
            SELECT account_id, lowered_normal, sum(amount) FROM (
                SELECT debit_id AS account_id, 1 AS lowered_normal, amount FROM ledger_hold WHERE status = 'reserved'
                UNION ALL
                SELECT credit_id, -1, amount FROM ledger_hold WHERE status = 'reserved'
            ) leg GROUP BY account_id, lowered_normal
        ) legs ON legs.account_id = account.id AND legs.lowered_normal = account.normal
        WHERE balance.reserved <> coalesce(legs.sum, 0)
        ORDER BY account.id
    """,
    "Account {account} ({kind} {owner} {currency}) stands at {posted} with {reserved} set aside, below {floor}.": """
        SELECT account.id AS account, kind, owner, currency, posted, reserved, floor
        FROM ledger_balance balance JOIN ledger_account account ON account.id = balance.account_id
        WHERE posted - reserved < floor
        ORDER BY account.id
    """,
    "Debits and credits in {currency} differ by {difference}.": """
        SELECT currency, sum(normal * posted) AS difference
        FROM ledger_balance balance JOIN ledger_account account ON account.id = balance.account_id
        GROUP BY currency HAVING sum(normal * posted) <> 0
        ORDER BY currency
    """,
    "Transfer {key} is not between two known accounts of one currency.": """
        SELECT key FROM ledger_transfer transfer
        LEFT JOIN ledger_account debit ON debit.id = transfer.debit_id
        LEFT JOIN ledger_account credit ON credit.id = transfer.credit_id
        WHERE (debit.currency = credit.currency) IS NOT TRUE
        ORDER BY transfer.id
    """,
    "Transfer {key} does not mirror the one it reverses.": """
        SELECT mirror.key FROM ledger_transfer mirror
        LEFT JOIN ledger_transfer reversed ON reversed.id = mirror.reverses_id
        WHERE mirror.reverses_id IS NOT NULL
        AND (reversed.debit_id, reversed.credit_id, reversed.amount)
            IS DISTINCT FROM (mirror.credit_id, mirror.debit_id, mirror.amount)
        ORDER BY mirror.id
    """,
    "Hold {key} is {status} and does not agree with the transfer of its key.": """
        SELECT hold.key, hold.status FROM ledger_hold hold LEFT JOIN ledger_transfer transfer ON transfer.key = hold.key
        WHERE CASE WHEN hold.status = 'posted'
            THEN (transfer.debit_id, transfer.credit_id, transfer.amount, transfer.kind)
                IS DISTINCT FROM (hold.debit_id, hold.credit_id, hold.amount, hold.kind)
            ELSE transfer.id IS NOT NULL
        END
        ORDER BY hold.id
    """,
}


def prove() -> Iterator[Break]:
    """What is wrong with the books: account by account, transfer by transfer, and day by day."""
    yield from breaks_found("ledger", PROOFS)
    yield from prove_seals()


def count() -> Counts:
    return Counts(accounts=Account.objects.count(), transfers=Transfer.objects.count())
