"""What people say in a case."""

from django.conf import settings
from django.db import models

from disputes.models.claim import Claim
from disputes.models.party import Party


class Message(models.Model):
    """Something said in the case; internal messages are for agents only."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="messages")
    party = models.CharField(max_length=16, choices=Party)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    body = models.TextField()
    internal = models.BooleanField(default=False)
    said_at = models.DateTimeField()
