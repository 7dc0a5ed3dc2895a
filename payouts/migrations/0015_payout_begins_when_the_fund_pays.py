"""What waits for the fund is a place in line and nothing else; the payout is written when its money is drawn.

Written before, it was a row with nine indexes and seven checks for each one who asked, and was written again, indexes
and all, by the poster. Now who asks writes a narrow row, and the poster writes the payout once, as it ends up.

A key stands either in line or for a payout. Who takes a place in line looks once the row is in the index: from then on
nobody else can take the key, and each query of a volatile function sees what is committed by then.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

KEEP = """
CREATE TABLE payouts_draw_before AS
    SELECT payout.key, payout.payee_id, payout.amount, payout.currency, payout.gateway,
        payout.created_at AS accepted_at, draw.budget, draw.cost_kind, draw.cost_owner, draw.kind, draw.made_by_id
    FROM payouts_draw draw JOIN payouts_payout payout ON payout.id = draw.payout_id
    ORDER BY draw.payout_id;
DELETE FROM payouts_payout WHERE waits_for_fund;
SET CONSTRAINTS ALL IMMEDIATE;
"""

TAKE_BACK = """
INSERT INTO payouts_draw (
    key, payee_id, amount, currency, gateway, accepted_at, budget, cost_kind, cost_owner, kind, made_by_id
)
SELECT * FROM payouts_draw_before;
SET CONSTRAINTS ALL IMMEDIATE;
DROP TABLE payouts_draw_before;
"""

GUARD = """
CREATE FUNCTION payouts_draw_is_of_no_payout() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM payouts_payout WHERE key = NEW.key) THEN
        RAISE EXCEPTION 'The payout % has begun', NEW.key
            USING ERRCODE = 'unique_violation', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER draw_is_of_no_payout AFTER INSERT ON payouts_draw
    FOR EACH ROW EXECUTE FUNCTION payouts_draw_is_of_no_payout();
"""

# As in 0014, for payouts that are not written yet, and as one row in place of a table.
OF_THE_DAY = """
DROP FUNCTION payouts_of_the_day;

CREATE FUNCTION payouts_of_the_day(
    payee bigint, unit text, at timestamptz, most integer, OUT number bigint, OUT total numeric
) LANGUAGE plpgsql VOLATILE STRICT AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('payouts_payee', payee));
    SELECT count(*), coalesce(sum(latest.amount) FILTER (WHERE latest.currency = unit), 0)
        INTO number, total
        FROM (
            SELECT amount, currency, created_at FROM payouts_payout
            WHERE payee_id = payee ORDER BY id DESC LIMIT most
        ) AS latest
        WHERE created_at > at - interval '1 day';
END
$$;
"""

ON_THE_WAY = ["reserved", "sending", "sent", "failed", "unknown"]


class Migration(migrations.Migration):
    dependencies = [
        ("payouts", "0014_parts_started_at_once_are_added_up"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL(KEEP),
        migrations.DeleteModel("Draw"),
        migrations.CreateModel(
            name="Draw",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=120)),
                ("amount", models.BigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                ("gateway", models.CharField(max_length=16)),
                ("accepted_at", models.DateTimeField()),
                ("budget", models.CharField(max_length=60)),
                (
                    "cost_kind",
                    models.CharField(
                        choices=[
                            ("owner_capital", "Platform's own capital"),
                            ("client_cash", "Cash held for consumers and merchants"),
                            ("fund_cash", "Special fund, not yet budgeted"),
                            ("fund_budget", "Special fund, budget"),
                            ("merchant_settlement", "Merchant settlement"),
                            ("merchant_deposit", "Merchant deposit"),
                            ("advances_outstanding", "Advances outstanding"),
                            ("recovery_receivable", "Recovery receivable"),
                            ("consumer_wallet", "Consumer wallet"),
                            ("consumer_payable", "Payable to consumer"),
                            ("coupon_liability", "Coupon liability"),
                            ("gateway_clearing", "Gateway clearing"),
                            ("compensation_expense", "Compensation expense"),
                            ("write_off", "Write-off"),
                        ],
                        max_length=32,
                    ),
                ),
                ("cost_owner", models.CharField(blank=True, default="", max_length=60)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("funding", "Funding"),
                            ("budget", "Budget"),
                            ("refund", "Refund"),
                            ("compensation", "Compensation"),
                            ("freight", "Return freight"),
                            ("advance", "Advance"),
                            ("draw", "Draw on the fund"),
                            ("payout", "Payout"),
                            ("clearing", "Gateway clearing"),
                            ("recovery", "Recovery"),
                            ("expense", "Expense"),
                            ("reversal", "Reversal"),
                            ("deposit", "Deposit"),
                            ("settlement", "Settlement"),
                            ("write_off", "Write-off"),
                            ("coupon_issued", "Coupon issued"),
                            ("coupon_redeemed", "Coupon redeemed"),
                            ("coupon_expired", "Coupon expired"),
                            ("coupon_revoked", "Coupon revoked"),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "payee",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["budget", "currency", "id"], name="draw_queue_of_budget")],
                "constraints": [
                    models.UniqueConstraint(fields=("key",), name="draw_is_accepted_once_per_key"),
                    models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="draw_amount_is_positive"),
                ],
            },
        ),
        migrations.RunSQL(TAKE_BACK),
        migrations.RunSQL(GUARD),
        migrations.RunSQL(OF_THE_DAY),
        migrations.RemoveConstraint("payout", "payout_that_waits_for_the_fund_does_nothing_else"),
        migrations.RemoveConstraint("payout", "payout_is_looked_at_until_it_ends"),
        migrations.AddConstraint(
            "payout",
            models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("attention", ""),
                        ("ended_at__isnull", False),
                        ("next_at__isnull", True),
                        ("status__in", ["settled", "released"]),
                    ),
                    models.Q(("ended_at__isnull", True), ("next_at__isnull", False), ("status__in", ON_THE_WAY)),
                    models.Q(
                        models.Q(("attention", ""), _negated=True),
                        ("ended_at__isnull", True),
                        ("status__in", ON_THE_WAY),
                    ),
                    _connector="OR",
                ),
                name="payout_is_looked_at_until_it_ends",
            ),
        ),
        migrations.RemoveField("payout", "waits_for_fund"),
    ]
