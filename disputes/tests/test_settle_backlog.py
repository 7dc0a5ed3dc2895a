"""The command that works off a backlog of passed deadlines."""

import json

import pytest
from django.core.management import call_command
from django.utils import timezone

from disputes.models import Claim
from disputes.tests.conftest import breaks, fresh


@pytest.fixture
def backlog(file, jackets, mug) -> list[Claim]:
    claims = [file(jackets, quantity=1), file(mug, reason="changed_mind")]
    Claim.objects.update(due_at=timezone.now())
    return claims


def test_all_that_is_due_is_paid_and_counted(backlog, capsys):
    call_command("settle_backlog", "--json", "--at-once", "1")
    assert json.loads(capsys.readouterr().out)["claims"] == 2
    assert [fresh(claim).status for claim in backlog] == ["settled"] * 2
    assert breaks() == []


def test_a_person_reads_a_sentence(backlog, capsys):
    call_command("settle_backlog")
    assert capsys.readouterr().out.startswith("2 claims moved on in ")
