"""The sweep of deadlines."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from disputes import overdue, tasks
from disputes.actions import time_out
from disputes.models import Claim
from disputes.models.claim import PAUSE_AFTER_STUMBLING
from disputes.tests.conftest import fresh


@pytest.fixture
def three(file, jackets, mug) -> list[Claim]:
    return [
        file(jackets, quantity=1),
        file(jackets, quantity=1, reason="wrong_item"),
        file(mug, reason="changed_mind"),
    ]


def test_all_that_is_due_is_moved_on(three, now):
    assert overdue.time_out_due(now=three[0].due_at) == 3
    assert not Claim.objects.filter(status="awaiting_merchant").exists()
    assert overdue.time_out_due(now=three[0].due_at) == 0


def test_what_is_not_due_is_left_alone(three, now):
    assert overdue.time_out_due(now=three[0].due_at - timedelta(microseconds=1)) == 0


def test_a_batch_has_an_end(three):
    assert overdue.time_out_due(now=three[0].due_at, limit=2) == 2
    assert Claim.objects.filter(status="awaiting_merchant").count() == 1


def test_a_claim_that_fails_does_not_stand_in_the_way(three, monkeypatch, caplog):
    def fails_once(*, claim, at):
        if claim.pk == three[0].pk:
            raise RuntimeError("poison")
        return time_out(claim=claim, at=at)

    due_at = three[0].due_at
    with monkeypatch.context() as patch:
        patch.setattr(overdue, "time_out", fails_once)
        patch.setattr(overdue, "settle_silent", lambda *, claims, at: [])
        assert overdue.time_out_due(now=due_at) == 2
    assert f"The deadline of claim {three[0].number}" in caplog.text
    assert fresh(three[0]).status == "awaiting_merchant"
    assert overdue.time_out_due(now=due_at) == 0, "it is left alone for a while"
    assert overdue.time_out_due(now=due_at + PAUSE_AFTER_STUMBLING) == 1, "and then tried again"


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_move_each_claim_once(three, django_db_blocker):
    def sweep(_number):
        try:
            return overdue.time_out_due(now=three[0].due_at)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        moved = list(pool.map(sweep, range(2)))
    assert sum(moved) == 3
    assert [fresh(claim).events.filter(kind="merchant_silent").count() for claim in three] == [1, 1, 1]


def test_the_task_reads_the_clock(three, monkeypatch):
    monkeypatch.setattr("disputes.tasks.timezone.now", lambda: three[0].due_at)
    assert tasks.time_out_due_claims() == 3
