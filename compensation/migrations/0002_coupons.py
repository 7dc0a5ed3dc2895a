"""Coupons, each with its story; a guarantee may be kept with one. What a coupon promises never changes.

TRUNCATE is left alone, so that a test database can be emptied.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

CREATE = """
CREATE FUNCTION compensation_never_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% never change', TG_ARGV[0]
        USING ERRCODE = 'restrict_violation', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME;
END
$$;

CREATE TRIGGER promises_of_a_coupon_never_change BEFORE UPDATE ON compensation_coupon
    FOR EACH ROW WHEN (
        OLD.status <> 'issued'
        OR (OLD.key, OLD.code, OLD.holder_id, OLD.line_id, OLD.scheme, OLD.bearer_id, OLD.amount, OLD.cash_amount,
            OLD.currency, OLD.consented_at, OLD.issued_at, OLD.expires_at)
        IS DISTINCT FROM (NEW.key, NEW.code, NEW.holder_id, NEW.line_id, NEW.scheme, NEW.bearer_id, NEW.amount,
            NEW.cash_amount, NEW.currency, NEW.consented_at, NEW.issued_at, NEW.expires_at)
    ) EXECUTE FUNCTION compensation_never_changes('Coupons that have ended, and what a coupon promises,');

CREATE TRIGGER coupons_are_never_deleted BEFORE DELETE ON compensation_coupon
    FOR EACH STATEMENT EXECUTE FUNCTION compensation_never_changes('Coupons');

CREATE TRIGGER stories_of_coupons_never_change BEFORE UPDATE OR DELETE ON compensation_couponmove
    FOR EACH STATEMENT EXECUTE FUNCTION compensation_never_changes('Stories of coupons');
