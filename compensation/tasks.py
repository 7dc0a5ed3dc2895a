"""The sweeps of this room: find what is due, and do it. They read the clock; everything below is told the time."""

from celery import shared_task
from django.utils import timezone

from compensation import actions
from compensation.actions.filling import lapse_due_fillings as lapse_fillings


@shared_task
def pursue_recoveries() -> int:
    return actions.pursue_recoveries(now=timezone.now())


@shared_task
def attend_reliefs() -> int:
    return actions.attend_reliefs(now=timezone.now())


@shared_task
def expire_due_coupons() -> int:
    return actions.expire_due_coupons(now=timezone.now())


@shared_task
def remind_of_expiring_coupons() -> int:
    return actions.remind_of_expiring_coupons(now=timezone.now())


@shared_task
def attend_rehousings() -> int:
    return actions.attend_rehousings(now=timezone.now())


@shared_task
def lapse_due_grants() -> int:
    return actions.lapse_due_grants(now=timezone.now())


@shared_task
def lapse_due_fillings() -> int:
    return lapse_fillings(now=timezone.now())
