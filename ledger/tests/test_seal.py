"""Each day of the books is sealed once, and nobody changes it afterwards unnoticed."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Event

import pytest
from django.db import IntegrityError, connection
from django.db.transaction import atomic

from common.at_once import at_once
from ledger import sealing
from ledger.chart import owner_capital, payable_to, settlement_of, wallet_of
from ledger.models import NOTHING_BEFORE, Account, Closing, Seal, Transfer
from ledger.proofs import prove
from ledger.sealing import seal_past_days
from ledger.tests.days import NEXT, day, record
from ledger.tests.money import fund, move

SHOP, ANNA, WALLET = settlement_of(1, "GBP"), payable_to(2, "GBP"), wallet_of(2, "GBP")


def without_triggers(statement, values=()):
    """What only the database's owner can do."""
    with atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement, values)
        cursor.execute("SET LOCAL session_replication_role = origin")


def broken():
    return [found.sentence for found in prove()]


@pytest.fixture
def three_days(db):
    """Two transfers on 1 March, none on the second, one on the third; all sealed."""
    record("first", SHOP, ANNA, 5_00, on=day(1))
    record("second", ANNA, WALLET, 2_00, on=day(1))
    record("third", SHOP, ANNA, 1_00, on=day(3))
    assert seal_past_days(now=day(4)) == 3


def test_every_day_gets_a_seal_that_follows_the_one_before(three_days):
    first, second, third = Seal.objects.order_by("day")
    assert [(seal.day.day, seal.transfers) for seal in (first, second, third)] == [(1, 2), (2, 0), (3, 1)]
    assert (first.previous, second.previous, third.previous) == (NOTHING_BEFORE, first.hash, second.hash)
    assert broken() == []


def test_a_day_keeps_what_each_account_that_moved_held_at_its_end(three_days):
    closed = {(row.seal_id.day, row.account.kind): row.posted for row in Closing.objects.select_related("account")}
    assert closed == {
        (1, "merchant_settlement"): -5_00,
        (1, "consumer_payable"): 3_00,
        (1, "consumer_wallet"): 2_00,
        (3, "merchant_settlement"): -6_00,
        (3, "consumer_payable"): 4_00,
    }


def test_a_day_is_sealed_once_and_never_before_it_is_over(three_days):
    record("fourth", SHOP, ANNA, 1_00, on=day(4))
    assert seal_past_days(now=day(4) + timedelta(hours=23, minutes=59)) == 0
    assert seal_past_days(now=day(5)) == 1
    assert seal_past_days(now=day(5)) == 0


def test_books_without_a_transfer_need_no_seal(db):
    assert seal_past_days(now=day(4)) == 0


def test_years_of_old_days_are_sealed_at_once(db):
    for number in (4, 3, 2, 1):
        record(f"old:{number}", SHOP, ANNA, 1, on=day(1) - timedelta(days=100 * number))
    assert seal_past_days(now=day(1)) == 400
    assert Seal.objects.exclude(transfers=0).count() == 4
    assert broken() == []


def test_a_line_of_an_old_day_that_comes_later_belongs_to_the_day_that_is_open(db):
    record("of its day", SHOP, ANNA, 1, on=day(2))
    record("older", SHOP, ANNA, 1, on=day(1))
    assert seal_past_days(now=day(3)) == 1
    assert Seal.objects.get().transfers == 2
    record("older still", SHOP, ANNA, 1, on=day(1))
    assert seal_past_days(now=day(4)) == 1
    assert Seal.objects.latest("day").transfers == 1
    assert broken() == []


def test_the_books_of_a_real_day_are_sealed_on_the_next(db):
    fund(50_00)
    assert seal_past_days(now=datetime.now(UTC)) == 0
    assert seal_past_days(now=datetime.now(UTC) + timedelta(days=1)) == 1
    assert broken() == []


