"""Queues, refused reservations and cards of shops that close: what is on record is paid at once, what is said waits."""

from datetime import timedelta

import pytest
from django.utils import translation

from disputes.actions import answer, time_out
from disputes.actions.file_claim import AlreadyClaimed, GuaranteeIsWhole, NothingOffered, ParticularsNotUsable
from disputes.entitlements import entitlements
from disputes.models import Claim, Status
from disputes.proofs import prove
from ledger.chart import balance_of, wallet_of
from orders import actions as orders
from orders.models import Booking, Line, Order, SessionCard, StoreClosure
from policies.actions import leave
from policies.wording import explained

pytestmark = pytest.mark.django_db

NOTHING_ON_RECORD = {"queue_joined_at": None, "called_at": None}


@pytest.fixture
def table(table_order: Order) -> Line:
    return table_order.lines.get()


@pytest.fixture
def card(card_order: Order) -> Line:
    return card_order.lines.get()


def held(consumer) -> int:
    return balance_of(wallet_of(consumer.pk, "CNY")).posted


class TestLongQueue:
    def test_a_wait_on_record_is_paid_at_once(self, file, table, consumer):
        claim = file(table, reason="long_queue", remedy="compensation")
        assert (claim.status, claim.paid, claim.compensation) == (Status.SETTLED, 40_00, 40_00)
        assert held(consumer) == 40_00
        assert Line.objects.get(pk=table.pk).taken == 0
        assert not list(prove())

    def test_a_wait_is_paid_once(self, file, table):
        file(table, reason="long_queue", remedy="compensation")
        with pytest.raises(AlreadyClaimed):
            file(table, reason="long_queue", remedy="compensation")

    def test_a_wait_that_is_only_told_waits_for_the_merchant_and_its_silence_pays(self, file, table, consumer):
        Booking.objects.filter(line=table).update(**NOTHING_ON_RECORD)
        claim = file(table, reason="long_queue", remedy="compensation", particulars={"waited_minutes": 75})
        assert (claim.status, claim.amount, held(consumer)) == (Status.AWAITING_MERCHANT, 80_00, 0)
        assert claim.due_at is not None
        time_out(claim=claim, at=claim.due_at)
        assert held(consumer) == 80_00

    @pytest.mark.parametrize("outcome", ["cancelled_by_consumer", "cancelled_by_merchant", "no_show"])
    def test_who_was_not_there_did_not_wait(self, file, table, outcome):
        Booking.objects.filter(line=table).update(outcome=outcome, **NOTHING_ON_RECORD)
        with pytest.raises(NothingOffered, match="Only a guest who came has waited"):
            file(table, reason="long_queue", remedy="compensation", particulars={"waited_minutes": 75})
        assert not Claim.objects.exists()

    def test_a_wait_that_nobody_promised_to_pay_for_is_not_the_price_of_the_meal(self, file, table, shop, now):
        leave(merchant=shop, policy="long_queue", at=table.order.placed_at)
        assert "long_queue" not in {it.reason for it in entitlements(table.order, now=now)}
        with pytest.raises(NothingOffered, match="does not take part"):
            file(table, reason="long_queue", remedy="refund")

    def test_a_wait_that_was_paid_is_no_longer_owed(self, file, table, now):
        assert "long_queue" in {it.reason for it in entitlements(table.order, now=now)}
        file(table, reason="long_queue", remedy="compensation")
        assert "long_queue" not in {it.reason for it in entitlements(table.order, now=now)}

    @pytest.mark.parametrize("amount", [1, 39_99, 40_01])
    def test_no_other_sum_than_the_guarantees_is_claimed(self, file, table, amount):
        with pytest.raises(GuaranteeIsWhole, match=r"CN¥40\.00"):
            file(table, reason="long_queue", remedy="compensation", amount=amount)
        assert not Claim.objects.exists()

    def test_who_names_just_what_the_guarantee_gives_gets_it(self, file, table):
        assert file(table, reason="long_queue", remedy="compensation", amount=40_00, quantity=1).paid == 40_00

    @pytest.mark.parametrize("told", [{"waited_minutes": 0}, {"waited_minutes": "long"}, {"waited": 5}])
    def test_a_wait_that_cannot_be_is_refused_and_nothing_is_filed(self, file, table, told):
        with pytest.raises(ParticularsNotUsable):
            file(table, reason="long_queue", remedy="compensation", particulars=told)
        assert not Claim.objects.exists()

    def test_the_trace_is_told_in_both_languages(self, file, table):
        claim = file(table, reason="long_queue", remedy="compensation")
        with translation.override("en"):
            told = explained(claim.verdict.body)
            assert "50 minutes" in told.sentence
            assert [step.amount for step in told.steps] == [40_00]
        with translation.override("zh-hans"):
            assert explained(claim.verdict.body).steps[0].amount == 40_00


