"""The platform’s word on a dispute, and the one appeal against it."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from disputes.models.claim import Claim
from disputes.models.party import Party


class Outcome(models.TextChoices):
    CONSUMER = "consumer", _("For the consumer")
    MERCHANT = "merchant", _("For the merchant")
    SPLIT = "split", _("In part for each")
    NO_FAULT = "no_fault", _("For the consumer, merchant not at fault")


class DecisionReason(models.TextChoices):
    EVIDENCE_FOR_CONSUMER = "evidence_for_consumer", _("The evidence supports the consumer")
    EVIDENCE_FOR_MERCHANT = "evidence_for_merchant", _("The evidence supports the merchant")
    BOTH_IN_PART = "both_in_part", _("Both sides are right in part")
    NEITHER_AT_FAULT = "neither_at_fault", _("Neither side is at fault")
    TERMS_SAY_SO = "terms_say_so", _("The terms in force decide it")
    PLATFORM_TOO_SLOW = "platform_too_slow", _("The platform did not decide in time")


class Decision(models.Model):
    """The platform's word on a dispute: outcome, sum, typed reason and written statement; once, and once on appeal."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="decisions")
    on_appeal = models.BooleanField(default=False)
    outcome = models.CharField(max_length=16, choices=Outcome)
    amount = models.BigIntegerField(default=0)
    reason = models.CharField(max_length=32, choices=DecisionReason)
    statement = models.TextField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["claim", "on_appeal"], name="claim_is_decided_once_and_once_on_appeal"),
            models.CheckConstraint(
                condition=Q(outcome="merchant", amount=0)
                | Q(outcome__in=["consumer", "split", "no_fault"], amount__gte=0),
                name="decision_outcome_fits_its_amount",
            ),
        ]


class Appeal(models.Model):
    """One side asks another reviewer to look again; a case is appealed once, by whoever comes first."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="appeals")
    party = models.CharField(max_length=16, choices=Party)
    appealed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    statement = models.TextField()
    appealed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["claim"], name="claim_is_appealed_once"),
        ]
