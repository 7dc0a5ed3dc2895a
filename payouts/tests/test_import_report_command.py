"""`manage.py import_report`: the result as a sentence and as JSON, and what is refused."""

import json
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import DataError

from payouts.tests.reports import said, settled, written

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(tmp_path, consumer, now):
    start = now - timedelta(days=3)
    first, second, _gone = settled(consumer, [1_00, 2_00, 4_00], at=start)
    lines = [said(first), said(second, amount=3_00)]
    path = tmp_path / "day.csv"
    path.write_bytes(written(lines, start=start, end=now, ends="x\nend,3"))
    return path


def run(capsys, *arguments) -> str:
    call_command("import_report", *map(str, arguments))
    out: str = capsys.readouterr().out
    return out


def test_the_result_is_one_object_on_the_last_line_and_the_same_again(file, capsys):
    first, second = (
        json.loads(run(capsys, file, "--gateway", "sandbox", "--json").splitlines()[-1]) for _time in range(2)
    )
    assert first.pop("seconds") >= 0
    assert first == {
        "report": first["report"],
        "is_new": True,
        "lines": 2,
        "repeated": 0,
        "rejected": 1,
        "complete": True,
        "breaks": {"amount_differs": 1},
        "missing_there": 1,
    }
    second.pop("seconds")
    assert second == first | {"is_new": False}


def test_for_people_it_is_a_sentence_and_names_each_line_that_cannot_be_used(file, capsys):
    said = run(capsys, file, "--gateway", "sandbox")
    assert "2 lines, 1 amount_differs; 0 repeated, 1 rejected; 1 payouts are missing there." in said
    assert "line 5: It does not have the columns that the heading names. x" in said
    assert "(received before)" in run(capsys, file, "--gateway", "sandbox")


@pytest.mark.parametrize(
    ("gateway", "content", "because"),
    [
        ("wallet", b"", "There are no reports to read from wallet"),
        ("sandbox", b"", "This is not a report of sandbox"),
        ("sandbox", None, "cannot be read"),
    ],
)
def test_what_is_no_report_is_refused_in_a_sentence(tmp_path, gateway, content, because):
    path = tmp_path / "report.csv"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(CommandError, match=because):
        call_command("import_report", str(path), gateway=gateway)


def test_what_the_database_refuses_is_said_in_a_sentence(file, monkeypatch):
    def overflow(**_given):
        raise DataError("bigint out of range\nCONTEXT: SQL function")

    monkeypatch.setattr("payouts.actions.import_report", overflow)
    with pytest.raises(
        CommandError, match=r"^The database refused: bigint out of range\. The lines read so far stay\.$"
    ):
        call_command("import_report", str(file), gateway="sandbox")
