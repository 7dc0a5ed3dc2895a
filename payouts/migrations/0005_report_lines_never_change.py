"""What a provider reported stays as it was read: only when a line is looked at again may change."""

from django.db import migrations

CREATE = """
CREATE FUNCTION payouts_report_lines_never_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Report lines never change: they are what the provider said'
        USING ERRCODE = 'restrict_violation', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME;
END
$$;

CREATE TRIGGER report_lines_never_change
    BEFORE DELETE OR UPDATE OF id, report_id, number, batch, gateway, provider_id, reference, amount, currency,
        paid_at, payout_id, stands
    ON payouts_reportline
    FOR EACH STATEMENT EXECUTE FUNCTION payouts_report_lines_never_change();
"""

DROP = """
DROP TRIGGER report_lines_never_change ON payouts_reportline;
DROP FUNCTION payouts_report_lines_never_change();
"""


class Migration(migrations.Migration):
    dependencies = [("payouts", "0004_reports_are_reconciled")]

    operations = [migrations.RunSQL(CREATE, DROP)]
