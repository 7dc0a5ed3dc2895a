"""What holds when many post at the same moment: real connections, real locks."""

import random
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from django.db import connection
from django.db.models import Sum
from django.db.transaction import atomic, set_rollback

from common.at_once import at_once, wait_until_blocked
from ledger.actions import KeyReused, Overdrawn, accounts, post
from ledger.chart import client_cash, fund_cash, owner_capital, payable_to, settlement_of, wallet_of
from ledger.models import Balance, Transfer
from ledger.proofs import prove
from ledger.tests.money import fund, move, posted, posting

pytestmark = pytest.mark.django_db(transaction=True)

SHOP, ANNA, WALLET = settlement_of(1, "GBP"), payable_to(2, "GBP"), wallet_of(2, "GBP")


def test_of_twenty_drains_at_once_only_as_many_pass_as_there_is_money_for():
    cash = fund(10_00)
    outcomes = at_once(*[partial(move, f"drain:{number}", client_cash("GBP"), cash, 1_00) for number in range(20)])
    assert sum(isinstance(outcome, Transfer) for outcome in outcomes) == 10
    assert sum(isinstance(outcome, Overdrawn) for outcome in outcomes) == 10
    assert (posted(cash), posted(client_cash("GBP"))) == (0, 10_00)


def test_of_sixty_four_duplicates_at_once_one_is_applied_and_all_get_its_transfer():
    outcomes = at_once(*[partial(move, "refund", SHOP, ANNA, 5_00)] * 64)
    assert outcomes == [Transfer.objects.get()] * 64
    assert posted(ANNA) == 5_00


def test_of_two_contents_at_once_under_one_key_one_is_applied_and_the_other_refused():
    outcomes = at_once(*[partial(move, "refund", SHOP, ANNA, amount) for amount in (5_00, 6_00) * 8])
    first = Transfer.objects.get()
    assert sum(isinstance(outcome, Transfer) for outcome in outcomes) == 8
    assert sum(isinstance(outcome, KeyReused) for outcome in outcomes) == 8
    assert posted(ANNA) == first.amount


def test_duplicates_of_a_refused_posting_are_refused_too():
    fund(1_00)
    outcomes = at_once(*[partial(move, "too much", client_cash("GBP"), fund_cash("GBP"), 2_00)] * 32)
    assert all(isinstance(outcome, Overdrawn) for outcome in outcomes)
    assert not Transfer.objects.filter(key="too much").exists()


def test_four_hundred_transfers_at_once_conserve_value():
    people = [settlement_of(number, "GBP") for number in range(8)]
    chance = random.Random(7)  # noqa: S311 a seed, so that a failure can be repeated
    errands_of = {name: [tuple(chance.sample(people, 2)) for _ in range(25)] for name in range(16)}

    def run_errands(name: int) -> int:
        pairs = enumerate(errands_of[name])
        return sum(move(f"{name}:{step}", debit, credit, 1_00).amount for step, (debit, credit) in pairs)

    outcomes = at_once(*[partial(run_errands, name) for name in errands_of])
    assert outcomes == [25_00] * 16
    assert Balance.objects.aggregate(total=Sum("posted"))["total"] == 0
    assert list(prove()) == []


def test_five_hundred_credits_to_one_hot_account_are_all_counted():
    def credits_of(name: int) -> int:
        return sum(move(f"{name}:{step}", SHOP, ANNA, 1).amount for step in range(25))

    assert at_once(*[partial(credits_of, name) for name in range(20)]) == [25] * 20
    assert posted(ANNA) == 500


def test_crossing_transfers_wait_for_each_other_and_never_deadlock():
    accounts([SHOP, ANNA, WALLET])
    fund(1_000_00)
    move("start", SHOP, ANNA, 500_00)
    circle = [(SHOP, ANNA), (ANNA, WALLET), (WALLET, SHOP)]
    move("start wallet", SHOP, WALLET, 500_00)

    def rounds(name: int) -> int:
        turn = circle[name % 3 :] + circle[: name % 3]
        if name % 2:
            turn = [(credit, debit) for debit, credit in reversed(turn)]
        for step in range(10):
            post(*[posting(f"{name}:{step}:{place}", *pair, 1) for place, pair in enumerate(turn)])
        return name

    assert at_once(*[partial(rounds, name) for name in range(12)]) == list(range(12))
    assert (posted(SHOP), posted(ANNA), posted(WALLET)) == (-1_000_00, 500_00, 500_00)


def test_callers_with_the_same_keys_in_another_order_never_deadlock():
    """Both wait for a third at the middle key. When it gives up, neither may hold what the other wants next."""
    accounts([SHOP, ANNA])

    def batch(order: str) -> list[str]:
        try:
            return [transfer.key for transfer in post(*[posting(key, SHOP, ANNA, 1) for key in order])]
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        with atomic():
            move("m", SHOP, ANNA, 1)
            batches = [pool.submit(batch, order) for order in ("amz", "zma")]
            wait_until_blocked(2)
            set_rollback(True)
        assert [outcome.result() for outcome in batches] == [list("amz"), list("zma")]
    assert posted(ANNA) == 3


def test_an_account_that_many_use_first_at_once_opens_once():
    outcomes = at_once(*[partial(accounts, [SHOP, ANNA, owner_capital("GBP")])] * 16)
    assert outcomes == [accounts([SHOP, ANNA, owner_capital("GBP")])] * 16
