"""Proves that every payout and the books tell the same story, and that nothing was paid twice."""

from collections.abc import Iterator

from django.db.models import Sum

from common.proofs import Break, Counts, breaks_found
from payouts.models import Payout, Status

PROOFS = {
    "Payout {id} ({key}) is {status}, but its money in the books is {hold}.": """
        SELECT payout.id, payout.key, payout.status, coalesce(hold.status, 'not there') AS hold
        FROM payouts_payout payout LEFT JOIN ledger_hold hold ON hold.key = payout.key || ':payout'
        WHERE hold.status IS DISTINCT FROM CASE payout.status
            WHEN 'settled' THEN 'posted' WHEN 'released' THEN 'released' ELSE 'reserved'
        END
        ORDER BY payout.id
    """,
    "Payout {id} ({key}) is over {amount} {currency} to user {payee}, the books say {held} {books} from {owner}.": """
        SELECT payout.id, payout.key, payout.amount, payout.currency, payout.payee_id AS payee,
            hold.amount AS held, debit.currency AS books, debit.owner
        FROM payouts_payout payout
        JOIN ledger_hold hold ON hold.key = payout.key || ':payout'
        JOIN ledger_account debit ON debit.id = hold.debit_id
        WHERE (hold.amount, debit.currency, debit.kind, debit.owner)
            <> (payout.amount, payout.currency, 'consumer_payable', 'user:' || payout.payee_id)
        ORDER BY payout.id
    """,
    "Transfer {key} paid somebody without a payout.": """
        SELECT transfer.key FROM ledger_transfer transfer
        LEFT JOIN payouts_payout payout ON transfer.key = payout.key || ':payout'
        WHERE transfer.kind = 'payout' AND payout.id IS NULL
        ORDER BY transfer.id
    """,
    "Payout {id} ({key}) was released and nothing replaces it.": """
        SELECT released.id, released.key FROM payouts_payout released
        LEFT JOIN payouts_payout replacement ON replacement.replaces_id = released.id
        WHERE released.status = 'released' AND replacement.id IS NULL
        ORDER BY released.id
    """,
    "Payout {id} ({key}) replaces payout {first}, which is {status}, or is over another sum.": """
        SELECT replacement.id, replacement.key, first.id AS first, first.status
        FROM payouts_payout replacement JOIN payouts_payout first ON first.id = replacement.replaces_id
        WHERE first.status <> 'released'
        OR (first.payee_id, first.amount, first.currency)
            <> (replacement.payee_id, replacement.amount, replacement.currency)
        ORDER BY replacement.id
    """,
    "Payout {id} ({key}) is {status}, but its history ends with {became}.": """
        SELECT payout.id, payout.key, payout.status, last.became FROM payouts_payout payout
        LEFT JOIN LATERAL (
            SELECT became FROM payouts_move move WHERE move.payout_id = payout.id ORDER BY move.id DESC LIMIT 1
        ) last ON true
        WHERE last.became IS DISTINCT FROM payout.status
        ORDER BY payout.id
    """,
    "Payout {id} ({key}) counts {attempts_made} attempts, there are {found}.": """
        SELECT payout.id, payout.key, payout.attempts_made, count(attempt.id) AS found
        FROM payouts_payout payout LEFT JOIN payouts_attempt attempt ON attempt.payout_id = payout.id
        GROUP BY payout.id HAVING payout.attempts_made <> count(attempt.id)
        ORDER BY payout.id
    """,
}


def prove() -> Iterator[Break]:
    """What does not fit between the payouts and the books."""
    return breaks_found("payouts", PROOFS)


def count() -> Counts:
    """What has arrived, by currency."""
    settled = Payout.objects.filter(status=Status.SETTLED)
    sums = settled.order_by("currency").values_list("currency").annotate(Sum("amount"))
    return Counts(paid_out={currency: int(total) for currency, total in sums})
