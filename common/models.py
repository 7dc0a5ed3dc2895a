"""Answers kept for repeated requests."""

from typing import ClassVar

from django.conf import settings
from django.db import models


class StoredAnswer(models.Model):
    """The answer to a request that moved something, under the key its sender gave it.

    Written in the transaction of the effect itself: whoever can see the row sees an effect that happened. `digest`
    tells whether a repeated request is the same one.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    digest = models.BinaryField(max_length=32)
    status = models.PositiveSmallIntegerField(null=True, help_text="null only while the effect is being made")
    content_type = models.CharField(max_length=100, blank=True, default="")
    location = models.CharField(max_length=400, blank=True, default="")
    body = models.BinaryField(default=b"")
    stored_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "key"], name="answer_is_one_per_key"),
        ]
