"""What a payee got in a day is read under a lock of the payee, so that parts started in one instant see each other.

In READ COMMITTED each query of a volatile function sees what is committed by then, the statement around it only what was
committed when it began. Where no terms are in force (`most` is null) nothing is read.
"""

from django.db import migrations

CREATE = """
CREATE FUNCTION payouts_of_the_day(payee bigint, unit text, at timestamptz, most integer, before bigint)
    RETURNS TABLE (number bigint, total numeric) LANGUAGE plpgsql VOLATILE STRICT AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('payouts_payee', payee));
    RETURN QUERY
        SELECT count(*), coalesce(sum(latest.amount) FILTER (WHERE latest.currency = unit), 0)
        FROM (
            SELECT amount, currency, created_at FROM payouts_payout
            WHERE payee_id = payee AND id < before
            ORDER BY id DESC LIMIT most
        ) AS latest
        WHERE created_at > at - interval '1 day';
END
$$
"""

DROP = "DROP FUNCTION payouts_of_the_day"


class Migration(migrations.Migration):
    dependencies = [("payouts", "0013_draws_know_the_kinds_of_coupons")]

    operations = [migrations.RunSQL(CREATE, DROP)]
