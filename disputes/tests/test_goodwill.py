"""Goodwill after a case: each one is looked at once after its end, under the terms its order was placed with."""

from datetime import timedelta

import pytest
from django.db import DatabaseError

from compensation.models import Coupon
from compensation.schemes.goodwill.rules import Ended
from compensation.schemes.goodwill.wording import CHOICES
from disputes import actions
from disputes.goodwill import look_for_goodwill
from disputes.models import Claim, CloseReason, Deed, Event
from ledger import chart
from notices.models import Notice
from policies.actions import replay
from policies.models import Verdict


@pytest.fixture
def ended(goods_order, consumer, merchant, enrolled_shop, now):
    """Files a claim about the jackets, which the merchant accepts after so many days."""

    def ended(*, after_days, line=2, reason="damaged"):
        jacket = goods_order.lines.get(position=line)
        claim = actions.file_claim(
            consumer=consumer, order=goods_order.number, line=jacket.pk, reason=reason, remedy="refund", at=now,
            quantity=1,
        )  # fmt: skip
        Claim.objects.filter(pk=claim.pk).update(due_at=now + timedelta(days=90))
        return actions.answer(claim=claim, by=merchant, kind="accept", at=now + timedelta(days=after_days))

    return ended


def expense():
    return chart.balance_of(chart.compensation_expense("CNY")).posted


def test_every_way_a_case_can_end_is_known_to_the_terms():
    """And is called there what it is called on the claim."""
    assert set(Ended) == set(CloseReason.values)
    assert {word: str(label) for word, label in CHOICES.items()} == {it.value: str(it.label) for it in CloseReason}


def test_a_case_that_took_long_brings_a_coupon_that_the_platform_bears(ended, consumer, now):
    claim = ended(after_days=20)
    at = now + timedelta(days=20, minutes=1)
    assert look_for_goodwill(now=at) == 1
    coupon = Coupon.objects.get()
    assert (coupon.holder, coupon.amount, coupon.bearer, coupon.cash_amount) == (consumer, 20_00, None, 0)
    assert (coupon.key, coupon.expires_at - at) == (f"claim:{claim.number}:goodwill", timedelta(days=90))
    assert (expense(), chart.balance_of(chart.coupon_liability("CNY")).posted) == (20_00, 20_00)
    assert Event.objects.filter(claim=claim, kind=Deed.GOODWILL_GIVEN).count() == 1
    assert Notice.objects.get(kind="coupon_issued").values["case"] == "goodwill"
    claim.refresh_from_db()
    assert (claim.status, claim.paid) == ("settled", claim.amount)


def test_a_case_is_looked_at_once(ended, now):
    ended(after_days=20)
    at = now + timedelta(days=20, minutes=1)
    assert [look_for_goodwill(now=at) for _ in range(2)] == [1, 0]
    assert Coupon.objects.count() == 1


def test_the_verdict_is_kept_with_its_trace_and_comes_out_the_same_again(ended, now):
    claim = ended(after_days=20)
    look_for_goodwill(now=now + timedelta(days=20))
    verdict = Verdict.objects.get(key=f"claim:{claim.number}:goodwill")
    assert replay(verdict) == verdict.body
    assert '"because":"goodwill_for_waiting"' in verdict.body


def test_a_case_that_was_over_sooner_is_passed_over_without_a_verdict(ended, now):
    claim = ended(after_days=1)
    assert look_for_goodwill(now=now + timedelta(days=1)) == 1
    claim.refresh_from_db()
    assert claim.goodwill_at is not None
    assert not Verdict.objects.filter(key__endswith=":goodwill").exists()


def test_what_was_settled_at_once_is_not_looked_at(goods_order, consumer, enrolled_shop, now):
    mug = goods_order.lines.get(position=1)
    actions.file_claim(
        consumer=consumer, order=goods_order.number, line=mug.pk, reason="damaged", remedy="refund", at=now
    )
    assert look_for_goodwill(now=now + timedelta(days=1)) == 0


def test_somebody_gets_it_once_in_a_while_however_many_of_their_cases_end(ended, now):
    ended(after_days=20)
    ended(after_days=20, reason="not_as_described")
    assert look_for_goodwill(now=now + timedelta(days=20)) == 2
    assert Coupon.objects.count() == 1
    refused = Verdict.objects.filter(key__endswith=":goodwill", body__contains='"because":"no_goodwill_lately"')
    assert refused.count() == 1


def test_cases_that_ended_long_ago_are_left_as_they_are(ended, now):
    ended(after_days=20)
    assert look_for_goodwill(now=now + timedelta(days=51)) == 0


def test_one_case_that_cannot_be_judged_keeps_no_other_from_it(ended, now, monkeypatch):
    first, second = ended(after_days=20), ended(after_days=20, reason="not_as_described")
    given = look_for_goodwill.__globals__["_give"]

    def refuse(claim, verdict, at):
        if claim.pk == first.pk:
            raise DatabaseError
        given(claim, verdict, at)

    monkeypatch.setitem(look_for_goodwill.__globals__, "_give", refuse)
    assert look_for_goodwill(now=now + timedelta(days=20)) == 1
    assert Coupon.objects.get().key == f"claim:{second.number}:goodwill"
