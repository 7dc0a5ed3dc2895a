"""The sweeps of the case: find what is due, and do it. They read the clock; everything below is told the time."""

from celery import shared_task
from django.utils import timezone

from disputes import debts, label_reviews, overdue, reminders


@shared_task
def time_out_due_claims() -> int:
    return overdue.time_out_due(now=timezone.now())


@shared_task
def remind_of_deadlines() -> int:
    return reminders.remind_of_deadlines(now=timezone.now())


@shared_task
def remind_of_expiring_vouchers() -> int:
    return reminders.remind_of_expiring_vouchers(now=timezone.now())


@shared_task
def pay_what_the_fund_owes() -> int:
    return debts.pay_debts(now=timezone.now())


@shared_task
def review_due_labels() -> int:
    return label_reviews.review_due_labels(now=timezone.now())
