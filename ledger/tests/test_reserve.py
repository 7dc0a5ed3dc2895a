"""Money set aside cannot be spent, and is posted or released once."""

from datetime import timedelta
from functools import partial

import pytest
from django.db import IntegrityError

from common.at_once import at_once
from ledger.actions import HoldEnded, KeyReused, Overdrawn, post_hold, release_hold, reserve
from ledger.chart import balance_of, clearing_at, client_cash, fund_cash, payable_to, settlement_of, wallet_of
from ledger.models import Hold, Transfer, TransferKind
from ledger.tests.money import AT, move, posted

SHOP, ANNA, WALLET, CLEARING = (
    settlement_of(1, "GBP"), payable_to(2, "GBP"), wallet_of(2, "GBP"), clearing_at("sandbox", "GBP"),
)  # fmt: skip
LATER = AT + timedelta(minutes=5)

hold_payout = partial(reserve, debit=ANNA, credit=CLEARING, kind=TransferKind.PAYOUT, at=AT)


def held(name=ANNA) -> tuple[int, int]:
    balance = balance_of(name)
    return balance.posted, balance.reserved


@pytest.fixture
def refunded(db) -> None:
    move("refund", SHOP, ANNA, 5_00)


@pytest.mark.usefixtures("refunded")
class TestReserve:
    def test_money_set_aside_cannot_be_spent(self):
        hold_payout(key="payout", amount=3_00)
        assert held() == (5_00, 3_00)
        with pytest.raises(Overdrawn):
            move("spend", ANNA, WALLET, 2_01)
        with pytest.raises(Overdrawn):
            hold_payout(key="second", amount=2_01)
        move("spend", ANNA, WALLET, 2_00)
        assert balance_of(ANNA).available == 0

    def test_posting_writes_the_transfer_of_the_same_key_accounts_and_amount(self):
        hold_payout(key="payout", amount=5_00)
        transfer = post_hold(key="payout", at=LATER)
        assert (transfer.key, transfer.amount, transfer.kind, transfer.happened_at) == ("payout", 5_00, "payout", LATER)
        assert (held(), posted(CLEARING)) == ((0, 0), 5_00)

    def test_releasing_gives_the_money_back(self):
        hold_payout(key="payout", amount=5_00)
        assert release_hold(key="payout", at=LATER).ended_at == LATER
        assert (held(), posted(CLEARING)) == ((5_00, 0), 0)

    def test_a_hold_is_posted_or_released_and_never_both(self):
        hold_payout(key="posted", amount=1_00)
        hold_payout(key="released", amount=1_00)
        post_hold(key="posted", at=AT)
        release_hold(key="released", at=AT)
        with pytest.raises(HoldEnded):
            release_hold(key="posted", at=LATER)
        with pytest.raises(HoldEnded):
            post_hold(key="released", at=LATER)
        assert held() == (4_00, 0)

    def test_ending_a_hold_the_same_way_again_changes_nothing(self):
        hold_payout(key="payout", amount=5_00)
        first = post_hold(key="payout", at=AT)
        assert post_hold(key="payout", at=LATER).pk == first.pk
        assert posted(CLEARING) == 5_00

    def test_the_same_key_holds_once_and_stands_for_one_content(self):
        first = hold_payout(key="payout", amount=2_00)
        assert hold_payout(key="payout", amount=2_00).pk == first.pk
        with pytest.raises(KeyReused):
            hold_payout(key="payout", amount=3_00)
        assert held() == (5_00, 2_00)

    def test_a_released_hold_comes_back_as_it_is_and_reserves_nothing_again(self):
        hold_payout(key="payout", amount=2_00)
        release_hold(key="payout", at=LATER)
        assert hold_payout(key="payout", amount=2_00).status == Hold.Status.RELEASED
        assert held() == (5_00, 0)

    def test_a_hold_reserves_on_each_side_that_the_transfer_would_lower(self):
        move("budget", fund_cash("GBP"), SHOP, 9_00)
        reserve(key="draw", debit=client_cash("GBP"), credit=fund_cash("GBP"), amount=4_00,
                kind=TransferKind.DRAW, at=AT)  # fmt: skip
        assert held(fund_cash("GBP")) == (9_00, 4_00)
        assert held(client_cash("GBP")) == (0, 0)
        with pytest.raises(Overdrawn):
            move("too much", client_cash("GBP"), fund_cash("GBP"), 5_01)

    def test_a_hold_never_mixes_currencies(self):
        with pytest.raises(IntegrityError, match="one currency"):
            reserve(key="mixed", debit=ANNA, credit=clearing_at("sandbox", "CNY"), amount=1,
                    kind=TransferKind.PAYOUT, at=AT)  # fmt: skip

    def test_a_hold_and_the_transfer_of_its_key_say_the_same(self):
        move("payout", SHOP, ANNA, 1_00)
        with pytest.raises(IntegrityError, match="does not agree"):
            hold_payout(key="payout", amount=1_00)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("refunded")
class TestReserveAtOnce:
    def test_of_many_who_post_and_release_at_once_one_way_wins(self):
        hold_payout(key="payout", amount=5_00)
        outcomes = at_once(*[partial(end, key="payout", at=LATER) for end in (post_hold, release_hold) * 8])
        ended = Hold.objects.get()
        assert sum(isinstance(outcome, HoldEnded) for outcome in outcomes) == 8
        if ended.status == Hold.Status.POSTED:
            assert (held(), Transfer.objects.filter(key="payout").count()) == ((0, 0), 1)
        else:
            assert (held(), Transfer.objects.filter(key="payout").count()) == ((5_00, 0), 0)

    def test_holds_and_transfers_at_once_never_promise_more_than_there_is(self):
        holds = [partial(hold_payout, key=f"hold:{number}", amount=1_00) for number in range(8)]
        moves = [partial(move, f"move:{number}", ANNA, WALLET, 1_00) for number in range(8)]
        outcomes = at_once(*holds, *moves)
        assert sum(isinstance(outcome, Overdrawn) for outcome in outcomes) == 11
        assert balance_of(ANNA).available == 0

    def test_crossing_holds_never_deadlock(self):
        move("wallet", SHOP, WALLET, 5_00)

        def there_and_back(name: int) -> int:
            debit, credit = (ANNA, WALLET) if name % 2 else (WALLET, ANNA)
            for step in range(5):
                key = f"{name}:{step}"
                reserve(key=key, debit=debit, credit=credit, amount=1, kind=TransferKind.PAYOUT, at=AT)
                post_hold(key=key, at=AT)
            return name

        assert at_once(*[partial(there_and_back, name) for name in range(8)]) == list(range(8))
        assert (held(), held(WALLET)) == ((5_00, 0), (5_00, 0))
