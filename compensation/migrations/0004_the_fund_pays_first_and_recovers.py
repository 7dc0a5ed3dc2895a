"""Advances, recoveries with their invoices, force majeure and grants. What happened to them never changes.

TRUNCATE is left alone, so that a test database can be emptied.
"""

import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models

CREATE = """
CREATE TRIGGER stories_of_recoveries_never_change BEFORE UPDATE OR DELETE ON compensation_recoveryentry
    FOR EACH STATEMENT EXECUTE FUNCTION compensation_never_changes('Stories of recoveries');

CREATE TRIGGER stories_of_advances_never_change BEFORE UPDATE OR DELETE ON compensation_advancemove
    FOR EACH STATEMENT EXECUTE FUNCTION compensation_never_changes('Stories of advances');
"""

DROP = """
DROP TRIGGER stories_of_advances_never_change ON compensation_advancemove;
DROP TRIGGER stories_of_recoveries_never_change ON compensation_recoveryentry;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("compensation", "0003_events_and_caps"),
        ("orders", "0004_chargebacks_are_facts"),
        ("payouts", "0013_draws_know_the_kinds_of_coupons"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Advance",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=120, unique=True)),
                ("claim", models.CharField(blank=True, default="", max_length=16)),
                (
                    "cause",
                    models.CharField(
                        choices=[
                            ("force_majeure", "Force majeure"),
                            ("lengthy", "The dispute takes too long"),
                            ("by_hand", "Paid by finance"),
                        ],
                        max_length=16,
                    ),
                ),
                ("amount", models.BigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                ("budget", models.CharField(max_length=60)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("outstanding", "Not decided yet"),
                            ("charged", "Charged to the merchant"),
                            ("borne", "Borne by the platform"),
                        ],
                        default="outstanding",
                        max_length=16,
                    ),
                ),
                ("charged", models.BigIntegerField(default=0)),
                ("borne", models.BigIntegerField(default=0)),
                ("advanced_at", models.DateTimeField()),
                (
                    "line",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="advances",
                        to="orders.line",
                    ),
                ),
                (
                    "merchant",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="advances",
                        to="accounts.merchant",
                    ),
                ),
                (
                    "payee",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="advances",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "payout",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="advance", to="payouts.payout"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="AdvanceMove",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("was", models.CharField(max_length=16)),
                ("became", models.CharField(max_length=16)),
                ("charged", models.BigIntegerField(default=0)),
                ("borne", models.BigIntegerField(default=0)),
                ("at", models.DateTimeField()),
                (
                    "advance",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="moves", to="compensation.advance"
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ForceMajeure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("storm", "Storm or typhoon"),
                            ("flood", "Flood"),
                            ("earthquake", "Earthquake"),
                            ("epidemic", "Epidemic"),
                            ("transport", "Transport came to a halt"),
                            ("unrest", "Unrest"),
                            ("authorities", "Ordered by the authorities"),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "place",
                    models.CharField(
                        choices=[("market", "A market"), ("city", "A city"), ("store", "A store")], max_length=16
                    ),
                ),
                ("market", models.CharField(blank=True, default="", max_length=40)),
                ("city", models.CharField(blank=True, default="", max_length=80)),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField(null=True)),
                ("because", models.CharField(max_length=500)),
                ("declared_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "declared_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "store",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="force_majeures",
                        to="orders.store",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="advance",
            name="force_majeure",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="advances",
                to="compensation.forcemajeure",
            ),
        ),
        migrations.CreateModel(
            name="Grant",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("claim", models.CharField(max_length=16)),
                ("amount", models.BigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                (
                    "hardship",
                    models.CharField(
                        choices=[
                            ("illness", "Illness or accident"),
                            ("bereavement", "Bereavement"),
                            ("livelihood", "Loss of livelihood"),
                            ("disaster", "Disaster at home"),
                            ("stranded", "Stranded on a journey"),
                            ("other", "Another hardship"),
                        ],
                        max_length=16,
                    ),
                ),
                ("because", models.TextField()),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("proposed", "Waits for a second person"),
                            ("paid", "Granted"),
                            ("declined", "Declined"),
                        ],
                        default="proposed",
                        max_length=16,
                    ),
                ),
                ("granted_at", models.DateTimeField()),
                ("answered_at", models.DateTimeField(null=True)),
                (
                    "answered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "granted_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="grants_given",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="grants", to="orders.line"
                    ),
                ),
                (
                    "payee",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="grants",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "payout",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="grant",
                        to="payouts.payout",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Recovery",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=120, unique=True)),
                (
                    "cause",
                    models.CharField(
                        choices=[
                            ("in_place", "The fund paid in the merchant’s place"),
                            ("advance", "The fund paid first, and the merchant was found liable"),
                            ("appeal", "The merchant was found liable on appeal"),
                            ("by_hand", "Charged by finance"),
                        ],
                        max_length=16,
                    ),
                ),
                ("claim", models.CharField(blank=True, default="", max_length=16)),
                ("budget", models.CharField(max_length=60)),
                ("amount", models.BigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("open", "Open"),
                            ("invoiced", "Invoiced"),
                            ("disputed", "Disputed by the merchant"),
                            ("set_off", "Set off"),
                            ("paid", "Paid"),
                            ("waived", "Waived"),
                            ("written_off", "Written off"),
                            ("undone", "Undone"),
                        ],
                        default="open",
                        max_length=16,
                    ),
                ),
                ("set_off", models.BigIntegerField(default=0)),
                ("from_deposit", models.BigIntegerField(default=0)),
                ("paid", models.BigIntegerField(default=0)),
                ("waived", models.BigIntegerField(default=0)),
                ("written_off", models.BigIntegerField(default=0)),
                ("undone", models.BigIntegerField(default=0)),
                ("charged_at", models.DateTimeField()),
                ("due_at", models.DateTimeField(help_text="when it is looked at next", null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "line",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="recoveries",
                        to="orders.line",
                    ),
                ),
                (
                    "merchant",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="recoveries",
                        to="accounts.merchant",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Invoice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=24, unique=True)),
                ("amount", models.BigIntegerField()),
                ("issued_at", models.DateTimeField()),
                ("due_on", models.DateField()),
                ("reminders", models.PositiveSmallIntegerField(default=0)),
                (
                    "recovery",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="invoice", to="compensation.recovery"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="RecoveryEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "deed",
                    models.CharField(
                        choices=[
                            ("charged", "Charged"),
                            ("set_off", "Set off against the settlement"),
                            ("from_deposit", "Taken from the deposit"),
                            ("invoiced", "Invoice sent"),
                            ("reminded", "Reminded of the invoice"),
                            ("paid", "Paid"),
                            ("came_late", "Paid after it was written off"),
                            ("disputed", "Disputed"),
                            ("upheld", "Found to be owed after all"),
                            ("waived", "Waived"),
                            ("written_off", "Written off"),
                            ("taken_back", "Given back"),
                            ("undone", "Undone, the platform bears it"),
                        ],
                        max_length=16,
                    ),
                ),
                ("amount", models.BigIntegerField(default=0)),
                ("transfer", models.CharField(blank=True, default="", max_length=120)),
                ("was", models.CharField(blank=True, default="", max_length=16)),
                ("became", models.CharField(blank=True, default="", max_length=16)),
                ("because", models.CharField(blank=True, default="", max_length=500)),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "mirrors",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="mirrored_by",
                        to="compensation.recoveryentry",
                    ),
                ),
                (
                    "recovery",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="entries", to="compensation.recovery"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Relief",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("waive", "Waive it: the merchant shall not have to pay"),
                            ("write_off", "Write it off: the merchant cannot pay"),
                        ],
                        max_length=16,
                    ),
                ),
                ("because", models.CharField(max_length=500)),
                ("proposed_at", models.DateTimeField()),
                ("answered_at", models.DateTimeField(null=True)),
                ("agreed", models.BooleanField(null=True)),
                (
                    "answered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "recovery",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="reliefs", to="compensation.recovery"
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="forcemajeure",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_at__isnull", True), ("ends_at__gt", models.F("starts_at")), _connector="OR"),
                name="force_majeure_ends_after_it_starts",
            ),
        ),
        migrations.AddConstraint(
            model_name="forcemajeure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("city", ""), ("place", "market"), ("store__isnull", True)),
                    models.Q(
                        ("market", ""),
                        ("place", "city"),
                        ("store__isnull", True),
                        models.Q(("city", ""), _negated=True),
                    ),
                    models.Q(("city", ""), ("market", ""), ("place", "store"), ("store__isnull", False)),
                    _connector="OR",
                ),
                name="force_majeure_is_in_one_place",
            ),
        ),
        migrations.AddConstraint(
            model_name="forcemajeure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind__in", ["storm", "flood", "earthquake", "epidemic", "transport", "unrest", "authorities"])
                ),
                name="force_majeure_kind_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="forcemajeure",
            constraint=models.CheckConstraint(
                condition=models.Q(("because", ""), _negated=True), name="force_majeure_has_a_reason"
            ),
        ),
        migrations.AddConstraint(
            model_name="forcemajeure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at__isnull", True), ("ended_by__isnull", True)),
                    models.Q(("ended_at__isnull", False), ("ended_by__isnull", False), ("ends_at__isnull", False)),
                    _connector="OR",
                ),
                name="force_majeure_is_ended_by_somebody",
            ),
        ),
        migrations.AddIndex(
            model_name="advance",
            index=models.Index(
                condition=models.Q(("status", "outstanding")), fields=["currency", "id"], name="advance_outstanding"
            ),
        ),
        migrations.AddConstraint(
            model_name="advance",
            constraint=models.UniqueConstraint(
                condition=models.Q(("claim", ""), _negated=True), fields=("claim",), name="claim_is_advanced_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="advance",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["outstanding", "charged", "borne"])), name="advance_status_is_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="advance",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("cause", "force_majeure"), ("force_majeure__isnull", False)),
                    models.Q(("cause__in", ["lengthy", "by_hand"]), ("force_majeure__isnull", True)),
                    _connector="OR",
                ),
                name="advance_names_the_force_majeure_it_is_for",
            ),
        ),
        migrations.AddConstraint(
            model_name="advance",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("amount__gt", 0),
                    (
                        "amount__gte",
                        django.db.models.expressions.CombinedExpression(models.F("charged"), "+", models.F("borne")),
                    ),
                    ("borne__gte", 0),
                    ("charged__gte", 0),
                ),
                name="advance_is_charged_and_borne_at_most_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="advance",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        (
                            "amount__gt",
                            django.db.models.expressions.CombinedExpression(
                                models.F("charged"), "+", models.F("borne")
                            ),
                        ),
                        ("status", "outstanding"),
                    ),
                    models.Q(
                        (
                            "amount",
                            django.db.models.expressions.CombinedExpression(
                                models.F("charged"), "+", models.F("borne")
                            ),
                        ),
                        ("charged__gt", 0),
                        ("status", "charged"),
                    ),
                    models.Q(("amount", models.F("borne")), ("charged", 0), ("status", "borne")),
                    _connector="OR",
                ),
                name="advance_is_outstanding_until_all_of_it_is_borne",
            ),
        ),
        migrations.AddIndex(
            model_name="grant",
            index=models.Index(fields=["granted_by", "granted_at"], name="grant_by_agent"),
        ),
        migrations.AddIndex(
            model_name="grant",
            index=models.Index(fields=["payee", "granted_at"], name="grant_by_consumer"),
        ),
        migrations.AddIndex(
            model_name="grant",
            index=models.Index(fields=["claim"], name="grant_by_claim"),
        ),
        migrations.AddConstraint(
            model_name="grant",
            constraint=models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="grant_is_of_money"),
        ),
        migrations.AddConstraint(
            model_name="grant",
            constraint=models.CheckConstraint(
                condition=models.Q(("because", ""), _negated=True), name="grant_has_a_reason"
            ),
        ),
        migrations.AddConstraint(
            model_name="grant",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("answered_at__isnull", True),
                        ("answered_by__isnull", True),
                        ("payout__isnull", True),
                        ("status", "proposed"),
                    ),
                    models.Q(("payout__isnull", False), ("status", "paid")),
                    models.Q(
                        ("answered_at__isnull", False),
                        ("answered_by__isnull", False),
                        ("payout__isnull", True),
                        ("status", "declined"),
                    ),
                    _connector="OR",
                ),
                name="grant_is_paid_or_declined_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="grant",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "paid"), _negated=True),
                    models.Q(("granted_by", models.F("answered_by")), _negated=True),
                    ("answered_by__isnull", True),
                    _connector="OR",
                ),
                name="grant_checker_is_not_its_maker",
            ),
        ),
        migrations.AddIndex(
            model_name="recovery",
            index=models.Index(
                condition=models.Q(("status__in", ["open", "invoiced"])), fields=["due_at", "id"], name="recovery_due"
            ),
        ),
        migrations.AddIndex(
            model_name="recovery",
            index=models.Index(fields=["merchant", "-id"], name="recovery_list_of_merchant"),
        ),
        migrations.AddIndex(
            model_name="recovery",
            index=models.Index(
                condition=models.Q(("status__in", ["open", "invoiced", "disputed"])),
                fields=["merchant", "currency", "id"],
                name="recovery_open_of_merchant",
            ),
        ),
        migrations.AddIndex(
            model_name="recovery",
            index=models.Index(
                condition=models.Q(("claim", ""), _negated=True), fields=["claim"], name="recovery_by_claim"
            ),
        ),
        migrations.AddConstraint(
            model_name="recovery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "status__in",
                        ["open", "invoiced", "disputed", "set_off", "paid", "waived", "written_off", "undone"],
                    )
                ),
                name="recovery_status_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="recovery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("amount__gt", 0),
                    ("from_deposit__gte", 0),
                    ("paid__gte", 0),
                    ("set_off__gte", 0),
                    ("undone__gte", 0),
                    ("waived__gte", 0),
                    ("written_off__gte", 0),
                ),
                name="recovery_parts_are_not_negative",
            ),
        ),
        migrations.AddConstraint(
            model_name="recovery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        (
                            "amount__gt",
                            django.db.models.expressions.CombinedExpression(
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        django.db.models.expressions.CombinedExpression(
                                            django.db.models.expressions.CombinedExpression(
                                                models.F("set_off"), "+", models.F("from_deposit")
                                            ),
                                            "+",
                                            models.F("paid"),
                                        ),
                                        "+",
                                        models.F("waived"),
                                    ),
                                    "+",
                                    models.F("written_off"),
                                ),
                                "+",
                                models.F("undone"),
                            ),
                        ),
                        ("ended_at__isnull", True),
                        ("status__in", ["open", "invoiced", "disputed"]),
                    ),
                    models.Q(
                        (
                            "amount",
                            django.db.models.expressions.CombinedExpression(
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        django.db.models.expressions.CombinedExpression(
                                            django.db.models.expressions.CombinedExpression(
                                                models.F("set_off"), "+", models.F("from_deposit")
                                            ),
                                            "+",
                                            models.F("paid"),
                                        ),
                                        "+",
                                        models.F("waived"),
                                    ),
                                    "+",
                                    models.F("written_off"),
                                ),
                                "+",
                                models.F("undone"),
                            ),
                        ),
                        ("ended_at__isnull", False),
                        ("status__in", ["set_off", "paid", "waived", "written_off", "undone"]),
                    ),
                    _connector="OR",
                ),
                name="recovery_ends_when_nothing_of_it_is_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="recovery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "undone"), _negated=True), ("undone", models.F("amount")), _connector="OR"
                ),
                name="recovery_is_undone_as_a_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="invoice",
            constraint=models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="invoice_is_of_money"),
        ),
        migrations.AddConstraint(
            model_name="recoveryentry",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__gte", 0)), name="recovery_entry_is_not_negative"
            ),
        ),
        migrations.AddConstraint(
            model_name="recoveryentry",
            constraint=models.CheckConstraint(
                condition=models.Q(("mirrors__isnull", True), ("deed", "taken_back"), _connector="OR"),
                name="recovery_entry_mirrors_to_take_back",
            ),
        ),
        migrations.AddConstraint(
            model_name="relief",
            constraint=models.UniqueConstraint(
                condition=models.Q(("answered_at__isnull", True)),
                fields=("recovery",),
                name="relief_proposed_is_one_per_recovery",
            ),
        ),
        migrations.AddConstraint(
            model_name="relief",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("agreed", True), _negated=True),
                    models.Q(("proposed_by", models.F("answered_by")), _negated=True),
                    _connector="OR",
                ),
                name="relief_checker_is_not_its_maker",
            ),
        ),
        migrations.AddConstraint(
            model_name="relief",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("agreed__isnull", True), ("answered_at__isnull", True), ("answered_by__isnull", True)),
                    models.Q(("agreed__isnull", False), ("answered_at__isnull", False), ("answered_by__isnull", False)),
                    _connector="OR",
                ),
                name="relief_is_answered_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="relief",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["waive", "write_off"])), name="relief_kind_is_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="relief",
            constraint=models.CheckConstraint(
                condition=models.Q(("because", ""), _negated=True), name="relief_has_a_reason"
            ),
        ),
        migrations.RunSQL(CREATE, DROP),
    ]
