"""The payouts' sweeps: wake-ups for what is due. Without a broker `manage.py sweep` runs the same."""

from time import monotonic, sleep

from celery import shared_task
from django.utils import timezone

from payouts import actions
from payouts.actions.drawing import BATCH

# Well within the time limit of a task, also when the last call takes its time.
RUN_SECONDS = 20

# How often a sender that has its hands full looks whether another one died.
LOOK_AFTER_OTHERS_SECONDS = 0.5


@shared_task
def send_due_payouts() -> int:
    """Take due payouts further for a while, each as of its own moment; how many steps were taken."""
    until = monotonic() + RUN_SECONDS
    steps, looked_at = 0, 0.0
    while monotonic() < until:
        if monotonic() - looked_at > LOOK_AFTER_OTHERS_SECONDS:
            actions.take_over_from_the_dead(now=timezone.now())
            looked_at = monotonic()
        if not actions.send_next(now=timezone.now()):
            break
        steps += 1
    return steps


@shared_task
def remind_of_approvals() -> int:
    return actions.remind_of_approvals(now=timezone.now())


# How long the fund's poster lets payouts gather before the next batch: a batch costs the same for one as for many.
GATHER_SECONDS = 0.1


@shared_task
def pay_out_of_the_fund() -> int:
    """Pay what waits for the fund, batch by batch, for a while; how many were paid. Behind a full batch others wait."""
    until = monotonic() + RUN_SECONDS
    paid = 0
    while monotonic() < until and (batch := actions.post_draws(now=timezone.now())):
        paid += batch
        if batch < BATCH:
            sleep(GATHER_SECONDS)
    return paid


@shared_task
def handle_webhook_events() -> int:
    return actions.handle_events(now=timezone.now())


@shared_task
def import_due_reports() -> int:
    """Read one report to its end."""
    return actions.import_next_report(now=timezone.now())


@shared_task
def look_at_report_lines_again() -> int:
    return actions.look_at_lines_again(now=timezone.now())
