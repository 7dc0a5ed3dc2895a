"""`manage.py verify_books`: green on one line, or the first break and exit status 1."""

import json
from io import StringIO
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.db import connection

from common.proofs import Break
from portal import verification

pytestmark = pytest.mark.django_db(transaction=True)


def run(*arguments: str) -> str:
    output = StringIO()
    call_command("verify_books", *arguments, stdout=output)
    return output.getvalue().splitlines()[-1]


@pytest.fixture
def broken(monkeypatch):
    """Two rooms that are off; the second must not even be asked."""
    asked = []

    def prove(room: str):
        asked.append(room)
        yield Break(room, "account 7 has 3 more than its transfers explain")

    rooms = [SimpleNamespace(prove=lambda room=room: prove(room)) for room in ("ledger", "payouts")]
    monkeypatch.setattr(verification, "_rooms_with_proofs", lambda: iter(rooms))
    return asked


def test_empty_books_are_right():
    assert json.loads(run("--json")) == {
        "ok": True,
        "accounts": 0,
        "transfers": 0,
        "claims": 0,
        "paid_out": {},
        "first_break": None,
    }
    assert run() == "The books are right: 0 accounts, 0 transfers and 0 claims were looked at."


def test_the_first_break_is_named_and_the_status_is_1(broken):
    output = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("verify_books", json=True, stdout=output)

    assert ended.value.code == 1
    assert broken == ["ledger"]
    answer = json.loads(output.getvalue())
    assert not answer["ok"]
    assert answer["first_break"] == "ledger: account 7 has 3 more than its transfers explain"


def test_all_rooms_are_read_as_of_one_moment(monkeypatch):
    seen = []

    def look():
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('transaction_isolation'), current_setting('transaction_read_only')")
            seen.append(cursor.fetchone())
        yield from ()

    monkeypatch.setattr(verification, "_rooms_with_proofs", lambda: iter([SimpleNamespace(prove=look)]))

    assert verification.verify().ok
    assert seen == [("repeatable read", "on")]


def test_the_rooms_nearest_to_the_money_speak_first():
    rooms = [vars(room)["__name__"] for room in verification._rooms_with_proofs()]

    assert rooms.index("orders.proofs") < rooms.index("ledger.proofs")