CHANGES = {
    "an amount": ("UPDATE ledger_transfer SET amount = amount + 1 WHERE key = 'first'", "2026-03-01 was changed"),
    "a key": ("UPDATE ledger_transfer SET key = 'forged' WHERE key = 'second'", "2026-03-01 was changed"),
    "a kind": ("UPDATE ledger_transfer SET kind = 'freight' WHERE key = 'first'", "2026-03-01 was changed"),
    "when it happened": (
        "UPDATE ledger_transfer SET happened_at = happened_at + interval '1 microsecond' WHERE key = 'third'",
        "2026-03-03 was changed",
    ),
    "when it was recorded": (
        "UPDATE ledger_transfer SET recorded_at = recorded_at + interval '1 microsecond' WHERE key = 'third'",
        "2026-03-03 was changed",
    ),
    "whose account it was": (
        "UPDATE ledger_account SET owner = 'merchant:2' WHERE kind = 'merchant_settlement'",
        "2026-03-01 was changed",
    ),
    "a line less": ("DELETE FROM ledger_transfer WHERE key = 'second'", "2026-03-01 was sealed with 2 transfers"),
    "a line more": (
        "INSERT INTO ledger_transfer (id, key, debit_id, credit_id, amount, kind, happened_at, recorded_at)"
        " OVERRIDING SYSTEM VALUE"
        " SELECT id - 100, 'slipped in', debit_id, credit_id, 1, kind, happened_at, recorded_at"
        " FROM ledger_transfer WHERE key = 'first'",
        "2026-03-01 was sealed with 2 transfers and has 3",
    ),
    "a closing balance": (
        "UPDATE ledger_closing SET posted = posted + 1 WHERE posted = 200",
        "closed 2026-03-01 with 201, its transfers give 200",
    ),
    "a closing balance less": ("DELETE FROM ledger_closing WHERE posted = 200", "closed 2026-03-01 with None"),
    "a hash": ("UPDATE ledger_seal SET hash = repeat('a', 64) WHERE day = '2026-03-02'", "2026-03-02 was changed"),
    "a seal less": ("DELETE FROM ledger_seal WHERE day = '2026-03-02'", "no seal between 2026-03-01 and 2026-03-03"),
    "where a day ends": ("UPDATE ledger_seal SET through = through - 1 WHERE transfers = 1", "2026-03-03 was sealed"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_whoever_goes_around_every_guard_is_found_by_the_seal_of_that_day(three_days, change):
    statement, sentence = CHANGES[change]
    without_triggers(statement)
    assert any(sentence in found for found in broken()), broken()


def test_a_seal_and_its_closings_never_change(three_days):
    for rows, change in ((Seal.objects, {"hash": "a" * 64}), (Closing.objects, {"posted": 1})):
        with pytest.raises(IntegrityError, match="never change"), atomic():
            rows.update(**change)
        with pytest.raises(IntegrityError, match="never change"), atomic():
            rows.all()._raw_delete("default")


@pytest.mark.parametrize(
    "wrong", [{"previous": "b" * 64}, {"day": day(6).date()}, {"day": day(2).date()}, {"through": 0}]
)
def test_a_seal_that_follows_no_other_is_refused(three_days, wrong):
    last = Seal.objects.latest("day")
    right = {"day": day(4).date(), "through": last.through, "previous": last.hash, "hash": "c" * 64}
    with pytest.raises(IntegrityError):
        Seal.objects.create(**{**right, **wrong}, transfers=0, closings=0, sealed_at=day(5))


def test_nobody_chooses_the_id_of_a_transfer(three_days):
    first = Transfer.objects.get(key="first")
    with pytest.raises(Exception, match="cannot insert a non-DEFAULT value into column"), atomic():
        Transfer.objects.create(
            pk=first.pk - 50, key="behind", debit=first.debit, credit=first.credit, amount=1, kind="refund",
            happened_at=day(1),
        )  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_a_transfer_that_is_committed_late_still_belongs_to_one_seal():
    move("early", SHOP, ANNA, 1_00)
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    written, seal_now = Event(), Event()

    def commit_late():
        with atomic():
            move("late", owner_capital("GBP"), ANNA, 1_00)
            written.set()
            seal_now.wait(20)
        connection.close()

    with ThreadPoolExecutor(1) as pool:
        late = pool.submit(commit_late)
        assert written.wait(20)
        move("after it", settlement_of(3, "GBP"), WALLET, 1_00)  # has a higher id, and is committed first
        sealing.WAIT_SECONDS, waited = 0.1, sealing.WAIT_SECONDS
        try:
            assert seal_past_days(now=tomorrow) == 0
        finally:
            sealing.WAIT_SECONDS = waited
        seal_now.set()
        late.result(20)
    assert seal_past_days(now=tomorrow) == 1
    assert Seal.objects.get().transfers == 3
    assert broken() == []


@pytest.mark.django_db(transaction=True)
def test_of_many_who_seal_at_once_each_day_is_sealed_by_one():
    for number in (1, 2, 3):
        record(f"on:{number}", SHOP, ANNA, 1, on=day(number))
    outcomes = at_once(*[lambda: seal_past_days(now=day(4))] * 8)
    assert sum(outcome for outcome in outcomes if isinstance(outcome, int)) == 3, outcomes
    assert not [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    assert [seal.day.day for seal in Seal.objects.order_by("day")] == [1, 2, 3]
    assert broken() == []


def test_accounts_of_every_name_are_sealed_as_they_are_called(db):
    odd = settlement_of(1, "GBP")._replace(owner='a"b\\c\n\t\x01 \x7f 街角 😀')
    record('key "quoted" \\ 街', odd, ANNA, 1, on=day(1))
    assert seal_past_days(now=NEXT) > 0
    assert Account.objects.filter(owner=odd.owner).exists()
    assert broken() == []
