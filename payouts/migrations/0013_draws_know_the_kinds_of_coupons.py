"""The kinds of transfers have grown by those of coupons; none of them is drawn on the fund."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("payouts", "0012_a_line_may_be_untimely_or_too_large"),
    ]

    operations = [
        migrations.AlterField(
            model_name="draw",
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
    ]
