"""A claim is stored, and moved on, with one index for each question that is asked, and no second one.

The lists begin with the consumer, the merchant and the claim, `claim_by_line` is the line; and nobody looks for numbers
or keys by their beginning, which is all that Django's `_like` indexes are for.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

BY_BEGINNING = """
DROP INDEX IF EXISTS disputes_claim_number_6ff28d63_like;
DROP INDEX IF EXISTS disputes_claim_key_5955f7f9_like;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("disputes", "0002_what_happened_never_changes"),
        ("orders", "0002_order_names_its_payment"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="claim",
            name="consumer",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="claims",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField(
            model_name="claim",
            name="line",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="claims", to="orders.line"
            ),
        ),
        migrations.AlterField(
            model_name="claim",
            name="merchant",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="claims",
                to="accounts.merchant",
            ),
        ),
        migrations.AlterField(
            model_name="event",
            name="claim",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="events", to="disputes.claim"
            ),
        ),
        migrations.RunSQL(BY_BEGINNING, migrations.RunSQL.noop),
    ]
