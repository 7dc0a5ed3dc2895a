"""A hot account holds what its transfers say and never falls below its floor, though it keeps no balance row."""

from functools import partial
from threading import Thread

import pytest
from django.db import IntegrityError, InternalError, connection
from django.db.transaction import atomic, set_rollback

from common.at_once import at_once, wait_until_blocked
from ledger.actions import (
    NotHeldOnHotAccounts,
    Overdrawn,
    accounts,
    gather_raises,
    post,
    reserve,
    reverse,
    set_floor,
)
from ledger.chart import (
    balance_of,
    client_cash,
    compensation_expense,
    fund_budget,
    fund_cash,
    owner_capital,
    payable_to,
    wallet_of,
)
from ledger.models import AccountKind, Drawn, KeptBalance, Raised, Transfer, TransferKind
from ledger.proofs import prove
from ledger.tests.money import AT, fund, move, posted, posting

FUND, EMPATHY, CASH, ANNA = (
    fund_budget("special", "GBP"), fund_budget("empathy", "GBP"), client_cash("GBP"), payable_to(2, "GBP"),
)  # fmt: skip


def fill(amount: int, budget=FUND) -> None:
    move(f"fill:{budget.owner}:{amount}", budget, owner_capital("GBP"), amount)


def draw(key: str, amount: int, budget=FUND) -> Transfer:
    return move(key, CASH, budget, amount)


def pay(key: str, amount: int) -> list[Transfer]:
    """A draw and its cost in one statement, as the fund pays."""
    cost = posting(f"{key}:cost", compensation_expense("GBP"), ANNA, amount)
    return post(posting(key, CASH, FUND, amount), cost)


