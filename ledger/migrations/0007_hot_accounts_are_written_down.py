"""Where the balances of hot accounts are written down; the next migration moves them there."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("ledger", "0006_seals_never_change")]

    operations = [
        migrations.AddField(
            model_name="account",
            name="hot",
            field=models.GeneratedField(
                db_persist=True,
                editable=False,
                expression=models.Q(("kind__in", ["fund_budget"])),
                output_field=models.BooleanField(),
            ),
        ),
        migrations.CreateModel(
            name="HotBalance",
            fields=[
                (
                    "account",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="hot_balance",
                        serialize=False,
                        to="ledger.account",
                    ),
                ),
                ("raised", models.BigIntegerField(default=0)),
                ("floor", models.BigIntegerField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Raised",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("amount", models.BigIntegerField()),
                (
                    "account",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="raised_by",
                        to="ledger.account",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount__gt", 0)), name="raised_amount_is_positive"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Drawn",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "account", "number", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("number", models.BigIntegerField()),
                ("total", models.BigIntegerField()),
                (
                    "account",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="drawn",
                        to="ledger.account",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("number__gt", 0), ("total__gt", 0)),
                        name="drawn_number_and_total_are_positive",
                    )
                ],
            },
        ),
    ]
