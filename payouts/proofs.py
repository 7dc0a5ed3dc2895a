"""Proves that every payout and the books tell the same story, and that nothing was paid twice."""

from collections.abc import Iterator

from django.db.models import Sum

from common.proofs import Break, Counts, breaks_found
from payouts.models import Payout, Status

PROOFS = {
    "Payout {id} ({key}) is {status}, but its money in the books is {hold}.": """
        SELECT payout.id, payout.key, payout.status, coalesce(hold.status, 'not there') AS hold
        FROM payouts_payout payout LEFT JOIN ledger_hold hold ON hold.key = payout.key || ':payout'
        WHERE hold.status IS DISTINCT FROM CASE
            WHEN payout.status = 'settled' THEN 'posted'
            WHEN payout.status = 'released' THEN 'released'
            ELSE 'reserved'
        END
        ORDER BY payout.id
    """,
    "Payout {id} ({key}) has begun, but has a place in line as well.": """
        SELECT payout.id, payout.key FROM payouts_draw draw JOIN payouts_payout payout ON payout.key = draw.key
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
    "Gateway {gateway} shows {shown} {currency} on clearing; what is open adds up to {sum}.": """
        WITH open_item AS (
            SELECT line.gateway, line.currency, -line.amount AS amount FROM payouts_reportline line
            LEFT JOIN payouts_payout payout ON payout.id = line.payout_id
            LEFT JOIN payouts_break live ON live.line_id = line.id AND live.status <> 'explained'
            WHERE live.status IN ('open', 'proposed')
            OR (live.status IS NULL AND payout.status IS DISTINCT FROM 'settled')
            UNION ALL
            SELECT payout.gateway, payout.currency, payout.amount FROM payouts_payout payout
            LEFT JOIN payouts_reportline line ON line.payout_id = payout.id AND line.stands
            LEFT JOIN payouts_break live ON live.line_id = line.id AND live.status <> 'explained'
            WHERE payout.status = 'settled' AND payout.gateway <> 'wallet'
            AND (line.id IS NULL OR live.status IN ('open', 'proposed'))
            AND NOT EXISTS (
                SELECT FROM payouts_break missing WHERE missing.payout_id = payout.id
                AND missing.kind = 'missing_there' AND missing.status = 'resolved'
            )
        ), due AS (
            SELECT gateway, currency, sum(amount) FROM open_item GROUP BY gateway, currency
        ), clearing AS (
            SELECT owner AS gateway, currency, balance.posted
            FROM ledger_account account JOIN ledger_balance balance ON balance.account_id = account.id
            WHERE account.kind = 'gateway_clearing'
        )
        SELECT gateway, currency, coalesce(clearing.posted, 0) AS shown, coalesce(due.sum, 0) AS sum
        FROM clearing FULL JOIN due USING (gateway, currency)
        WHERE coalesce(clearing.posted, 0) <> coalesce(due.sum, 0)
        ORDER BY gateway, currency
    """,
    "The lines of report {report} from {batch} on add up to {sum} {currency}, their transfer is {booked}.": """
        SELECT report, batch, coalesce(line.currency, booked.currency) AS currency, line.sum, booked.amount AS booked
        FROM (
            SELECT 'report:' || report_id || ':' || batch || ':' || currency AS key, report_id AS report, batch,
                currency, gateway, sum(amount) FROM payouts_reportline GROUP BY report_id, batch, currency, gateway
        ) line
        FULL JOIN (
            SELECT transfer.key, debit.owner AS gateway, debit.currency, transfer.amount
            FROM ledger_transfer transfer
            JOIN ledger_account debit ON debit.id = transfer.debit_id AND debit.kind = 'gateway_clearing'
            JOIN ledger_account credit ON credit.id = transfer.credit_id AND credit.kind = 'client_cash'
            WHERE transfer.kind = 'clearing' AND transfer.key LIKE 'report:%'
        ) booked USING (key)
        WHERE (line.gateway, line.currency, line.sum) IS DISTINCT FROM (booked.gateway, booked.currency, booked.amount)
        ORDER BY report, batch
    """,
    "Line {provider_id} of {gateway} over {amount} {currency} does not agree with payout {payout}: no break.": """
        SELECT line.provider_id, line.gateway, line.amount, line.currency, payout.id AS payout
        FROM payouts_reportline line LEFT JOIN payouts_payout payout ON payout.id = line.payout_id
        WHERE (
            line.stands AND payout.status <> 'released' AND payout.gateway = line.gateway
            AND (payout.amount, payout.currency) = (line.amount, line.currency)
        ) IS NOT TRUE
        AND line.next_at IS NULL
        AND NOT EXISTS (
            SELECT FROM payouts_break live WHERE live.line_id = line.id AND live.status <> 'explained'
        )
        ORDER BY line.id
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