@pytest.mark.django_db
class TestOneAfterTheOther:
    def test_it_holds_what_was_put_in_less_what_was_drawn(self):
        fill(10_00)
        draw("first", 3_00)
        fill(1_00)
        draw("second", 4_00)
        assert posted(FUND) == 4_00
        assert list(Drawn.objects.order_by("number").values_list("number", "total")) == [(1, 3_00), (2, 7_00)]
        assert not KeptBalance.objects.filter(account__kind="fund_budget").exists()
        assert list(prove()) == []

    def test_it_gives_all_it_holds_and_not_a_cent_more(self):
        fill(10_00)
        with pytest.raises(Overdrawn), atomic():
            draw("too much", 10_01)
        draw("all", 10_00)
        with pytest.raises(Overdrawn), atomic():
            draw("one more", 1)
        assert posted(FUND) == 0
        assert list(prove()) == []

    def test_a_statement_is_judged_by_its_net_effect(self):
        fund(9_00)
        fill(1_00)
        post(posting("a", CASH, FUND, 5_00), posting("b", FUND, fund_cash("GBP"), 4_50))
        assert posted(FUND) == 50
        assert Drawn.objects.get().total == 50
        assert list(prove()) == []

    def test_each_budget_a_statement_touches_moves_by_its_own_part(self):
        fill(5_00)
        fill(5_00, EMPATHY)
        post(posting("a", CASH, FUND, 1_00), posting("b", CASH, EMPATHY, 2_00), posting("c", EMPATHY, FUND, 50))
        assert (posted(FUND), posted(EMPATHY)) == (3_50, 3_50)
        with pytest.raises(Overdrawn), atomic():
            post(posting("d", CASH, FUND, 1_00), posting("e", CASH, EMPATHY, 3_51))
        assert (posted(FUND), posted(EMPATHY), posted(CASH)) == (3_50, 3_50, 3_00)
        assert list(prove()) == []

    def test_a_draw_that_is_reversed_is_there_to_be_drawn_again(self):
        fill(5_00)
        mistake = draw("mistake", 5_00)
        reverse(transfer=mistake, key="undone", at=AT)
        draw("again", 5_00)
        assert posted(FUND) == 0
        assert list(prove()) == []

    def test_what_was_put_in_is_not_taken_out_again_once_it_was_drawn(self):
        move("fill", FUND, owner_capital("GBP"), 5_00)
        draw("all", 5_00)
        with pytest.raises(Overdrawn), atomic():
            reverse(transfer=Transfer.objects.get(key="fill"), key="undone", at=AT)

    def test_a_draw_that_is_rolled_back_leaves_nothing(self):
        fill(5_00)
        with atomic():
            draw("kept", 1_00)
            with atomic():
                draw("gone", 4_00)
                set_rollback(True)
            draw("kept too", 4_00)
        assert posted(FUND) == 0
        assert list(prove()) == []

    def test_an_account_without_a_floor_goes_as_far_down_as_it_likes_and_takes_none(self):
        move("out", owner_capital("GBP"), CASH, 5_00)
        draw_back = move("in", CASH, owner_capital("GBP"), 2_00)
        assert (posted(CASH), balance_of(CASH).floor) == (-3_00, None)
        gather_raises(at_least=1)
        reverse(transfer=draw_back, key="undone", at=AT)
        assert posted(CASH) == -5_00
        assert not Drawn.objects.exists()
        with pytest.raises(IntegrityError, match="takes no floor"), atomic():
            set_floor(account=CASH, floor=-100_00)
        set_floor(account=CASH, floor=None)
        assert list(prove()) == []

    def test_its_floor_may_be_lowered_and_is_never_raised_above_what_it_holds(self):
        fill(5_00)
        with pytest.raises(Overdrawn), atomic():
            set_floor(account=FUND, floor=5_01)
        set_floor(account=FUND, floor=4_00)
        with pytest.raises(Overdrawn), atomic():
            draw("below", 1_01)
        set_floor(account=FUND, floor=-1_00)
        draw("credit", 6_00)
        set_floor(account=FUND, floor=None)
        draw("without limit", 100_00)
        assert (posted(FUND), balance_of(FUND).floor) == (-101_00, None)
        assert list(prove()) == []

    def test_its_money_is_not_set_aside(self):
        fill(5_00)
        with pytest.raises(NotHeldOnHotAccounts), atomic():
            reserve(key="hold", debit=CASH, credit=FUND, amount=1, kind=TransferKind.DRAW, at=AT)
        fund(5_00)
        reserve(key="refill", debit=FUND, credit=fund_cash("GBP"), amount=1, kind=TransferKind.BUDGET, at=AT)
        assert list(prove()) == []

    def test_sums_that_are_gathered_change_no_balance(self):
        for amount in range(1, 6):
            fill(amount)
        draw("draw", 10)
        assert gather_raises(at_least=6) == 0
        assert gather_raises(at_least=5) == 5
        assert set(Raised.objects.values_list("account__kind", flat=True)) == {AccountKind.CLIENT_CASH}
        assert posted(FUND) == 5
        fill(100)
        assert (posted(FUND), list(prove())) == (105, [])

    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE ledger_hotbalance SET raised = raised + 1",
            "DELETE FROM ledger_raised",
            "INSERT INTO ledger_raised (account_id, amount) VALUES (1, 1)",
            "UPDATE ledger_drawn SET total = total - 1",
            "DELETE FROM ledger_drawn",
        ],
    )
    def test_nobody_else_writes_what_it_holds(self, statement):
        fill(5_00)
        draw("draw", 1_00)
        with pytest.raises(IntegrityError, match="nothing else writes them"), connection.cursor() as cursor:
            cursor.execute(statement)


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_of_sixty_four_who_draw_at_once_on_a_fund_with_room_for_half_of_them_half_succeed(self):
        fill(32_00)
        outcomes = at_once(*[partial(pay, f"draw:{number}", 1_00) for number in range(64)])
        assert sum(isinstance(outcome, list) for outcome in outcomes) == 32
        assert sum(isinstance(outcome, Overdrawn) for outcome in outcomes) == 32
        assert (posted(FUND), posted(CASH), posted(ANNA)) == (0, 32_00, 32_00)
        assert Transfer.objects.filter(key__regex=r"^draw:\d+$").count() == 32
        assert list(prove()) == []

    def test_draws_additions_and_gathering_at_once_lose_nothing(self):
        fill(10_00)

        def draws(name: int) -> int:
            return sum(pay(f"draw:{name}:{step}", 1)[0].amount for step in range(20))

        def adds(name: int) -> int:
            return sum(move(f"add:{name}:{step}", FUND, owner_capital("GBP"), 2).amount for step in range(20))

        def gathers() -> int:
            return sum(gather_raises(at_least=1) >= 0 for _ in range(20))

        outcomes = at_once(*[partial(draws, n) for n in range(8)], *[partial(adds, n) for n in range(8)], gathers)
        assert outcomes == [20] * 8 + [40] * 8 + [20]
        assert posted(FUND) == 10_00 - 8 * 20 + 8 * 40
        assert list(prove()) == []

    def test_draws_on_two_budgets_crosswise_wait_for_each_other_and_never_deadlock(self):
        fill(10_00)
        fill(10_00, EMPATHY)

        def both(name: int) -> int:
            first, second = (FUND, EMPATHY) if name % 2 else (EMPATHY, FUND)
            for step in range(10):
                drawn = [posting(f"{name}:{step}:{place}", CASH, each, 1) for place, each in enumerate((first, second))]
                paid = posting(f"{name}:{step}:paid", compensation_expense("GBP"), wallet_of(name, "GBP"), 2)
                post(*drawn, paid) if name % 3 else post(paid, *drawn)
            return name

        assert at_once(*[partial(both, name) for name in range(12)]) == list(range(12))
        assert (posted(FUND), posted(EMPATHY), posted(CASH)) == (8_80, 8_80, 2_40)
        assert list(prove()) == []

    def test_who_draws_waits_until_the_one_before_is_done_and_sees_what_is_left(self):
        fill(1_00)
        outcomes = []
        with atomic():
            draw("first", 60)
            second = Thread(target=lambda: outcomes.extend(at_once(partial(draw, "second", 60))))
            second.start()
            wait_until_blocked(1)
        second.join()
        assert isinstance(outcomes[0], Overdrawn)
        assert posted(FUND) == 40

    def test_ups_and_downs_of_an_account_without_a_floor_wait_for_nobody_and_lose_nothing(self):
        move("open", owner_capital("GBP"), CASH, 1_00)

        def gathers() -> int:
            return sum(gather_raises(at_least=1) >= 0 for _ in range(20))

        with atomic():
            move("uncommitted", owner_capital("GBP"), CASH, 1_00)
            outcomes = at_once(
                *[partial(move, f"up:{number}", CASH, ANNA, 7_00) for number in range(8)],
                *[partial(move, f"down:{number}", compensation_expense("GBP"), CASH, 5_00) for number in range(8)],
                gathers,
            )
        assert all(isinstance(outcome, int | Transfer) for outcome in outcomes)
        assert posted(CASH) == -2_00 + 8 * (7_00 - 5_00)
        assert list(prove()) == []

    def test_a_floor_that_is_raised_while_others_draw_is_never_undercut(self):
        fill(10_00)

        def raise_floor(floor: int) -> int:
            set_floor(account=FUND, floor=floor)
            return floor

        outcomes = at_once(
            *[partial(draw, f"draw:{number}", 1_00) for number in range(10)],
            *[partial(raise_floor, floor) for floor in (5_00, 6_00, 7_00)],
        )
        assert all(isinstance(outcome, int | Transfer | Overdrawn) for outcome in outcomes)
        assert list(prove()) == []

    def test_who_adds_waits_for_nobody(self):
        fill(1_00)
        with atomic():
            draw("all", 1_00)
            assert at_once(partial(fill, 2_00)) == [None]
        assert posted(FUND) == 2_00

    def test_a_snapshot_from_before_the_lock_does_not_draw(self):
        accounts([FUND, CASH])
        fill(1_00)
        with atomic():
            connection.cursor().execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            with pytest.raises(InternalError, match="READ COMMITTED"):
                draw("blind", 1)
            set_rollback(True)
        assert posted(FUND) == 1_00
