"""The sweeps of the case: find what is due, and do it. They read the clock; everything below is told the time."""

from time import monotonic

from celery import shared_task
from django.utils import timezone

from disputes import advances, debts, goodwill, happenings, label_reviews, overdue, rehoused, reminders
from disputes.actions.backtest import go_on


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
def advance_due_claims() -> int:
    return advances.advance_due(now=timezone.now())


@shared_task
def look_for_goodwill() -> int:
    return goodwill.look_for_goodwill(now=timezone.now())


@shared_task
def review_due_labels() -> int:
    return label_reviews.review_due_labels(now=timezone.now())


@shared_task
def look_through_events() -> int:
    return happenings.look_through_events(now=timezone.now())


@shared_task
def end_claims_of_the_rehoused() -> int:
    return rehoused.end_claims_of_the_rehoused(now=timezone.now())


# A task ends well within its time limit, however much an event affects.
PAY_FOR_EVENTS_SECONDS = 20


@shared_task
def pay_for_events() -> int:
    """Pay those whom events affect, batch by batch, for a while; how many were looked at."""
    until = monotonic() + PAY_FOR_EVENTS_SECONDS
    looked_at = 0
    while monotonic() < until and (batch := happenings.pay_for_events(now=timezone.now())):
        looked_at += batch
    return looked_at


# Back-tests take a worker for a while and then let others have it.
BACKTEST_SECONDS = 20


@shared_task
def go_on_with_backtests() -> int:
    """Work at what is asked for, part by part, for a while; how many steps that was."""
    until = monotonic() + BACKTEST_SECONDS
    done = 0
    while monotonic() < until and (step := go_on(now=timezone.now())):
        done += step
    return done
