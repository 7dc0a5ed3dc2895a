"""A hot account is drawn on without a row that every draw updates, and never below its floor, whoever draws.

An INSERT of transfers moves each hot account it touches by its net amount, after the locks on ordinary balances and in
the order of ids. Raising it writes a row and waits for nobody. Lowering it takes the account's lock until the end of
the transaction and only then, in a statement of its own that sees all who held the lock before, reads the balance,
checks the floor and writes the new total. A snapshot from before the lock would be blind to them, so a transaction
that keeps one is refused. Should somebody draw without the lock, the number of the draw is taken: it fails.

What an account was raised by is gathered into one sum now and then, in one statement, so that each reader sees a sum
either before or after and never twice; nothing depends on the order of ids, and a restored dump goes on.

`ledger_balance` becomes a view over both ways to keep a balance, so that whoever reads balances reads all of them.
"""

import django.db.models.deletion
from django.db import migrations, models

MOVE = """
DO $$
BEGIN
    IF EXISTS (
        SELECT FROM ledger_balance JOIN ledger_account ON id = account_id WHERE hot AND reserved <> 0
    ) THEN
        RAISE EXCEPTION 'End the holds on the budgets of the fund first: they become hot, and take none';
    END IF;
END
$$;

ALTER TABLE ledger_balance RENAME TO ledger_keptbalance;

CREATE VIEW ledger_balance AS
    SELECT account_id, posted, reserved, floor FROM ledger_keptbalance
UNION ALL
    SELECT
        hot.account_id,
        (
            hot.raised
            + coalesce((SELECT sum(amount) FROM ledger_raised WHERE account_id = hot.account_id), 0)
            - coalesce(
                (SELECT total FROM ledger_drawn WHERE account_id = hot.account_id ORDER BY number DESC LIMIT 1), 0
            )
        )::bigint,
        0::bigint,
        hot.floor
    FROM ledger_hotbalance hot;

ALTER TABLE ledger_keptbalance DISABLE TRIGGER balances_are_written_by_the_books_only;
WITH moved AS (
    DELETE FROM ledger_keptbalance USING ledger_account WHERE id = account_id AND hot RETURNING account_id, posted, floor
)
INSERT INTO ledger_hotbalance (account_id, raised, floor) SELECT account_id, posted, floor FROM moved;
ALTER TABLE ledger_keptbalance ENABLE TRIGGER balances_are_written_by_the_books_only;
"""

OPEN = """
CREATE OR REPLACE FUNCTION ledger_open_balances() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO ledger_keptbalance (account_id, posted, reserved, floor)
    SELECT id, 0, 0, CASE WHEN never_negative THEN 0 END FROM opened WHERE NOT hot;
    INSERT INTO ledger_hotbalance (account_id, raised, floor)
    SELECT id, 0, CASE WHEN never_negative THEN 0 END FROM opened WHERE hot;
    RETURN NULL;
END
$$;
"""

FOLLOW_TRANSFERS = """
CREATE FUNCTION ledger_lock_hot(hot_account bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'Hot accounts are drawn on in READ COMMITTED only: an older snapshot is blind to other draws'
            USING ERRCODE = 'invalid_transaction_state';
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('ledger_drawn', hot_account));
END
$$;

CREATE FUNCTION ledger_move_hot(hot_account bigint, change bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF change > 0 THEN
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

CREATE OR REPLACE FUNCTION ledger_balances_follow_transfers() RETURNS trigger LANGUAGE plpgsql
    SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    offending_key text;
    touches_hot boolean;
BEGIN
    SELECT
        min(written.key) FILTER (WHERE (debit.currency = credit.currency) IS NOT TRUE),
        bool_or(debit.hot OR credit.hot)
    INTO offending_key, touches_hot
    FROM written
    LEFT JOIN ledger_account debit ON debit.id = written.debit_id
    LEFT JOIN ledger_account credit ON credit.id = written.credit_id;
    IF offending_key IS NOT NULL THEN
        RAISE EXCEPTION 'Transfer % is not between two known accounts of one currency', offending_key
            USING ERRCODE = 'check_violation', CONSTRAINT = 'transfer_is_within_one_currency', TABLE = TG_TABLE_NAME;
    END IF;

    PERFORM FROM ledger_keptbalance
    WHERE account_id IN (SELECT debit_id FROM written UNION SELECT credit_id FROM written)
    ORDER BY account_id
    FOR NO KEY UPDATE;

    UPDATE ledger_keptbalance balance
    SET posted = balance.posted + account.normal * change.credited
    FROM (
        SELECT account_id, sum(credited)::bigint AS credited
        FROM (
            SELECT debit_id AS account_id, -amount AS credited FROM written
            UNION ALL
            SELECT credit_id, amount FROM written
        ) leg
        GROUP BY account_id
        HAVING sum(credited) <> 0
    ) change
    JOIN ledger_account account ON account.id = change.account_id
    WHERE balance.account_id = change.account_id;

    IF touches_hot THEN
        PERFORM ledger_move_hot(change.account_id, change.amount)
        FROM (
            SELECT account.id AS account_id, (account.normal * sum(credited))::bigint AS amount
            FROM (
                SELECT debit_id AS account_id, -amount AS credited FROM written
                UNION ALL
                SELECT credit_id, amount FROM written
            ) leg
            JOIN ledger_account account ON account.id = leg.account_id AND account.hot
            GROUP BY account.id
            HAVING sum(credited) <> 0
            ORDER BY account.id
        ) change;
    END IF;

    RETURN NULL;
END
$$;
"""

