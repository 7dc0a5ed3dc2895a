"""Nobody looks for the keys of refunds by their beginning, which is all that this index was for."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("refunds", "0001_initial")]

    operations = [
        migrations.RunSQL("DROP INDEX IF EXISTS refunds_refund_key_1c79e82a_like", migrations.RunSQL.noop),
    ]
