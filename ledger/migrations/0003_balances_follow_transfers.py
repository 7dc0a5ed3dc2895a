"""Every balance is the sum of its transfers, at every moment and whoever writes them.

An account opens with its balance row. Each INSERT of transfers, of one row or of a thousand, checks that every
transfer is between two known accounts of one currency, locks the balances it touches in the order of their ids, so
that crossing transfers wait for each other instead of deadlocking, and changes each balance once, by the net amount.
The CHECK on the balance refuses what the floor forbids. Nothing else may write `posted` or `reserved`.

The plans are held to index look-ups: a session keeps them, and one made for a thousand rows must not scan whole tables
for two.
"""

from django.db import migrations

CREATE = """
CREATE FUNCTION ledger_open_balances() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO ledger_balance (account_id, posted, reserved, floor)
    SELECT id, 0, 0, CASE WHEN never_negative THEN 0 END FROM opened;
    RETURN NULL;
END
$$;

CREATE TRIGGER balances_open_with_their_accounts AFTER INSERT ON ledger_account
    REFERENCING NEW TABLE AS opened
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_open_balances();


CREATE FUNCTION ledger_refuse_direct_balance() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Balances follow transfers and holds: nothing else writes them'
        USING ERRCODE = 'restrict_violation', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME;
END
$$;

CREATE TRIGGER balances_are_written_by_the_books_only
    BEFORE INSERT OR DELETE OR UPDATE OF account_id, posted, reserved ON ledger_balance
    FOR EACH STATEMENT WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION ledger_refuse_direct_balance();


CREATE FUNCTION ledger_balances_follow_transfers() RETURNS trigger LANGUAGE plpgsql
    SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    offending_key text;
BEGIN
    SELECT written.key INTO offending_key
    FROM written
    LEFT JOIN ledger_account debit ON debit.id = written.debit_id
    LEFT JOIN ledger_account credit ON credit.id = written.credit_id
    WHERE (debit.currency = credit.currency) IS NOT TRUE
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'Transfer % is not between two known accounts of one currency', offending_key
            USING ERRCODE = 'check_violation', CONSTRAINT = 'transfer_is_within_one_currency', TABLE = TG_TABLE_NAME;
    END IF;

    PERFORM FROM ledger_balance
    WHERE account_id IN (SELECT debit_id FROM written UNION SELECT credit_id FROM written)
    ORDER BY account_id
    FOR NO KEY UPDATE;

    UPDATE ledger_balance balance
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

    RETURN NULL;
END
$$;

CREATE TRIGGER balances_follow_transfers AFTER INSERT ON ledger_transfer
    REFERENCING NEW TABLE AS written
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_balances_follow_transfers();


CREATE FUNCTION ledger_reversal_mirrors() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM ledger_transfer reversed
    WHERE reversed.id = NEW.reverses_id
      AND (reversed.debit_id, reversed.credit_id, reversed.amount) = (NEW.credit_id, NEW.debit_id, NEW.amount);
    IF NOT FOUND THEN
        RAISE EXCEPTION 'Transfer % does not mirror the one it reverses', NEW.key
            USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER reversals_mirror_what_they_reverse AFTER INSERT ON ledger_transfer
    FOR EACH ROW WHEN (NEW.reverses_id IS NOT NULL) EXECUTE FUNCTION ledger_reversal_mirrors();
"""

DROP = """
DROP TRIGGER reversals_mirror_what_they_reverse ON ledger_transfer;
DROP FUNCTION ledger_reversal_mirrors();
DROP TRIGGER balances_follow_transfers ON ledger_transfer;
DROP FUNCTION ledger_balances_follow_transfers();
DROP TRIGGER balances_are_written_by_the_books_only ON ledger_balance;
DROP FUNCTION ledger_refuse_direct_balance();
DROP TRIGGER balances_open_with_their_accounts ON ledger_account;
DROP FUNCTION ledger_open_balances();
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0002_transfers_never_change")]

    operations = [migrations.RunSQL(CREATE, DROP)]
