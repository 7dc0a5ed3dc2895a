"""What is thrown away once it has run out."""

from celery import shared_task
from django.utils import timezone

from accounts.actions import forget_ended_tokens, forget_old_attempts


@shared_task
def forget_old_sign_ins() -> int:
    """Delete tokens and sign-in attempts that have run out; returns how many."""
    now = timezone.now()
    return forget_ended_tokens(now=now) + forget_old_attempts(now=now)
