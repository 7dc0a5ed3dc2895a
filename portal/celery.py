"""The Celery application, and the one list of what is swept and how often.

Messages are wake-ups only: PostgreSQL rows are the truth. Beat sends a wake-up for each sweep, and
`manage.py sweep` runs the very same functions in a loop without any broker.
"""

import os
from typing import NamedTuple

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")


class Sweep(NamedTuple):
    """One piece of regular work: a task without arguments that is safe to run twice at once.

    It returns how many rows it moved on; while that is not zero there may be more.
    """

    name: str
    task: str
    every_seconds: float
    soonest_seconds: float | None = None  # without a broker: how soon to look again while there is work to do


SWEEPS = (
    Sweep("send due payouts", "payouts.tasks.send_due_payouts", 0.5, soonest_seconds=0.01),
    Sweep("remind of approvals", "payouts.tasks.remind_of_approvals", 60),
    Sweep("pay out of the fund", "payouts.tasks.pay_out_of_the_fund", 1, soonest_seconds=0.005),
    Sweep("handle webhook events", "payouts.tasks.handle_webhook_events", 1),
    Sweep("read reports", "payouts.tasks.import_due_reports", 5),
    Sweep("look at report lines again", "payouts.tasks.look_at_report_lines_again", 10),
    Sweep("deliver due notices", "notices.tasks.deliver_due_notices", 2),
    Sweep("time out due claims", "disputes.tasks.time_out_due_claims", 5),
    Sweep("remind of deadlines", "disputes.tasks.remind_of_deadlines", 30),
    Sweep("remind of expiring vouchers", "disputes.tasks.remind_of_expiring_vouchers", 60),
    Sweep("look for goodwill", "disputes.tasks.look_for_goodwill", 30),
    Sweep("let grants lapse that nobody answered", "compensation.tasks.lapse_due_grants", 300),
    Sweep("let money that nobody agreed to lapse", "compensation.tasks.lapse_due_fillings", 300),
    Sweep("remind of debts to be given up", "compensation.tasks.attend_reliefs", 60),
    Sweep("expire coupons", "compensation.tasks.expire_due_coupons", 30),
    Sweep("remind of expiring coupons", "compensation.tasks.remind_of_expiring_coupons", 60),
    Sweep("let offers of other hotels lapse", "compensation.tasks.attend_rehousings", 5),
    Sweep("look through events", "disputes.tasks.look_through_events", 2),
    Sweep("pay for events", "disputes.tasks.pay_for_events", 2),
    Sweep("end claims of the rehoused", "disputes.tasks.end_claims_of_the_rehoused", 5),
    Sweep("pay what the fund owes", "disputes.tasks.pay_what_the_fund_owes", 30),
    Sweep("go on with back-tests", "disputes.tasks.go_on_with_backtests", 2),
    Sweep("look at labels again", "disputes.tasks.review_due_labels", 60),
    Sweep("advance what takes too long", "disputes.tasks.advance_due_claims", 30),
    Sweep("pursue recoveries", "compensation.tasks.pursue_recoveries", 30),
    Sweep("gather what the fund was given", "ledger.tasks.gather_raises", 30),
    Sweep("seal past days", "ledger.tasks.seal_past_days", 60),
    Sweep("forget old sign-ins", "accounts.tasks.forget_old_sign_ins", 600),
    Sweep("forget old answers", "common.tasks.forget_old_answers", 60),
)

app = Celery("portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.beat_schedule = {
    sweep.name: {
        "task": sweep.task,
        "schedule": sweep.every_seconds,
        # A wake-up nobody has read by the time of the next one has nothing to add to it.
        "options": {"expires": sweep.every_seconds},
    }
    for sweep in SWEEPS
}
app.autodiscover_tasks()
