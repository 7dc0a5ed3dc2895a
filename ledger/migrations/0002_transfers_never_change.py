"""What was written in the books stays: transfers and accounts refuse every UPDATE and DELETE, whoever asks.

TRUNCATE is left alone, so that a test database can be emptied; the portal's own role needs no right to it.
"""

from django.db import migrations

CREATE = """
CREATE FUNCTION ledger_never_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% never change: write a reversing transfer instead', TG_ARGV[0]
        USING ERRCODE = 'restrict_violation', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME;
END
$$;

CREATE TRIGGER transfers_never_change BEFORE UPDATE OR DELETE ON ledger_transfer
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_never_changes('Transfers');

CREATE TRIGGER accounts_never_change BEFORE UPDATE OR DELETE ON ledger_account
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_never_changes('Accounts');
"""

DROP = """
DROP TRIGGER accounts_never_change ON ledger_account;
DROP TRIGGER transfers_never_change ON ledger_transfer;
DROP FUNCTION ledger_never_changes();
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]

    operations = [migrations.RunSQL(CREATE, DROP)]
