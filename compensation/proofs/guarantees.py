"""Proves that every guarantee kept with money moved exactly its own sum, and that the fund drew all that it paid."""

from collections.abc import Iterator

from common.proofs import Break, breaks_found

PROOFS = {
    "Honouring {key} of {amount} {currency} is paid out as {paid} {paid_currency}.": """
        SELECT honouring.key, honouring.amount, honouring.currency, payout.amount AS paid,
            payout.currency AS paid_currency
        FROM compensation_honouring honouring JOIN payouts_payout payout ON payout.id = honouring.payout_id
        WHERE (payout.key, payout.amount, payout.currency)
            IS DISTINCT FROM (honouring.key, honouring.amount, honouring.currency)
        ORDER BY honouring.id
    """,
    "Honouring {key} of {amount} {currency} has no transfer of that sum from its payer to the consumer.": """
        SELECT honouring.key, honouring.amount, honouring.currency
        FROM compensation_honouring honouring
        JOIN orders_line line ON line.id = honouring.line_id
        JOIN orders_order bought ON bought.id = line.order_id
        LEFT JOIN payouts_payout payout ON payout.id = honouring.payout_id
        LEFT JOIN ledger_transfer transfer ON transfer.key = honouring.key
        LEFT JOIN ledger_account debit ON debit.id = transfer.debit_id
        LEFT JOIN ledger_account credit ON credit.id = transfer.credit_id
        WHERE honouring.amount > 0 AND (
            CASE honouring.remedy
                WHEN 'coupon' THEN (transfer.amount, credit.kind, credit.currency) IS DISTINCT FROM
                    (honouring.amount, 'coupon_liability', honouring.currency)
                ELSE (transfer.amount, credit.kind, credit.owner, credit.currency) IS DISTINCT FROM
                    (honouring.amount, 'consumer_payable', 'user:' || payout.payee_id, honouring.currency)
            END
            OR CASE honouring.payer
                WHEN 'merchant' THEN (debit.kind, debit.owner) IS DISTINCT FROM
                    ('merchant_settlement', 'merchant:' || bought.merchant_id)
                ELSE debit.kind NOT IN ('compensation_expense', 'recovery_receivable', 'advances_outstanding')
            END
        )
        ORDER BY honouring.id
    """,
    "Transfer {key} of {amount} is a compensation that was never recorded.": """
        SELECT transfer.key, transfer.amount FROM ledger_transfer transfer
        LEFT JOIN compensation_honouring honouring ON honouring.key = transfer.key
        WHERE transfer.kind IN ('compensation', 'freight') AND honouring.id IS NULL
        ORDER BY transfer.id
    """,
    "The fund paid {amount} under {key} and drew {drawn}.": """
        SELECT paid.key, paid.amount, coalesce(drawn.amount, 0) AS drawn
        FROM ledger_transfer paid
        JOIN ledger_account credit ON credit.id = paid.credit_id AND credit.kind = 'consumer_payable'
        LEFT JOIN ledger_transfer drawn ON drawn.key = paid.key || ':draw' AND drawn.kind = 'draw'
        WHERE paid.kind IN ('advance', 'expense') AND paid.amount IS DISTINCT FROM drawn.amount
        ORDER BY paid.id
    """,
    "Draw {key} of {amount} on the fund paid nobody.": """
        SELECT drawn.key, drawn.amount
        FROM ledger_transfer drawn
        LEFT JOIN ledger_transfer paid ON paid.key || ':draw' = drawn.key
        WHERE drawn.kind = 'draw' AND paid.amount IS DISTINCT FROM drawn.amount
        ORDER BY drawn.id
    """,
}


def prove() -> Iterator[Break]:
    """Guarantees whose money did not move as recorded, and draws on the fund that do not match what it paid."""
    return breaks_found("compensation", PROOFS)
