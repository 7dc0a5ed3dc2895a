"""The Celery application, and the one list of what is swept and how often.

Messages are wake-ups only: PostgreSQL rows are the truth. Beat sends a wake-up for each sweep, and
`manage.py sweep` runs the very same functions in a loop without any broker.
"""

import os
from typing import NamedTuple

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")


class Sweep(NamedTuple):
    """One piece of regular work: a task without arguments that is safe to run twice at once."""

    name: str
    task: str
    every_seconds: float


SWEEPS: tuple[Sweep, ...] = ()

app = Celery("portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.beat_schedule = {sweep.name: {"task": sweep.task, "schedule": sweep.every_seconds} for sweep in SWEEPS}
app.autodiscover_tasks()
