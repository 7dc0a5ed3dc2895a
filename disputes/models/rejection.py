"""The merchant’s no."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from disputes.models.claim import Claim


class Rejection(models.Model):
    """The merchant's typed reason for saying no."""

    class Reason(models.TextChoices):
        DELIVERED_AS_ORDERED = "delivered_as_ordered", _("Delivered as ordered")
        USED_OR_DAMAGED_BY_CONSUMER = "used_or_damaged_by_consumer", _("Used or damaged by the consumer")
        SERVICE_WAS_GIVEN = "service_was_given", _("The service was given")
        OUTSIDE_THE_TERMS = "outside_the_terms", _("Outside the agreed terms")
        NOT_ENOUGH_EVIDENCE = "not_enough_evidence", _("Not enough evidence")
        RETURN_INCOMPLETE = "return_incomplete", _("What came back is not what was sold")

    claim = models.OneToOneField(Claim, on_delete=models.PROTECT, related_name="rejection")
    reason = models.CharField(max_length=32, choices=Reason)
    statement = models.TextField()
    rejected_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    rejected_at = models.DateTimeField()
