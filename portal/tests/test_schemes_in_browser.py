"""Each guarantee from the order to the money, in a real Chromium, with its trace on the screen in both languages.

A case is what the consumer bought, what is on record of it, what they choose and add, and what comes of it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from django.db.models import F
from django.utils import timezone, translation

from compensation.actions import happenings
from compensation.models import Affected, Coupon
from conftest import bought, line
from disputes.actions import answer, decide
from disputes.models import Claim, Status
from disputes.tasks import look_through_events, pay_for_events
from ledger.chart import balance_of, wallet_of
from orders.models import Booking, OrderKind, Stay, StockOut, StoreClosure, Voucher
from policies.models import Verdict
from policies.wording import explained
from portal.verification import verify

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ZONE_OF_THE_CAST = "Asia/Shanghai"
LANGUAGES = pytest.mark.parametrize(("language", "width"), [("en", 1280), ("zh-hans", 390)])


def nothing_more(order: Any) -> None:
    """What is on record suffices."""


@dataclass(frozen=True, kw_only=True)
class Case:
    """`order` is a fixture of the cast, `record` changes what is on record about it; sums in minor units.

    `answers` are (verb of the visitor, question, answer) where the guarantee asks something, None where it does not.
    `merchant_answers`: what is only reported is accepted by the merchant, and then paid.
    """

    order: str
    reason: str
    remedy: str
    paid: int
    because: str
    record: Callable[[Any], None] = nothing_more
    answers: Sequence[tuple[str, str, str]] | None = None
    merchant_answers: bool = False
    fixtures: tuple[str, ...] = field(default=("enrolled_shop",))


def turned_away(order: Any) -> None:
    stays = Stay.objects.filter(line__order=order)
    stays.update(outcome="turned_away", room_type_assigned=None)


def never_closed(order: Any) -> None:
    StoreClosure.objects.all().delete()


def cancelled_at_the_gate(order: Any) -> None:
    bookings = Booking.objects.filter(line__order=order)
    bookings.update(outcome="cancelled_by_merchant", recorded_at=F("starts_at"))


def eaten_yesterday(order: Any) -> None:
    Voucher.objects.filter(line__order=order).update(redeemed_at=timezone.now() - timedelta(days=1))


def not_on_record(order: Any) -> None:
    Booking.objects.filter(line__order=order).update(queue_joined_at=None, called_at=None)


def refused_at_the_door(order: Any) -> None:
    bookings = Booking.objects.filter(line__order=order)
    bookings.update(
        queue_joined_at=None,
        called_at=None,
        outcome="refused",
        arrived_at=F("starts_at"),
        recorded_at=F("starts_at"),
    )


def not_said_by_the_shop(order: Any) -> None:
    StockOut.objects.all().delete()


def closed_for_good(order: Any) -> None:
    since = timezone.now() - timedelta(days=2)
    StoreClosure.objects.create(store=order.lines.get().store, reason="closed", starts_at=since, reported_at=since)


CASES = {
    "hotel without a room": Case(
        order="stay_order",
        record=turned_away,
        reason="The hotel had no room for me",
        remedy="Refund and compensation",
        paid=1_200_00 + 3 * 600_00,
        because="no_room",
    ),
    "hotel with a lesser room": Case(
        order="stay_order",
        reason="I was given a lesser room",
        remedy="Compensation",
        paid=600_00,
        because="compensated",
    ),
    "closed store on record": Case(
        order="voucher_order",
        reason="The store was closed",
        answers=[],
        remedy="Refund and compensation",
        paid=188_00 + 56_40,
        because="store_was_closed",
    ),
    "store that would not serve": Case(
        order="voucher_order",
        record=never_closed,
        reason="The store would not serve me",
        answers=[
            ("write", "Where were you then? Latitude", "30.2501"),
            ("write", "Where were you then? Longitude", "120.1651"),
        ],
        remedy="Refund and compensation",
        paid=188_00 + 56_40,
        because="store_reported_refusing",
        merchant_answers=True,
    ),
    "tour with a hidden charge": Case(
        order="tour_order",
        reason="I had to pay for what was included or never disclosed",
        answers=[("write", "How much did you have to pay?", "100.00")],
        remedy="Compensation",
        paid=100_00 + 500_00,
        because="hidden_charge",
        merchant_answers=True,
    ),
    "tour that did not depart": Case(
        order="tour_order",
        record=cancelled_at_the_gate,
        reason="The tour did not depart",
        remedy="Refund and compensation",
        paid=5_000_00 + 1_000_00,
        because="departure_cancelled",
    ),
    "performance that was cancelled": Case(
        order="performance_order",
        record=cancelled_at_the_gate,
        reason="The performance was cancelled",
        answers=[],
        remedy="Refund and compensation",
        paid=380_00 + 114_00,
        because="performance_was_cancelled",
    ),
    "performance that only the consumer says was cancelled": Case(
        order="performance_order",
        reason="The performance was cancelled",
        answers=[],
        remedy="Refund and compensation",
        paid=380_00 + 114_00,
        because="performance_reported_cancelled",
        merchant_answers=True,
    ),
    "treatment by somebody else": Case(
        order="treatment_order",
        reason="Somebody else was to treat me than booked",
        answers=[("choose", "What did you do?", "I let somebody else treat me")],
        remedy="Compensation",
        paid=400_00,
        because="practitioner_replaced",
        merchant_answers=True,
    ),
    "meal that was too small": Case(
        order="voucher_order",
        record=eaten_yesterday,
        reason="The portion was smaller than on the menu",
        answers=[
            ("count", "How many grams did the menu promise?", "500"),
            ("count", "How many grams were served?", "250"),
        ],
        remedy="Compensation",
        paid=188_00,
        because="portion_short",
        merchant_answers=True,
        fixtures=("labelled_shop",),
    ),
    "queue that is on record": Case(
        order="table_order",
        reason="I waited longer than was promised",
        answers=[],
        remedy="Compensation",
        paid=40_00,
        because="queue_was_long",
    ),
    "queue that only the guest remembers": Case(
        order="table_order",
        record=not_on_record,
        reason="I waited longer than was promised",
        answers=[("count", "How many minutes did you wait?", "75")],
        remedy="Compensation",
        paid=80_00,
        because="queue_reported_long",
        merchant_answers=True,
    ),
    "table that was refused at the door": Case(
        order="table_order",
        record=refused_at_the_door,
        reason="I was refused although I had booked",
        answers=[],
        remedy="Refund and compensation",
        paid=200_00 + 100_00,
        because="reservation_was_refused",
    ),
    "lamp that is out of stock, in money": Case(
        order="missing_order",
        reason="The merchant cannot deliver it",
        answers=[],
        remedy="Compensation",
        paid=20_00,
        because="money_beside_coupon",
    ),
    "lamp that is out of stock, as only the consumer says": Case(
        order="missing_order",
        record=not_said_by_the_shop,
        reason="The merchant cannot deliver it",
        answers=[("count", "How many pieces cannot be delivered?", "1")],
        remedy="Compensation",
        paid=20_00,
        because="stock_out_reported",
        merchant_answers=True,
    ),
    "card of a shop that closed": Case(
        order="card_order",
        record=closed_for_good,
        reason="The store was closed",
        answers=[],
        remedy="Refund",
        paid=900_00,
        because="card_shop_closed",
    ),
}


@LANGUAGES
@pytest.mark.parametrize("case", list(CASES.values()), ids=list(CASES))
def test_a_guarantee_is_kept_from_the_order_to_the_money(case, language, width, visit, consumer, merchant, request):
    for fixture in case.fixtures:
        request.getfixturevalue(fixture)
    order = request.getfixturevalue(case.order)
    case.record(order)
    visitor = visit(order.get_absolute_url(), person=consumer, language=language, width=width)
    says = visitor.says

    visitor.follow(says("Something is wrong with it"))
    visitor.is_at(says("What went wrong?"))
    visitor.choose(says(case.reason))
    visitor.press(says("Continue"))
    if case.answers is not None:
        visitor.is_at(says("A few particulars"))
        for verb, question, told in case.answers:
            if verb == "choose":
                visitor.choose(says(told))
            else:
                getattr(visitor, verb)(says(question), told)
        visitor.press(says("Continue"))
    visitor.is_at(says("What would put it right?"))
    visitor.choose(says(case.remedy))
    visitor.press(says("Continue"))
    visitor.sees(says("What happened?"))
    visitor.press(says("Continue"))
    visitor.is_at(says("Check your claim"))
    visitor.press(says("Send your claim"))
    if case.merchant_answers:
        visitor.is_at(says("Your claim was sent"))
        answer(claim=Claim.objects.get(), by=merchant, kind="accept", statement="", at=timezone.now())
        visitor.open(Claim.objects.get().get_absolute_url())

    visitor.sees(says("%(sum)s is in your wallet.", sum=visitor.money(case.paid)))
    claim = Claim.objects.get()
    visitor.unfold(says("How this was worked out"))
    for sentence in told_in(language, claim):
        visitor.sees(sentence)
    assert (claim.status, claim.paid) == (Status.SETTLED, case.paid)
    assert claim.verdict is not None
    assert f'"because":"{case.because}"' in claim.verdict.body
    assert balance_of(wallet_of(consumer.pk, "CNY")).posted == case.paid
    assert verify().ok
    assert visitor.violations() == []
    assert not visitor.has_to_scroll_sideways()
    assert visitor.problems == []


def told_in(language: str, claim: Claim) -> list[str]:
    """The trace in words: why, each test, and each line of the arithmetic."""
    assert claim.verdict is not None
    return trace_in(language, claim.verdict)


def trace_in(language: str, verdict: Verdict) -> list[str]:
    with translation.override(language), timezone.override(ZONE_OF_THE_CAST):
        trace = explained(verdict.body)
        return [trace.sentence, *(test.sentence for test in trace.tests), *(step.sentence for step in trace.steps)]


@LANGUAGES
def test_an_event_pays_without_a_claim_and_may_be_contested(
    language, width, visit, consumer, agent, enrolled_shop, voucher_order, closed_store
):
    never_closed(voucher_order)
    now = timezone.now()
    happenings.announce(
        key="feed-1", kind="store_closed", store=closed_store.code, starts_at=now - timedelta(hours=1), by=None, at=now
    )
    look_through_events()
    pay_for_events()
    verdict = Affected.objects.get().verdict
    assert verdict is not None
    visitor = visit(voucher_order.get_absolute_url(), person=consumer, language=language, width=width)
    says = visitor.says

    visitor.sees(says("Paid without a claim"))
    visitor.sees(visitor.money(188_00 + 56_40))
    visitor.unfold(says("How this was worked out"))
    for sentence in trace_in(language, verdict):
        visitor.sees(sentence)
    assert visitor.violations() == []
    assert not visitor.has_to_scroll_sideways()
    visitor.follow(says("Contest it"))
    visitor.write(says("How much more do you ask for?"), "20.00")
    visitor.write(says("Why is it not enough?"), "The taxi there.")
    assert visitor.violations() == []
    visitor.press(says("Let a person decide"))
    visitor.sees(says("Paid without a claim"))
    claim = Claim.objects.get()
    decide(
        claim=claim, by=agent, outcome="consumer", reason="evidence_for_consumer", statement="Right.", at=timezone.now()
    )
    assert balance_of(wallet_of(consumer.pk, "CNY")).posted == 188_00 + 56_40 + 20_00
    assert verify().ok
    assert visitor.problems == []


@LANGUAGES
def test_a_coupon_is_chosen_over_the_money_and_spent_with_its_code(
    language, width, visit, consumer, clerk, enrolled_shop, missing_order
):
    visitor = visit(missing_order.get_absolute_url(), person=consumer, language=language, width=width)
    says = visitor.says

    visitor.follow(says("Something is wrong with it"))
    visitor.is_at(says("What went wrong?"))
    visitor.choose(says("The merchant cannot deliver it"))
    visitor.press(says("Continue"))
    visitor.is_at(says("A few particulars"))
    visitor.press(says("Continue"))
    visitor.is_at(says("What would put it right?"))
    visitor.sees(visitor.money(20_00))
    visitor.choose(says("Coupon"))
    visitor.press(says("Continue"))
    visitor.sees(says("What happened?"))
    visitor.press(says("Continue"))
    visitor.sees(
        says(
            "By sending this you agree to a coupon of %(sum)s instead of %(cash)s in money. You need not: with “Change”"
            " you can take the money.",
            sum=visitor.money(30_00),
            cash=visitor.money(20_00),
        )
    )
    visitor.press(says("Send your claim"))
    visitor.sees(
        says("You get a coupon of %(paid)s, as you chose. You find it among your coupons.", paid=visitor.money(30_00))
    )
    claim, coupon = Claim.objects.get(), Coupon.objects.get()
    visitor.unfold(says("How this was worked out"))
    for sentence in told_in(language, claim):
        visitor.sees(sentence)
    visitor.follow(says("See the coupon and its code"))
    visitor.sees(coupon.code)
    assert visitor.violations() == []
    assert not visitor.has_to_scroll_sideways()

    later = bought(consumer, enrolled_shop, OrderKind.GOODS, "G-2001", placed_at=timezone.now())
    line(later, 1, "chair", "Chair", "椅子", paid=80_00, category="home")
    desk = visit("/desk/coupons/", person=clerk, language=language, width=width)
    desk.write(says("Code of the coupon"), coupon.code)
    desk.write(says("Order number"), "G-2001")
    desk.press(says("Redeem the coupon"))
    desk.sees(says("Redeemed with you"))
    coupon.refresh_from_db()
    assert (coupon.status, coupon.cash_amount) == (Coupon.Status.REDEEMED, 20_00)
    assert verify().ok
    assert desk.violations() == []
    assert not desk.has_to_scroll_sideways()
    assert visitor.problems == []
    assert desk.problems == []
