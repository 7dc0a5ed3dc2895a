from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("notices", "0001_initial")]

    operations = [
        migrations.AddField("delivery", "in_hand_of", models.IntegerField(null=True)),
        migrations.AddIndex(
            "delivery",
            models.Index(fields=["in_hand_of"], condition=Q(in_hand_of__isnull=False), name="delivery_in_hand"),
        ),
    ]
