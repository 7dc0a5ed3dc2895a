from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("payouts", "0002_payout_may_need_a_person")]

    operations = [
        migrations.AddField("payout", "in_hand_of", models.IntegerField(null=True)),
        migrations.AddIndex(
            "payout",
            models.Index(fields=["in_hand_of"], condition=Q(in_hand_of__isnull=False), name="payout_in_hand"),
        ),
    ]
