"""`manage.py sweep`: the work of worker and beat, without either."""

import threading
from io import StringIO

import pytest
from celery import Task
from django.core.management import call_command
from django.utils.module_loading import import_string

from portal import sweeps
from portal.celery import SWEEPS, Sweep, app

pytestmark = pytest.mark.django_db


@pytest.fixture
def due(monkeypatch):
    """Rows that wait, by the name of the sweep that takes them one at a time; `broken` always fails."""
    waiting = {"first": 2, "second": 1}

    def take(name: str) -> int:
        waiting[name] -= 1
        return int(waiting[name] >= 0)

    def fail() -> int:
        raise ZeroDivisionError("broken on purpose")

    tasks = {"first": lambda: take("first"), "broken": fail, "second": lambda: take("second")}
    monkeypatch.setattr(sweeps, "import_string", tasks.__getitem__)
    monkeypatch.setattr(sweeps, "SWEEPS", [Sweep(name, name, 0.01) for name in tasks])
    return waiting


def test_each_sweep_repeats_until_nothing_is_due_and_a_failing_one_stops_no_other(due, caplog):
    assert sweeps.sweep_once() == 1

    assert due == {"first": -1, "second": -1}
    assert "broken on purpose" in caplog.text


def test_one_round_by_command_says_that_a_sweep_failed(due):
    errors = StringIO()

    with pytest.raises(SystemExit) as ended:
        call_command("sweep", once=True, stderr=errors)

    assert ended.value.code == 1
    assert "1 sweeps failed" in errors.getvalue()


def test_the_loop_goes_on_after_a_failure_and_ends_when_told(due, monkeypatch):
    stop, failures = threading.Event(), []

    def count_failure(*words: object) -> None:
        failures.append(words)
        if len(failures) == 3:
            stop.set()

    monkeypatch.setattr(sweeps.logger, "exception", count_failure)
    monkeypatch.setattr(sweeps, "LONGEST_PAUSE_SECONDS", 0.01)

    sweeps.sweep_until(stop)

    assert len(failures) == 3
    assert due["first"] < 0


@pytest.mark.parametrize("sweep", SWEEPS, ids=lambda sweep: sweep.task)
def test_every_sweep_is_a_task_and_beat_wakes_a_worker_for_it(sweep: Sweep):
    assert isinstance(import_string(sweep.task), Task)
    assert sweep.task in app.tasks
    assert app.conf.beat_schedule[sweep.name]["task"] == sweep.task


def test_no_worker_keeps_a_message_that_it_has_not_finished():
    assert app.conf.task_acks_late
    assert app.conf.task_reject_on_worker_lost
    assert app.conf.worker_prefetch_multiplier == 1
    assert app.conf.task_time_limit < app.conf.broker_transport_options["visibility_timeout"]


@pytest.mark.parametrize(
    ("soonest", "pause", "moved_on", "expected"),
    [
        (None, 1, 7, 1),
        (None, 1, 0, 1),
        (None, 1, None, 2),
        (None, 40, None, 60),
        (0.005, 1, 7, 0.005),
        (0.005, 0.005, 0, 0.01),
        (0.005, 0.08, 0, 0.1),
        (0.005, 0.005, None, 2),
    ],
)
def test_a_sweep_in_a_hurry_looks_again_at_once_after_work_and_less_often_without(soonest, pause, moved_on, expected):
    sweep = Sweep("hurry", "task", 1, soonest_seconds=soonest)
    assert sweeps._pause_after(sweep, pause, moved_on=moved_on) == pytest.approx(expected)
