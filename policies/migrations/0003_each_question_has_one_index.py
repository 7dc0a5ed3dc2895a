"""`verdict_by_version` finds the verdicts of a version, and nobody looks for keys by their beginning."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("policies", "0002_what_was_promised_never_changes")]

    operations = [
        migrations.AlterField(
            model_name="verdict",
            name="version",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="verdicts",
                to="policies.version",
            ),
        ),
        migrations.RunSQL("DROP INDEX IF EXISTS policies_verdict_key_67d33c41_like", migrations.RunSQL.noop),
    ]
