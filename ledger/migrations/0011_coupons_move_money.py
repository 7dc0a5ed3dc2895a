"""Coupons get kinds of their own in the books: issued, redeemed, and the two ways of ending unused."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("ledger", "0010_cash_and_expense_are_hot"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="hold",
            name="hold_kind_is_known",
        ),
        migrations.RemoveConstraint(
            model_name="transfer",
            name="transfer_kind_is_known",
        ),
        migrations.AlterField(
            model_name="hold",
            name="kind",
            field=models.CharField(
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
        migrations.AlterField(
            model_name="transfer",
            name="kind",
            field=models.CharField(
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
        migrations.AddConstraint(
            model_name="hold",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "funding",
                            "budget",
                            "refund",
                            "compensation",
                            "freight",
                            "advance",
                            "draw",
                            "payout",
                            "clearing",
                            "recovery",
                            "expense",
                            "reversal",
                            "deposit",
                            "settlement",
                            "write_off",
                            "coupon_issued",
                            "coupon_redeemed",
                            "coupon_expired",
                            "coupon_revoked",
                        ],
                    )
                ),
                name="hold_kind_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="transfer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "funding",
                            "budget",
                            "refund",
                            "compensation",
                            "freight",
                            "advance",
                            "draw",
                            "payout",
                            "clearing",
                            "recovery",
                            "expense",
                            "reversal",
                            "deposit",
                            "settlement",
                            "write_off",
                            "coupon_issued",
                            "coupon_redeemed",
                            "coupon_expired",
                            "coupon_revoked",
                        ],
                    )
                ),
                name="transfer_kind_is_known",
            ),
        ),
    ]
