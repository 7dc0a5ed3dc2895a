"""What supports one side of a case: typed documents."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from disputes.models.claim import Claim
from disputes.models.party import Party


class Evidence(models.Model):
    """One typed document of one party. Sealed when the evidence round ends: from then on it cannot be added to."""

    class Kind(models.TextChoices):
        PHOTO = "photo", _("Photo")
        RECEIPT = "receipt", _("Receipt or invoice")
        SHIPPING = "shipping", _("Proof of shipping or delivery")
        CONVERSATION = "conversation", _("Conversation")
        OTHER = "other", _("Other document")

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="evidence")
    party = models.CharField(max_length=16, choices=Party)
    kind = models.CharField(max_length=16, choices=Kind)
    file = models.FileField(upload_to="evidence/%Y/%m/")
    name = models.CharField(max_length=120)
    content_type = models.CharField(max_length=60)
    size_bytes = models.PositiveIntegerField()
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField()
    sealed_at = models.DateTimeField(null=True)
