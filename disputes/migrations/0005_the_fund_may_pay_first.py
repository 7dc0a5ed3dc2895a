"""The fund may pay a claim first: how much it did, and when it has to."""

import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("disputes", "0004_claims_keep_their_particulars"),
        ("orders", "0004_chargebacks_are_facts"),
        ("policies", "0005_the_history_of_a_version_never_changes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="claim",
            name="advance_due_at",
            field=models.DateTimeField(help_text="when the fund pays first if nobody has decided", null=True),
        ),
        migrations.AddField(
            model_name="claim",
            name="advanced",
            field=models.BigIntegerField(
                default=0, help_text="the part of paid that the fund paid before it was decided"
            ),
        ),
        migrations.AlterField(
            model_name="event",
            name="kind",
            field=models.CharField(
                choices=[
                    ("filed", "Filed"),
                    ("paid_by_rule", "Paid by rule"),
                    ("given_in_kind", "Upgrade or alternative given"),
                    ("found_nothing_owed", "Nothing was owed"),
                    ("accepted", "Accepted by the merchant"),
                    ("offered", "Offer made"),
                    ("countered", "Counter-offer made"),
                    ("offer_accepted", "Offer accepted"),
                    ("rejected", "Rejected by the merchant"),
                    ("return_shipped", "Goods sent back"),
                    ("return_received", "Goods came back"),
                    ("return_contested", "Return contested"),
                    ("escalated", "Escalated to the platform"),
                    ("withdrawn", "Withdrawn"),
                    ("evidence_given", "Evidence given"),
                    ("decided", "Decided"),
                    ("appealed", "Appealed"),
                    ("appeal_decided", "Appeal decided"),
                    ("merchant_silent", "Merchant did not answer in time"),
                    ("offer_lapsed", "Offer paid when its time ran out"),
                    ("return_not_sent", "Goods were not sent back"),
                    ("return_not_confirmed", "Goods taken as received"),
                    ("not_escalated", "Rejection was not contested"),
                    ("evidence_sealed", "Evidence sealed"),
                    ("raised_to_senior", "Raised to a senior agent"),
                    ("decision_stands", "The decision stands"),
                    ("debt_paid", "Paid when the fund was filled again"),
                    ("advanced", "Paid first by the special fund"),
                ],
                max_length=32,
            ),
        ),
        migrations.AddIndex(
            model_name="claim",
            index=models.Index(
                condition=models.Q(
                    ("advance_due_at__isnull", False),
                    ("replayed", False),
                    ("status__in", ["awaiting_evidence", "under_review"]),
                ),
                fields=["advance_due_at", "id"],
                name="claim_advance_due",
            ),
        ),
        migrations.AddConstraint(
            model_name="claim",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("advanced__gte", 0),
                    ("advanced__lte", models.F("paid")),
                    (
                        "amount__gte",
                        django.db.models.expressions.CombinedExpression(
                            models.F("advanced"), "+", models.F("compensation")
                        ),
                    ),
                ),
                name="claim_advance_is_within_its_refund_part",
            ),
        ),
    ]
