"""What merchants owed the fund before recoveries were kept one by one becomes recoveries, the oldest paid back first.

Up to here the fund's only entries against merchants were what it had paid in their place, what was charged on appeal,
what was set off against settlements and what was forgiven on appeal.
"""

from django.db import migrations

FILL = """
WITH owed AS (
    SELECT transfer.id, transfer.key, transfer.amount, transfer.happened_at, account.id AS account_id,
        split_part(account.owner, ':', 2)::bigint AS merchant_id, account.currency,
        sum(transfer.amount) OVER (PARTITION BY account.id ORDER BY transfer.id) AS until
    FROM ledger_transfer transfer JOIN ledger_account account ON account.id = transfer.debit_id
    WHERE account.kind = 'recovery_receivable'
), back AS (
    SELECT transfer.credit_id AS account_id, max(transfer.happened_at) AS last_at,
        coalesce(sum(transfer.amount) FILTER (WHERE debit.kind = 'merchant_settlement'), 0) AS set_off,
        coalesce(sum(transfer.amount) FILTER (WHERE debit.kind <> 'merchant_settlement'), 0) AS undone
    FROM ledger_transfer transfer
    JOIN ledger_account credit ON credit.id = transfer.credit_id AND credit.kind = 'recovery_receivable'
    JOIN ledger_account debit ON debit.id = transfer.debit_id
    GROUP BY transfer.credit_id
), parts AS (
    SELECT owed.*, coalesce(back.last_at, owed.happened_at) AS last_at,
        greatest(0, least(owed.until, coalesce(back.set_off, 0)) - (owed.until - owed.amount)) AS set_off,
        greatest(0, least(owed.until, coalesce(back.set_off + back.undone, 0))
            - greatest(owed.until - owed.amount, coalesce(back.set_off, 0))) AS undone
    FROM owed LEFT JOIN back ON back.account_id = owed.account_id
), made AS (
    INSERT INTO compensation_recovery (key, merchant_id, cause, claim, line_id, budget, amount, currency, status,
        set_off, from_deposit, paid, waived, written_off, undone, charged_at, due_at, ended_at)
    SELECT key, merchant_id,
        CASE WHEN key LIKE 'claim:%:mirror' THEN 'appeal' WHEN key LIKE 'claim:%' THEN 'in_place' ELSE 'by_hand' END,
        CASE WHEN key LIKE 'claim:%' THEN split_part(key, ':', 2) ELSE '' END, NULL, 'special', amount, currency,
        CASE WHEN set_off + undone < amount THEN 'open' WHEN undone = amount THEN 'undone' ELSE 'set_off' END,
        set_off, 0, 0, 0, 0, undone, happened_at,
        CASE WHEN set_off + undone < amount THEN now() END,
        CASE WHEN set_off + undone < amount THEN NULL ELSE last_at END
    FROM parts ORDER BY parts.id
    RETURNING id, key, amount, status, set_off, undone, charged_at
)
INSERT INTO compensation_recoveryentry (recovery_id, deed, amount, transfer, was, became, because, at)
SELECT made.id, told.deed, told.amount, told.transfer, '', made.status, '', made.charged_at
FROM made CROSS JOIN LATERAL (VALUES
    (1, 'charged', made.amount, made.key),
    (2, 'set_off', made.set_off, ''),
    (3, 'undone', made.undone, '')
) AS told (place, deed, amount, transfer)
WHERE told.amount > 0
ORDER BY made.id, told.place
"""


class Migration(migrations.Migration):
    dependencies = [
        ("compensation", "0004_the_fund_pays_first_and_recovers"),
        ("ledger", "0011_coupons_move_money"),
    ]

    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
