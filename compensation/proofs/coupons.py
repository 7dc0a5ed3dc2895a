"""Proves that the coupon liability is the sum of the open coupons, and that each ended as books and orders say."""

from collections.abc import Iterator

from common.proofs import Break, breaks_found

PROOFS = {
    "The coupon liability in {currency} is {posted}, and the open coupons add up to {sum}.": """
        SELECT currency, coalesce(liability.posted, 0) AS posted, coalesce(coupons.sum, 0) AS sum
        FROM (
            SELECT account.currency, balance.posted
            FROM ledger_account account JOIN ledger_balance balance ON balance.account_id = account.id
            WHERE account.kind = 'coupon_liability'
        ) liability
        FULL JOIN (
            SELECT currency, sum(amount) AS sum FROM compensation_coupon WHERE status = 'issued' GROUP BY currency
        ) coupons USING (currency)
        WHERE coalesce(liability.posted, 0) <> coalesce(coupons.sum, 0)
        ORDER BY currency
    """,
    "Coupon {code} of {amount} {currency} was not paid for by whoever bears it.": """
        SELECT coupon.code, coupon.amount, coupon.currency
        FROM compensation_coupon coupon
        LEFT JOIN ledger_transfer transfer ON transfer.key = coupon.key AND transfer.kind = 'coupon_issued'
        LEFT JOIN ledger_account debit ON debit.id = transfer.debit_id
        LEFT JOIN ledger_account credit ON credit.id = transfer.credit_id
        WHERE (transfer.amount, debit.kind, debit.owner, credit.kind, credit.currency) IS DISTINCT FROM (
            coupon.amount,
            CASE WHEN coupon.bearer_id IS NULL THEN 'compensation_expense' ELSE 'merchant_settlement' END,
            coalesce('merchant:' || coupon.bearer_id, ''),
            'coupon_liability',
            coupon.currency
        )
        ORDER BY coupon.id
    """,
    "Coupon {code} of {amount} {currency} is {status}, and its money did not go where it belongs.": """
        SELECT coupon.code, coupon.amount, coupon.currency, coupon.status
        FROM compensation_coupon coupon
        LEFT JOIN orders_order spent_on ON spent_on.id = coupon.redeemed_for_id
        LEFT JOIN ledger_transfer transfer ON transfer.key = coupon.key || ':end'
        LEFT JOIN ledger_account debit ON debit.id = transfer.debit_id
        LEFT JOIN ledger_account credit ON credit.id = transfer.credit_id
        WHERE CASE coupon.status
            WHEN 'issued' THEN transfer.id IS NOT NULL
            ELSE (transfer.kind, transfer.amount, debit.kind, credit.kind, credit.owner, credit.currency)
                IS DISTINCT FROM (
                    'coupon_' || coupon.status,
                    coupon.amount,
                    'coupon_liability',
                    CASE WHEN coupon.status <> 'redeemed' AND coupon.bearer_id IS NULL
                        THEN 'compensation_expense' ELSE 'merchant_settlement' END,
                    CASE WHEN coupon.status = 'redeemed' THEN 'merchant:' || spent_on.merchant_id
                        ELSE coalesce('merchant:' || coupon.bearer_id, '') END,
                    coupon.currency
                )
        END
        ORDER BY coupon.id
    """,
    "Transfer {key} of {amount} moves the coupon liability, and no coupon is its cause.": """
        SELECT transfer.key, transfer.amount
        FROM ledger_transfer transfer
        JOIN ledger_account account ON account.kind = 'coupon_liability'
            AND account.id IN (transfer.debit_id, transfer.credit_id)
        WHERE NOT EXISTS (
            SELECT FROM compensation_coupon coupon WHERE transfer.key IN (coupon.key, coupon.key || ':end')
        )
        ORDER BY transfer.id
    """,
    "Coupon {code} is {status}, but the last entry of its story says {became}.": """
        SELECT coupon.code, coupon.status, last.became
        FROM compensation_coupon coupon
        LEFT JOIN LATERAL (
            SELECT move.became FROM compensation_couponmove move
            WHERE move.coupon_id = coupon.id ORDER BY move.id DESC LIMIT 1
        ) last ON true
        WHERE last.became IS DISTINCT FROM coupon.status
        ORDER BY coupon.id
    """,
    "Coupon {code} of one person was redeemed for order {number} of another.": """
        SELECT coupon.code, spent_on.number
        FROM compensation_coupon coupon JOIN orders_order spent_on ON spent_on.id = coupon.redeemed_for_id
        WHERE (spent_on.consumer_id, spent_on.currency) IS DISTINCT FROM (coupon.holder_id, coupon.currency)
        ORDER BY coupon.id
    """,
    "Coupon {code} of {amount} {currency} is {status}, and {held} is off the lines of its order for it.": """
        SELECT coupon.code, coupon.amount, coupon.currency, coupon.status, coalesce(sum(exposure.held), 0) AS held
        FROM compensation_coupon coupon
        LEFT JOIN orders_line line ON line.order_id = coupon.redeemed_for_id
        LEFT JOIN LATERAL (
            SELECT amount - given_back AS held FROM orders_exposure
            WHERE key = 'coupon:' || coupon.id || ':line:' || line.id AND line_id = line.id
        ) exposure ON true
        GROUP BY coupon.id
        HAVING coalesce(sum(exposure.held), 0) <> CASE coupon.status WHEN 'redeemed' THEN coupon.amount ELSE 0 END
        ORDER BY coupon.id
    """,
    "Guarantee {key} was kept with a coupon of {amount}, and no such coupon was issued.": """
        SELECT honouring.key, honouring.amount
        FROM compensation_honouring honouring
        LEFT JOIN compensation_coupon coupon ON coupon.key = honouring.key
        WHERE honouring.remedy = 'coupon'
        AND (coupon.amount, coupon.line_id) IS DISTINCT FROM (honouring.amount, honouring.line_id)
        ORDER BY honouring.id
    """,
}


def prove() -> Iterator[Break]:
    """Coupons whose money, state or story do not agree."""
    return breaks_found("compensation", PROOFS)