"""

DROP = """
DROP TRIGGER stories_of_coupons_never_change ON compensation_couponmove;
DROP TRIGGER coupons_are_never_deleted ON compensation_coupon;
DROP TRIGGER promises_of_a_coupon_never_change ON compensation_coupon;
DROP FUNCTION compensation_never_changes();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("compensation", "0001_initial"),
        ("orders", "0004_chargebacks_are_facts"),
        ("payouts", "0013_draws_know_the_kinds_of_coupons"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Coupon",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=120, unique=True)),
                ("code", models.CharField(max_length=20, unique=True)),
                ("scheme", models.CharField(max_length=60)),
                ("amount", models.BigIntegerField()),
                ("cash_amount", models.BigIntegerField(default=0)),
                ("currency", models.CharField(max_length=3)),
                ("consented_at", models.DateTimeField(null=True)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("issued", "Open"),
                            ("redeemed", "Redeemed"),
                            ("expired", "Expired"),
                            ("revoked", "Revoked"),
                        ],
                        default="issued",
                        max_length=16,
                    ),
                ),
                ("issued_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="CouponMove",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("was", models.CharField(blank=True, default="", max_length=16)),
                (
                    "became",
                    models.CharField(
                        choices=[
                            ("issued", "Open"),
                            ("redeemed", "Redeemed"),
                            ("expired", "Expired"),
                            ("revoked", "Revoked"),
                        ],
                        max_length=16,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("reason", models.TextField(blank=True, default="")),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="honouring",
            name="honouring_of_money_has_its_payer_and_payout",
        ),
        migrations.RemoveConstraint(
            model_name="honouring",
            name="honouring_in_kind_is_without_money",
        ),
        migrations.AlterField(
            model_name="honouring",
            name="remedy",
            field=models.CharField(
                choices=[
                    ("compensation", "Compensation"),
                    ("upgrade", "Upgrade"),
                    ("alternative", "Alternative"),
                    ("freight", "Return freight"),
                    ("coupon", "Coupon"),
                ],
                max_length=16,
            ),
        ),
        migrations.AddConstraint(
            model_name="honouring",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("amount", 0), ("payer", ""), ("payout__isnull", True)),
                    models.Q(
                        ("amount__gt", 0),
                        ("payer__in", ["merchant", "fund"]),
                        ("payout__isnull", False),
                        models.Q(("remedy", "coupon"), _negated=True),
                    ),
                    models.Q(
                        ("amount__gt", 0),
                        ("payer__in", ["merchant", "fund"]),
                        ("payout__isnull", True),
                        ("remedy", "coupon"),
                    ),
                    _connector="OR",
                ),
                name="honouring_of_money_has_its_payer_and_payout",
            ),
        ),
        migrations.AddConstraint(
            model_name="honouring",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("amount", 0), ("remedy__in", ["upgrade", "alternative"])),
                    ("remedy__in", ["compensation", "freight", "coupon"]),
                    _connector="OR",
                ),
                name="honouring_in_kind_is_without_money",
            ),
        ),
        migrations.AddField(
            model_name="coupon",
            name="bearer",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="coupons_borne",
                to="accounts.merchant",
            ),
        ),
        migrations.AddField(
            model_name="coupon",
            name="holder",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="coupons",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="coupon",
            name="line",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="coupons", to="orders.line"
            ),
        ),
        migrations.AddField(
            model_name="coupon",
            name="redeemed_for",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="coupons_redeemed",
                to="orders.order",
            ),
        ),
        migrations.AddField(
            model_name="couponmove",
            name="by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="couponmove",
            name="coupon",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="moves",
                to="compensation.coupon",
            ),
        ),
        migrations.AddIndex(
            model_name="coupon",
            index=models.Index(
                condition=models.Q(("status", "issued")), fields=["expires_at", "id"], name="coupon_open_by_expiry"
            ),
        ),
        migrations.AddIndex(
            model_name="coupon",
            index=models.Index(fields=["holder", "-id"], name="coupon_list_of_holder"),
        ),
        migrations.AddConstraint(
            model_name="coupon",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["issued", "redeemed", "expired", "revoked"])),
                name="coupon_status_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="coupon",
            constraint=models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="coupon_is_worth_something"),
        ),
        migrations.AddConstraint(
            model_name="coupon",
            constraint=models.CheckConstraint(
                condition=models.Q(("cash_amount__range", (0, models.F("amount")))),
                name="coupon_is_never_below_its_cash_figure",
            ),
        ),
        migrations.AddConstraint(
            model_name="coupon",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("cash_amount", 0), ("consented_at__isnull", True)),
                    models.Q(("cash_amount__gt", 0), ("consented_at__isnull", False)),
                    _connector="OR",
                ),
                name="coupon_instead_of_money_was_consented_to",
            ),
        ),
        migrations.AddConstraint(
            model_name="coupon",
            constraint=models.CheckConstraint(
                condition=models.Q(("currency__regex", "^[A-Z]{3}$")), name="coupon_currency_is_iso_4217"
            ),
        ),
        migrations.AddConstraint(
            model_name="coupon",
            constraint=models.CheckConstraint(
                condition=models.Q(("expires_at__gt", models.F("issued_at"))), name="coupon_expires_after_it_was_issued"
            ),
        ),
        migrations.AddConstraint(
            model_name="coupon",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at__isnull", True), ("status", "issued")),
                    models.Q(models.Q(("status", "issued"), _negated=True), ("ended_at__isnull", False)),
                    _connector="OR",
                ),
                name="coupon_ends_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="coupon",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("ended_at__lt", models.F("expires_at")),
                        ("redeemed_for__isnull", False),
                        ("status", "redeemed"),
                    ),
                    models.Q(models.Q(("status", "redeemed"), _negated=True), ("redeemed_for__isnull", True)),
                    _connector="OR",
                ),
                name="coupon_is_redeemed_for_an_order_before_it_expires",
            ),
        ),
        migrations.AddConstraint(
            model_name="coupon",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "expired"), _negated=True),
                    ("ended_at__gte", models.F("expires_at")),
                    _connector="OR",
                ),
                name="coupon_never_expires_early",
            ),
        ),
        migrations.AddConstraint(
            model_name="couponmove",
            constraint=models.UniqueConstraint(fields=("coupon", "became"), name="coupon_takes_each_step_once"),
        ),
        migrations.AddConstraint(
            model_name="couponmove",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("became", "revoked"), _negated=True),
                    models.Q(("by__isnull", False), models.Q(("reason", ""), _negated=True)),
                    _connector="OR",
                ),
                name="coupon_is_revoked_by_somebody_for_a_reason",
            ),
        ),
        migrations.RunSQL(CREATE, DROP),
    ]
