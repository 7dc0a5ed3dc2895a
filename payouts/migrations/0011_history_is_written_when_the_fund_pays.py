"""A payout that waits for the fund has no history yet: the poster writes it from the start, for a whole batch at once.

Payouts are never deleted, so their steps need nobody to lock the payout for each of them.
"""

import django.db.models.deletion
from django.db import migrations, models

FORGET = """
DELETE FROM payouts_move WHERE payout_id IN (SELECT payout_id FROM payouts_draw)
"""
WRITE = """
INSERT INTO payouts_move (payout_id, was, became, at, because)
SELECT id, '', status, created_at, '' FROM payouts_payout WHERE waits_for_fund ORDER BY id
"""


class Migration(migrations.Migration):
    dependencies = [("payouts", "0010_budgets_have_days_and_approvals_are_given")]

    operations = [
        migrations.RunSQL(FORGET, WRITE),
        migrations.AlterField(
            model_name="move",
            name="payout",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="moves",
                to="payouts.payout",
            ),
        ),
    ]
