"""Proves that every refund moved exactly its own sum: from its payer to the consumer, and out by its payout."""

from collections.abc import Iterator

from common.proofs import Break, breaks_found

PROOFS = {
    "Refund {key} of {amount} {currency} is paid out as {paid} {paid_currency} to person {payee}.": """
        SELECT refund.key, refund.amount, refund.currency, payout.amount AS paid, payout.currency AS paid_currency,
            payout.payee_id AS payee
        FROM refunds_refund refund JOIN payouts_payout payout ON payout.id = refund.payout_id
        WHERE (payout.key, payout.amount, payout.currency, payout.payee_id)
            IS DISTINCT FROM (refund.key, refund.amount, refund.currency, refund.payee_id)
        ORDER BY refund.id
    """,
    "Refund {key} of {amount} {currency} has no transfer of that sum from its payer to the consumer.": """
        SELECT refund.key, refund.amount, refund.currency
        FROM refunds_refund refund
        JOIN orders_line line ON line.id = refund.line_id
        JOIN orders_order bought ON bought.id = line.order_id
        LEFT JOIN ledger_transfer transfer ON transfer.key = refund.key
        LEFT JOIN ledger_account debit ON debit.id = transfer.debit_id
        LEFT JOIN ledger_account credit ON credit.id = transfer.credit_id
        WHERE refund.amount > 0 AND (
            (transfer.amount, credit.kind, credit.owner, credit.currency) IS DISTINCT FROM
                (refund.amount, 'consumer_payable', 'user:' || refund.payee_id, refund.currency)
            OR CASE refund.payer
                WHEN 'merchant' THEN (debit.kind, debit.owner) IS DISTINCT FROM
                    ('merchant_settlement', 'merchant:' || bought.merchant_id)
                ELSE debit.kind NOT IN ('compensation_expense', 'recovery_receivable', 'advances_outstanding')
            END
        )
        ORDER BY refund.id
    """,
    "Refund {key} of {amount} {currency} was paid by the fund and drew {drawn} from it.": """
        SELECT refund.key, refund.amount, refund.currency, coalesce(transfer.amount, 0) AS drawn
        FROM refunds_refund refund
        LEFT JOIN ledger_transfer transfer ON transfer.key = refund.key || ':draw'
        LEFT JOIN ledger_account credit ON credit.id = transfer.credit_id
        WHERE refund.amount > 0 AND refund.payer = 'fund'
        AND (transfer.amount, credit.kind) IS DISTINCT FROM (refund.amount, 'fund_budget')
        ORDER BY refund.id
    """,
    "Transfer {key} of {amount} is a refund that was never recorded.": """
        SELECT transfer.key, transfer.amount FROM ledger_transfer transfer
        LEFT JOIN refunds_refund refund ON refund.key = transfer.key
        WHERE transfer.kind = 'refund' AND refund.id IS NULL
        ORDER BY transfer.id
    """,
    "Line {line} was refunded {refunded} in all, and only {taken} was ever taken off it.": """
        SELECT line.id AS line, line.taken, sum(refund.amount) AS refunded
        FROM refunds_refund refund JOIN orders_line line ON line.id = refund.line_id
        GROUP BY line.id HAVING sum(refund.amount) > line.taken
        ORDER BY line.id
    """,
}


def prove() -> Iterator[Break]:
    """Refunds whose money did not move as recorded, and money that moved without a refund."""
    return breaks_found("refunds", PROOFS)
