"""Money set aside stays set aside until its hold ends, and a hold ends once: posted or released.

Reserving raises `reserved` on the balances the transfer would lower; ending lowers it again. A hold has a transfer of
its own key, accounts, amount and kind exactly when it is posted: posting writes it, unless it was written beside a
hold that is posted from the start. Locks are taken in the order of account ids, as for transfers.
"""

from django.db import migrations

CREATE = """
CREATE FUNCTION ledger_hold_ends_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'A hold is posted or released once, and otherwise never changes'
        USING ERRCODE = 'restrict_violation', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME;
END
$$;

CREATE TRIGGER holds_end_once BEFORE UPDATE ON ledger_hold
    FOR EACH ROW
    WHEN (
        OLD.status <> 'reserved' OR NEW.status = 'reserved'
        OR (OLD.id, OLD.key, OLD.debit_id, OLD.credit_id, OLD.amount, OLD.kind, OLD.reserved_at)
        IS DISTINCT FROM (NEW.id, NEW.key, NEW.debit_id, NEW.credit_id, NEW.amount, NEW.kind, NEW.reserved_at)
    )
    EXECUTE FUNCTION ledger_hold_ends_once();

CREATE TRIGGER holds_are_never_deleted BEFORE DELETE ON ledger_hold
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_hold_ends_once();


CREATE FUNCTION ledger_reserved_follows_holds() RETURNS trigger LANGUAGE plpgsql
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

        PERFORM FROM ledger_balance
        WHERE account_id IN (SELECT debit_id FROM written UNION SELECT credit_id FROM written)
        ORDER BY account_id
        FOR NO KEY UPDATE;

        UPDATE ledger_balance balance
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

CREATE TRIGGER reserved_follows_new_holds AFTER INSERT ON ledger_hold
    REFERENCING NEW TABLE AS written
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_reserved_follows_holds();

CREATE TRIGGER reserved_follows_ended_holds AFTER UPDATE ON ledger_hold
    REFERENCING NEW TABLE AS written
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_reserved_follows_holds();
"""

DROP = """
DROP TRIGGER reserved_follows_ended_holds ON ledger_hold;
DROP TRIGGER reserved_follows_new_holds ON ledger_hold;
DROP FUNCTION ledger_reserved_follows_holds();
DROP TRIGGER holds_are_never_deleted ON ledger_hold;
DROP TRIGGER holds_end_once ON ledger_hold;
DROP FUNCTION ledger_hold_ends_once();
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0003_balances_follow_transfers")]

    operations = [migrations.RunSQL(CREATE, DROP)]
