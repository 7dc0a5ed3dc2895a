"""Whether a key is in line is looked up by its index, however long the line was when the plan was made.

The line is empty most of the time. A plan made then would read all of it, and a session keeps its plan when the line
has grown to a hundred thousand.
"""

from django.db import migrations

CREATE = """
CREATE FUNCTION payouts_is_in_line(asked text) RETURNS boolean LANGUAGE plpgsql STABLE SET enable_seqscan = off AS $$
BEGIN
    RETURN EXISTS (SELECT FROM payouts_draw WHERE key = asked);
END
$$
"""

DROP = "DROP FUNCTION payouts_is_in_line"


class Migration(migrations.Migration):
    dependencies = [("payouts", "0015_payout_begins_when_the_fund_pays")]

    operations = [migrations.RunSQL(CREATE, DROP)]
