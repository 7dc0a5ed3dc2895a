"""Cash and expense of compensations, which every payout of the fund moves, are written down and never rewritten.

As ordinary balances they are two rows that each batch updates: a queue for whoever pays in a transaction of its own,
and ever slower while a report keeps their old versions alive. Neither has a floor and neither ever gets one, so there
is nothing to check when they are lowered: what they moved by, up or down, is one more row, and nobody waits for anybody.
"""

from django.db import migrations, models

MOVE = """
DO $$
BEGIN
    IF EXISTS (
        SELECT FROM ledger_keptbalance JOIN ledger_account ON id = account_id
        WHERE hot AND (reserved <> 0 OR floor IS NOT NULL)
    ) THEN
        RAISE EXCEPTION 'End the holds on cash and compensation expense and lift their floors: they take none any more';
    END IF;
END
$$;

ALTER TABLE ledger_keptbalance DISABLE TRIGGER balances_are_written_by_the_books_only;
SELECT set_config('ledger.gathers', 'yes', true);
WITH moved AS (
    DELETE FROM ledger_keptbalance USING ledger_account WHERE id = account_id AND hot RETURNING account_id, posted
)
INSERT INTO ledger_hotbalance (account_id, raised) SELECT account_id, posted FROM moved;
SELECT set_config('ledger.gathers', 'no', true);
ALTER TABLE ledger_keptbalance ENABLE TRIGGER balances_are_written_by_the_books_only;
"""

FOLLOW = """
CREATE OR REPLACE FUNCTION ledger_move_hot(hot_account bigint, change bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF change > 0 OR NOT (SELECT never_negative FROM ledger_account WHERE id = hot_account) THEN
        INSERT INTO ledger_raised (account_id, amount) VALUES (hot_account, change);
        RETURN;
    END IF;
    PERFORM ledger_lock_hot(hot_account);
    INSERT INTO ledger_drawn (account_id, number, total)
    SELECT hot_account, coalesce(last.number, 0) + 1, coalesce(last.total, 0) - change
    FROM ledger_balance balance
    LEFT JOIN LATERAL (
        SELECT number, total FROM ledger_drawn WHERE account_id = hot_account ORDER BY number DESC LIMIT 1
    ) last ON true
    WHERE balance.account_id = hot_account AND (floor IS NULL OR posted + change >= floor);
    IF NOT FOUND THEN
        RAISE EXCEPTION 'Account % holds too little for a draw of %', hot_account, -change
            USING ERRCODE = 'check_violation', CONSTRAINT = 'balance_never_below_its_floor', TABLE = 'ledger_drawn';
    END IF;
END
$$;

CREATE OR REPLACE FUNCTION ledger_hot_floor_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.floor IS NOT NULL AND NOT (SELECT never_negative FROM ledger_account WHERE id = NEW.account_id) THEN
        RAISE EXCEPTION 'Account % is lowered without a lock, so it takes no floor', NEW.account_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'unlocked_account_has_no_floor', TABLE = TG_TABLE_NAME;
    END IF;
    PERFORM ledger_lock_hot(NEW.account_id);
    PERFORM FROM ledger_balance WHERE account_id = NEW.account_id AND posted < NEW.floor;
    IF FOUND THEN
        RAISE EXCEPTION 'Account % already stands below %', NEW.account_id, NEW.floor
            USING ERRCODE = 'check_violation', CONSTRAINT = 'balance_never_below_its_floor', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0009_balances_are_locked_one_by_one")]

    operations = [
        migrations.RemoveIndex("account", "account_hot"),
        migrations.RemoveField("account", "hot"),
        migrations.AddField(
            "account",
            "hot",
            models.GeneratedField(
                db_persist=True,
                editable=False,
                expression=models.Q(("kind__in", ["client_cash", "compensation_expense", "fund_budget"])),
                output_field=models.BooleanField(),
            ),
        ),
        migrations.AddIndex(
            "account", models.Index(condition=models.Q(("hot", True)), fields=["id"], name="account_hot")
        ),
        migrations.RemoveConstraint("raised", "raised_amount_is_positive"),
        migrations.AddConstraint(
            "raised",
            models.CheckConstraint(condition=models.Q(("amount", 0), _negated=True), name="raised_amount_is_not_zero"),
        ),
        migrations.RunSQL(MOVE),
        migrations.RunSQL(FOLLOW),
    ]
