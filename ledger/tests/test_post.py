"""Money moves by `post()` only: balanced by construction, once per key, never below a floor."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection
from django.db.transaction import atomic
from django.test.utils import CaptureQueriesContext

from ledger.actions import KeyReused, Overdrawn, Posting, accounts, post, set_floor
from ledger.chart import (
    client_cash,
    compensation_expense,
    fund_cash,
    owner_capital,
    payable_to,
    settlement_of,
    wallet_of,
)
from ledger.models import Account, Balance, Hold, Transfer, TransferKind
from ledger.tests.money import AT, fund, move, posted, posting

pytestmark = pytest.mark.django_db

SHOP, ANNA, WALLET = settlement_of(1, "GBP"), payable_to(2, "GBP"), wallet_of(2, "GBP")


def test_a_transfer_takes_from_one_side_what_it_gives_to_the_other():
    transfer = move("refund", SHOP, ANNA, 12_50)
    assert (transfer.amount, transfer.happened_at, transfer.recorded_at is not None) == (12_50, AT, True)
    assert (posted(SHOP), posted(ANNA)) == (-12_50, 12_50)


def test_a_balance_reads_positive_when_the_account_holds_what_its_name_says():
    fund(100_00)
    move("goodwill", compensation_expense("GBP"), ANNA, 7_00)
    move("draw", client_cash("GBP"), fund_cash("GBP"), 7_00)
    books = [fund_cash("GBP"), owner_capital("GBP"), compensation_expense("GBP"), ANNA, client_cash("GBP")]
    assert [posted(name) for name in books] == [93_00, 100_00, 7_00, 7_00, 7_00]


def test_many_postings_are_written_by_one_statement_in_the_order_given():
    accounts([SHOP, ANNA, WALLET])
    with atomic(), CaptureQueriesContext(connection) as queries:
        transfers = post(posting("b", SHOP, ANNA, 5_00), posting("a", ANNA, WALLET, 5_00))
    assert [transfer.key for transfer in transfers] == ["b", "a"]
    assert len(queries) == 1
    assert (posted(SHOP), posted(ANNA), posted(WALLET)) == (-5_00, 0, 5_00)


def test_floors_are_checked_against_the_net_effect_of_one_post():
    with pytest.raises(Overdrawn):
        post(posting("in", SHOP, ANNA, 5_00), posting("out", ANNA, WALLET, 5_01))
    assert not Transfer.objects.exists()


def test_an_overdraft_is_refused_and_leaves_no_row():
    cash = fund(10_00)
    with pytest.raises(Overdrawn):
        move("too much", client_cash("GBP"), cash, 10_01)
    move("all of it", client_cash("GBP"), cash, 10_00)
    assert posted(cash) == 0
    assert not Transfer.objects.filter(key="too much").exists()


def test_a_refused_posting_is_judged_anew_when_it_comes_again():
    with pytest.raises(Overdrawn):
        move("payout", ANNA, WALLET, 1_00)
    move("refund", SHOP, ANNA, 1_00)
    assert move("payout", ANNA, WALLET, 1_00).amount == 1_00


def test_an_account_goes_down_to_the_floor_it_was_given():
    set_floor(account=SHOP, floor=-20_00)
    move("first", SHOP, ANNA, 20_00)
    with pytest.raises(Overdrawn):
        move("second", SHOP, ANNA, 1)
    with pytest.raises(Overdrawn):
        set_floor(account=SHOP, floor=0)
    set_floor(account=SHOP, floor=None)
    move("third", SHOP, ANNA, 1)
    assert posted(SHOP) == -20_01


def test_the_same_key_with_the_same_content_gives_back_the_first_transfer():
    first = move("refund", SHOP, ANNA, 5_00)
    [again] = post(posting("refund", SHOP, ANNA, 5_00, at=AT + timedelta(days=1)))
    assert (again.pk, again.happened_at) == (first.pk, AT)
    assert posted(ANNA) == 5_00


@pytest.mark.parametrize(
    "other",
    [
        posting("refund", SHOP, ANNA, 5_01),
        posting("refund", SHOP, WALLET, 5_00),
        posting("refund", settlement_of(9, "GBP"), ANNA, 5_00),
        posting("refund", SHOP, ANNA, 5_00, kind=TransferKind.FREIGHT),
    ],
    ids=["amount", "credit", "debit", "kind"],
)
def test_the_same_key_with_other_content_is_refused(other: Posting):
    move("refund", SHOP, ANNA, 5_00)
    with pytest.raises(KeyReused):
        post(other)
    with pytest.raises(KeyReused):
        post(posting("new", SHOP, ANNA, 1), other)
    assert posted(ANNA) == 5_00


def test_one_key_twice_in_one_post_counts_once_or_is_refused():
    first, second = post(posting("refund", SHOP, ANNA, 5_00), posting("refund", SHOP, ANNA, 5_00))
    assert first.pk == second.pk
    with pytest.raises(KeyReused):
        post(posting("twice", SHOP, ANNA, 1), posting("twice", SHOP, ANNA, 2))
    assert posted(ANNA) == 5_00


def test_new_and_repeated_postings_may_come_together():
    first = move("refund", SHOP, ANNA, 5_00)
    again, new = post(posting("refund", SHOP, ANNA, 5_00), posting("payout", ANNA, WALLET, 5_00))
    assert again.pk == first.pk
    assert new.pk != first.pk
    assert (posted(ANNA), posted(WALLET)) == (0, 5_00)


def test_currencies_never_mix():
    with pytest.raises(IntegrityError, match="one currency"):
        move("mixed", settlement_of(1, "CNY"), ANNA, 5_00)
    assert not Transfer.objects.exists()


def test_a_transfer_between_accounts_that_do_not_exist_is_refused_by_the_database():
    with pytest.raises(IntegrityError, match="two known accounts"):
        Transfer.objects.create(
            key="lost", debit_id=10**9, credit_id=10**9 + 1, amount=1, kind="refund", happened_at=AT
        )


@pytest.mark.parametrize(
    ("amount", "credit", "promise"),
    [(0, ANNA, "amount_is_positive"), (-5, ANNA, "amount_is_positive"), (5, SHOP, "between_two_accounts")],
)
def test_only_a_positive_amount_between_two_accounts_is_a_transfer(amount, credit, promise):
    with pytest.raises(IntegrityError, match=promise):
        move("wrong", SHOP, credit, amount)


def test_a_thousand_moves_of_one_penny_leave_no_drift():
    post(*[posting(f"penny:{number}", SHOP, ANNA, 1) for number in range(1_000)])
    for number in range(20):
        move(f"single:{number}", ANNA, WALLET, 50)
    assert (posted(SHOP), posted(ANNA), posted(WALLET)) == (-10_00, 0, 10_00)


def test_accounts_open_once_with_a_floor_of_zero_where_they_may_not_go_below():
    first = accounts([SHOP, ANNA])
    assert accounts([SHOP, ANNA, WALLET]) == first | accounts([WALLET])
    floors = dict(Balance.objects.values_list("account_id", "floor"))
    assert (floors[first[SHOP]], floors[first[ANNA]]) == (None, 0)


def test_money_that_arrives_at_once_leaves_a_hold_that_was_posted():
    accounts([SHOP, ANNA, WALLET])
    payout = Posting(
        key="payout", debit=ANNA, credit=WALLET, amount=5_00, kind=TransferKind.PAYOUT, happened_at=AT, held=True
    )
    with atomic(), CaptureQueriesContext(connection) as queries:
        post(posting("refund", SHOP, ANNA, 5_00), payout)
    assert len(queries) == 1
    hold = Hold.objects.get()
    assert (hold.key, hold.status, hold.amount, hold.ended_at) == ("payout", Hold.Status.POSTED, 5_00, AT)
    assert (posted(ANNA), posted(WALLET), Balance.objects.filter(reserved__gt=0).count()) == (0, 5_00, 0)
    assert post(payout)[0].key == "payout"
    assert Hold.objects.count() == 1


def test_everybody_sees_the_accounts_that_carry_their_name(shop, consumer, consumer2, merchant, finance):
    own = payable_to(consumer.pk, "GBP")
    move("refund", settlement_of(shop.pk, "GBP"), own, 5_00)
    move("elsewhere", settlement_of(shop.pk + 1, "GBP"), payable_to(consumer2.pk + 1, "GBP"), 5_00)
    seen = {
        user: (Account.objects.visible_to(user).count(), Transfer.objects.visible_to(user).count())
        for user in (consumer, consumer2, merchant, finance)
    }
    assert seen == {consumer: (1, 1), consumer2: (0, 0), merchant: (1, 1), finance: (4, 2)}


def test_the_books_are_closed_to_those_who_own_nothing_in_them(agent):
    move("refund", SHOP, ANNA, 5_00)
    assert not Account.objects.visible_to(agent).exists()
    assert not Transfer.objects.visible_to(agent).exists()
