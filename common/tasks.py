"""What is thrown away once it has been kept long enough."""

from celery import shared_task
from django.utils import timezone

from common import idempotency


@shared_task
def forget_old_answers() -> int:
    """Delete stored answers that have been kept long enough; returns how many."""
    return idempotency.forget_old_answers(now=timezone.now())
