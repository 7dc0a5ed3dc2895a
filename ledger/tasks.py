"""The sweeps of the books. They read the clock; everything below is told the time."""

from celery import shared_task
from django.utils import timezone

from ledger.actions import gather_raises as gather
from ledger.sealing import seal_past_days as seal_days


@shared_task
def seal_past_days() -> int:
    """Seal the days that are over; returns how many."""
    return seal_days(now=timezone.now())


@shared_task
def gather_raises() -> int:
    """Keep what hot accounts were raised by quick to add up; returns how many sums were gathered."""
    return gather()