class TestHardReservation:
    def refused(self, table: Line, **changes: object) -> None:
        booking = Booking.objects.get(line=table)
        refused = {
            "outcome": "refused",
            "arrived_at": booking.starts_at,
            "recorded_at": booking.starts_at,
            **NOTHING_ON_RECORD,
        }
        Booking.objects.filter(line=table).update(**refused | changes)

    def test_a_refusal_on_record_is_paid_at_once_with_the_price(self, file, table, consumer):
        self.refused(table)
        claim = file(table, reason="reservation_refused", remedy="compensation")
        assert (claim.status, claim.paid, claim.compensation) == (Status.SETTLED, 300_00, 100_00)
        assert held(consumer) == 300_00
        assert Line.objects.get(pk=table.pk).taken == 200_00
        assert not list(prove())

    def test_a_refusal_that_is_only_told_waits_for_the_merchant(self, file, table, merchant, now, consumer):
        self.refused(table, outcome="no_show", arrived_at=None)
        arrived_at = (now - timedelta(days=1, minutes=3)).isoformat()
        claim = file(table, reason="reservation_refused", remedy="compensation", particulars={"arrived_at": arrived_at})
        assert (claim.status, claim.amount, held(consumer)) == (Status.AWAITING_MERCHANT, 300_00, 0)
        answer(claim=claim, by=merchant, kind="accept", at=now)
        assert held(consumer) == 300_00

    @pytest.mark.parametrize("arrived_at", ["9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+14:00"])
    def test_a_moment_at_the_edge_of_the_calendar_is_none(self, file, table, arrived_at):
        with pytest.raises(ParticularsNotUsable):
            file(table, reason="reservation_refused", remedy="compensation", particulars={"arrived_at": arrived_at})
        assert not Claim.objects.exists()

    def test_a_merchant_that_left_promised_it_for_what_was_booked_before(self, file, table, shop, now):
        self.refused(table)
        leave(merchant=shop, policy="hard_reservation", at=now)
        assert file(table, reason="reservation_refused", remedy="compensation").paid == 300_00


class TestSessionCard:
    @pytest.fixture
    def closed(self, card: Line, now) -> StoreClosure:
        assert card.store
        return StoreClosure.objects.create(
            store=card.store, reason="closed", starts_at=now - timedelta(days=2), reported_at=now
        )

    def test_what_was_not_used_comes_back_at_once(self, file, card, closed, consumer):
        claim = file(card, reason="store_closed", remedy="refund")
        assert (claim.status, claim.paid, claim.compensation) == (Status.SETTLED, 900_00, 0)
        assert held(consumer) == 900_00
        assert not list(prove())

    def test_nothing_more_comes_back_for_the_same_card(self, file, card, closed):
        file(card, reason="store_closed", remedy="refund")
        for reason in ("store_refused", "not_as_described"):
            with pytest.raises((orders.NothingLeftToRefund, NothingOffered)):
                file(card, reason=reason, remedy="refund")
        assert Line.objects.get(pk=card.pk).taken == 900_00

    def test_what_came_back_before_is_not_paid_again(self, file, card, closed, now):
        orders.take(key="test:before", line_id=card.pk, amount=500_00, quantity=0, at=now)
        assert file(card, reason="store_closed", remedy="refund").paid == 700_00

    def test_a_shop_that_refuses_by_the_consumers_word_is_asked_first(self, file, card, consumer):
        claim = file(card, reason="store_refused", remedy="refund")
        assert (claim.status, claim.amount, held(consumer)) == (Status.AWAITING_MERCHANT, 900_00, 0)

    def test_nobody_gets_the_price_of_sessions_that_were_used(self, file, card, closed):
        SessionCard.objects.filter(line=card).update(sessions_used=12)
        for reason in ("store_closed", "store_refused"):
            with pytest.raises((orders.NothingLeftToRefund, NothingOffered)):
                file(card, reason=reason, remedy="refund")
        assert not Claim.objects.exists()

    def test_a_shop_that_opens_again_next_week_owes_nothing(self, file, card, closed, now):
        StoreClosure.objects.filter(pk=closed.pk).update(ends_at=now + timedelta(days=7))
        with pytest.raises(NothingOffered, match="opens again"):
            file(card, reason="store_closed", remedy="refund")
