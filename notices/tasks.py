"""The sweep of this room; a row that is due is the truth, a message only says "look"."""

from celery import shared_task
from django.utils import timezone

from notices.actions import deliver_due


@shared_task
def deliver_due_notices() -> int:
    """Send one batch of mails and count it."""
    return deliver_due(now=timezone.now())
