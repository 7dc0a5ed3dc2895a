"""Cases are looked at for goodwill after their end."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("disputes", "0006_events_and_chargebacks_end_claims"),
        ("orders", "0004_chargebacks_are_facts"),
        ("policies", "0005_the_history_of_a_version_never_changes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="claim",
            name="goodwill_at",
            field=models.DateTimeField(help_text="when it was looked at for goodwill, after its end", null=True),
        ),
        migrations.AddIndex(
            model_name="claim",
            index=models.Index(
                condition=models.Q(
                    ("closed_at__isnull", False),
                    ("goodwill_at__isnull", True),
                    ("replayed", False),
                    ("turned_at__isnull", False),
                ),
                fields=["closed_at", "id"],
                name="claim_to_look_at_for_goodwill",
            ),
        ),
    ]