GATHER = """
CREATE FUNCTION ledger_gather_raises(at_least bigint) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    gathered bigint;
BEGIN
    -- Set in here and not beside the function's name: only a superuser may keep a setting of his own there.
    PERFORM set_config('ledger.gathers', 'yes', true);
    WITH many AS (
        SELECT account_id FROM ledger_raised GROUP BY account_id HAVING count(*) >= at_least
    ), gone AS (
        DELETE FROM ledger_raised WHERE account_id IN (SELECT account_id FROM many) RETURNING account_id, amount
    ), summed AS (
        UPDATE ledger_hotbalance hot SET raised = raised + sums.amount
        FROM (SELECT account_id, sum(amount)::bigint AS amount FROM gone GROUP BY account_id) sums
        WHERE hot.account_id = sums.account_id
    )
    SELECT count(*) INTO gathered FROM gone;
    PERFORM set_config('ledger.gathers', 'no', true);
    RETURN gathered;
END
$$;

CREATE TRIGGER raised_sums_are_written_by_the_books_only
    BEFORE INSERT OR UPDATE OR DELETE ON ledger_raised FOR EACH STATEMENT
    WHEN (pg_trigger_depth() = 0 AND current_setting('ledger.gathers', true) IS DISTINCT FROM 'yes')
    EXECUTE FUNCTION ledger_refuse_direct_balance();

CREATE TRIGGER hot_balances_are_written_by_the_books_only
    BEFORE INSERT OR DELETE OR UPDATE OF account_id, raised ON ledger_hotbalance FOR EACH STATEMENT
    WHEN (pg_trigger_depth() = 0 AND current_setting('ledger.gathers', true) IS DISTINCT FROM 'yes')
    EXECUTE FUNCTION ledger_refuse_direct_balance();

CREATE TRIGGER draws_are_written_by_the_books_only
    BEFORE INSERT OR UPDATE OR DELETE ON ledger_drawn FOR EACH STATEMENT
    WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION ledger_refuse_direct_balance();

CREATE FUNCTION ledger_hot_floor_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM ledger_lock_hot(NEW.account_id);
    PERFORM FROM ledger_balance WHERE account_id = NEW.account_id AND posted < NEW.floor;
    IF FOUND THEN
        RAISE EXCEPTION 'Account % already stands below %', NEW.account_id, NEW.floor
            USING ERRCODE = 'check_violation', CONSTRAINT = 'balance_never_below_its_floor', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER hot_floors_are_kept BEFORE UPDATE OF floor ON ledger_hotbalance
    FOR EACH ROW EXECUTE FUNCTION ledger_hot_floor_is_kept();
"""

