"""Two people at once: one of them is first, and no cent is paid twice."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from common.errors import Refusal
from common.states import MovedMeanwhile
from disputes.actions import accept_offer, answer, file_claim, refund_unasked, withdraw
from disputes.models import Claim
from disputes.payments import pay
from disputes.tests.conftest import breaks, fresh, in_wallet
from ledger.actions import set_floor
from ledger.chart import balance_of, settlement_of
from refunds.models import Payer

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*verbs) -> list[str]:
    """Run them in threads of their own; the code of each refusal, or "done"."""

    def run(verb) -> str:
        try:
            verb()
        except Refusal as refusal:
            return refusal.code
        else:
            return "done"
        finally:
            connection.close()

    with ThreadPoolExecutor(len(verbs)) as pool:
        return sorted(pool.map(run, verbs))


def test_two_claims_on_one_line_are_paid_once(mug, consumer, now):
    def file():
        file_claim(consumer=consumer, order=mug.order.number, line=mug.pk, reason="damaged", remedy="refund", at=now)

    assert at_once(file, file, file) == ["done", "nothing_left_to_refund", "nothing_left_to_refund"]
    assert in_wallet(consumer) == 45_00
    assert breaks() == []


def test_one_key_sent_twice_files_one_claim(mug, consumer, now):
    def file():
        file_claim(
            consumer=consumer, order=mug.order.number, line=mug.pk, reason="damaged", remedy="refund", at=now, key="k"
        )

    assert at_once(file, file) == ["done", "done"]
    assert Claim.objects.count() == 1


def test_accepting_and_withdrawing_end_the_claim_one_way(claim, merchant, consumer, now):
    done = at_once(
        lambda: answer(claim=claim, by=merchant, kind="accept", at=now),
        lambda: withdraw(claim=claim, by=consumer, at=now),
    )
    assert done == ["done", "not_possible_now"]
    assert in_wallet(consumer) == fresh(claim).paid
    assert breaks() == []


def test_owner_and_clerk_accept_once(claim, merchant, clerk, consumer, now):
    done = at_once(*(lambda who=who: answer(claim=claim, by=who, kind="accept", at=now) for who in (merchant, clerk)))
    assert done == ["done", "not_possible_now"]
    assert in_wallet(consumer) == 1_299_00


def test_a_claim_and_the_refund_desk_never_give_back_more_than_was_paid(mug, merchant, consumer, now):
    done = at_once(
        lambda: refund_unasked(line=mug.pk, by=merchant, at=now),
        lambda: file_claim(
            consumer=consumer, order=mug.order.number, line=mug.pk, reason="damaged", remedy="refund", at=now
        ),
    )
    assert "done" in done
    assert in_wallet(consumer) == 45_00
    assert breaks() == []


def test_two_claims_for_the_last_money_of_a_merchant_are_both_answered(mug, jackets, shop, consumer, now):
    """There is room for one: the other is not lost, and does not overdraw."""
    set_floor(account=settlement_of(shop.pk, "CNY"), floor=-60_00)

    def file(line):
        file_claim(
            consumer=consumer, order=line.order.number, line=line.pk, reason="damaged", remedy="refund",
            amount=45_00, at=now,
        )  # fmt: skip

    assert at_once(lambda: file(mug), lambda: file(jackets)) == ["done", "done"]
    assert balance_of(settlement_of(shop.pk, "CNY")).posted == -45_00
    assert breaks() == []


def test_a_settlement_in_part_and_a_new_claim_on_the_same_line_do_not_wait_for_each_other(
    offered, jackets, mug, consumer, merchant, now
):
    """Both lock the line before the books."""
    offer = offered.offers.get()
    done = at_once(
        lambda: accept_offer(claim=offered, offer=offer.pk, by=consumer, at=now),
        lambda: file_claim(
            consumer=consumer, order=jackets.order.number, line=jackets.pk, reason="damaged", remedy="refund",
            amount=1_00, at=now,
        ),
        lambda: refund_unasked(line=jackets.pk, by=merchant, amount=1_00, at=now),
    )  # fmt: skip
    assert done == ["done"] * 3
    assert breaks() == []


def test_a_floor_that_comes_in_between_is_met_as_a_change_and_nothing_is_paid(claim, merchant_at_its_limit, now):
    with pytest.raises(MovedMeanwhile), transaction.atomic():
        pay(claim, 10_00, payer=Payer.MERCHANT, at=now, bottomless=True)
    assert not claim.line.refunds.exists()