HOLDS = """
CREATE OR REPLACE FUNCTION ledger_reserved_follows_holds() RETURNS trigger LANGUAGE plpgsql
    SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    reserving boolean := TG_OP = 'INSERT';
    offending_key text;
BEGIN
    IF EXISTS (SELECT FROM written WHERE (status = 'reserved') = reserving) THEN
        SELECT written.key INTO offending_key
        FROM written
        LEFT JOIN ledger_account debit ON debit.id = written.debit_id
        LEFT JOIN ledger_account credit ON credit.id = written.credit_id
        WHERE (debit.currency = credit.currency) IS NOT TRUE
        LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION 'Hold % is not between two known accounts of one currency', offending_key
                USING ERRCODE = 'check_violation', CONSTRAINT = 'hold_is_within_one_currency', TABLE = TG_TABLE_NAME;
        END IF;

        IF reserving THEN
            SELECT written.key INTO offending_key
            FROM written
            JOIN ledger_account debit ON debit.id = written.debit_id
            JOIN ledger_account credit ON credit.id = written.credit_id
            WHERE written.status = 'reserved'
            AND (debit.hot AND debit.normal = 1 OR credit.hot AND credit.normal = -1)
            LIMIT 1;
            IF FOUND THEN
                RAISE EXCEPTION 'Hold % would set money of a hot account aside', offending_key
                    USING ERRCODE = 'check_violation', CONSTRAINT = 'hold_never_lowers_a_hot_account',
                        TABLE = TG_TABLE_NAME;
            END IF;
        END IF;

        PERFORM FROM ledger_keptbalance
        WHERE account_id IN (SELECT debit_id FROM written UNION SELECT credit_id FROM written)
        ORDER BY account_id
        FOR NO KEY UPDATE;

        UPDATE ledger_keptbalance balance
        SET reserved = balance.reserved + CASE WHEN reserving THEN change.amount ELSE -change.amount END
        FROM (
            SELECT leg.account_id, sum(leg.amount)::bigint AS amount
            FROM (
                SELECT debit_id AS account_id, 1 AS lowered_normal, amount, status FROM written
                UNION ALL
                SELECT credit_id, -1, amount, status FROM written
            ) leg
            JOIN ledger_account account ON account.id = leg.account_id AND account.normal = leg.lowered_normal
            WHERE (leg.status = 'reserved') = reserving
            GROUP BY leg.account_id
        ) change
        WHERE balance.account_id = change.account_id;
    END IF;

    IF EXISTS (
        SELECT FROM written WHERE status = 'posted'
        AND NOT EXISTS (SELECT FROM ledger_transfer WHERE ledger_transfer.key = written.key)
    ) THEN
        INSERT INTO ledger_transfer (key, debit_id, credit_id, amount, kind, happened_at)
        SELECT key, debit_id, credit_id, amount, kind, ended_at FROM written WHERE status = 'posted' ORDER BY key
        ON CONFLICT (key) DO NOTHING;
    END IF;

    SELECT hold.key INTO offending_key
    FROM written hold
    LEFT JOIN ledger_transfer transfer ON transfer.key = hold.key
    WHERE CASE WHEN hold.status = 'posted'
        THEN (transfer.debit_id, transfer.credit_id, transfer.amount, transfer.kind)
            IS DISTINCT FROM (hold.debit_id, hold.credit_id, hold.amount, hold.kind)
        ELSE transfer.id IS NOT NULL
    END
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'Hold % does not agree with the transfer of its key', offending_key
            USING ERRCODE = 'check_violation', CONSTRAINT = 'hold_has_its_transfer_when_posted', TABLE = TG_TABLE_NAME;
    END IF;

    RETURN NULL;
END
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0007_hot_accounts_are_written_down")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(MOVE)],
            state_operations=[
                migrations.RenameModel("Balance", "KeptBalance"),
                migrations.AlterField(
                    model_name="keptbalance",
                    name="account",
                    field=models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="kept_balance",
                        serialize=False,
                        to="ledger.account",
                    ),
                ),
                migrations.CreateModel(
                    name="Balance",
                    fields=[
                        (
                            "account",
                            models.OneToOneField(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                primary_key=True,
                                related_name="balance",
                                serialize=False,
                                to="ledger.account",
                            ),
                        ),
                        ("posted", models.BigIntegerField(default=0)),
                        ("reserved", models.BigIntegerField(default=0)),
                        ("floor", models.BigIntegerField(null=True)),
                    ],
                    options={"db_table": "ledger_balance", "managed": False},
                ),
            ],
        ),
        migrations.RunSQL(OPEN),
        migrations.RunSQL(FOLLOW_TRANSFERS),
        migrations.RunSQL(GATHER),
        migrations.RunSQL(HOLDS),
    ]
