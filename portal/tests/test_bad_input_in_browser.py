"""What is typed wrong, sent twice or comes too late: a clear sentence on the page, the words kept, and no effect."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from disputes.actions import answer, escalate, file_claim, refund_unasked
from disputes.models import Claim, Event, Evidence
from ledger.models import Transfer
from notices.models import Notice
from orders.models import Exposure, Order
from payouts.models import Payout
from portal.tests.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

EFFECTS = (Claim, Event, Evidence, Exposure, Notice, Payout, Transfer)

MEGABYTE = 1024 * 1024
WORDS = "The handle fell off."

BAD_SUMS = {
    "0": "Enter at least CN¥0.01.",
    "-5": "Enter at least CN¥0.01.",
    "45.01": "Enter at most CN¥45.00.",
    "1.005": "Enter a sum with at most 2 decimals.",
    "ten": "Enter a sum in figures, for example 12.50.",
}


@contextmanager
def nothing_changes() -> Iterator[None]:
    before = {kind: kind.objects.count() for kind in EFFECTS}
    yield
    assert {kind: kind.objects.count() for kind in EFFECTS} == before


@pytest.fixture
def mug(goods_order, enrolled_shop):
    """One piece for 45.00, paid back at once when it arrives damaged."""
    return goods_order.lines.get(position=1)


@pytest.fixture
def jackets(goods_order, enrolled_shop):
    """Two pieces for 1,299.00 each: the merchant has to answer."""
    return goods_order.lines.get(position=2)


@pytest.fixture
def claim(consumer, merchant, jackets, now):
    return file_claim(
        consumer=consumer, order=jackets.order.number, line=jackets.pk, reason="damaged", remedy="refund", at=now
    )


@pytest.fixture
def disputed(claim, consumer, merchant, now):
    answer(claim=claim, by=merchant, kind="reject", reason="delivered_as_ordered", statement="It left whole.", at=now)
    return escalate(claim=claim, by=consumer, statement="It did not arrive whole.", at=now)


def fails_with(visitor, sentence, *, field):
    """What is wrong stands on top, where the focus is, and is read out with the field."""
    summary = visitor.page.locator(".error-summary")
    expect(summary).to_contain_text(sentence)
    expect(summary).to_be_focused()
    expect(visitor.page.get_by_label(field).first).to_have_accessible_description(re.compile(re.escape(sentence)))
    assert visitor.page.title().startswith("Error:")


def keeps(visitor, **typed):
    for label, value in typed.items():
        expect(visitor.page.get_by_label(label)).to_have_value(value)


@pytest.mark.parametrize("path", ["/orders/G-9999/", "/orders/G-9999/lines/1/claim/reason/", "/claims/R-NONE/"])
def test_an_unknown_number_leads_to_a_page_that_says_so(visit, consumer, path):
    visitor = visit("/orders/", person=consumer)
    assert visitor.open(path) == 404
    visitor.is_at("There is nothing here")
    visitor.follow("Go to the start page")
    visitor.is_at("What went wrong?")


def test_a_sum_that_cannot_be_asked_for_is_kept_to_be_mended(visit, consumer, mug):
    visitor = visit(details_of(mug), person=consumer)
    visitor.write("What happened?", WORDS)
    visitor.unfold("Ask for a part only")
    with nothing_changes():
        for typed, sentence in BAD_SUMS.items():
            visitor.write("How much do you ask for?", typed)
            visitor.press("Continue")
            fails_with(visitor, sentence, field="How much do you ask for?")
            keeps(visitor, **{"How much do you ask for?": typed, "What happened?": WORDS})
    assert visitor.violations() == []
    visitor.write("How much do you ask for?", "20.50")
    visitor.press("Continue")
    visitor.is_at("Check your claim")
    visitor.sees("CN¥20.50")


def test_more_pieces_than_were_bought_are_not_taken(visit, consumer, jackets):
    visitor = visit(details_of(jackets), person=consumer)
    visitor.write("What happened?", WORDS)
    with nothing_changes():
        for typed in ("0", "3", "-1"):
            visitor.page.get_by_label("How many pieces are affected?").fill(typed)
            visitor.press("Continue")
            fails_with(visitor, "Enter a whole number from 1 to 2.", field="How many pieces are affected?")
            keeps(visitor, **{"How many pieces are affected?": typed, "What happened?": WORDS})


def test_a_merchant_cannot_give_back_what_was_not_paid(visit, merchant, mug, now):
    visitor = visit(f"/desk/refunds/{mug.order.number}/{mug.pk}/", person=merchant)
    refund_unasked(line=mug.pk, by=merchant, amount=40_00, at=now)
    above_what_is_left = {"45.00": "No more than CN¥5.00 of the price paid is left to give back."}
    with nothing_changes():
        for typed, sentence in {**BAD_SUMS, **above_what_is_left}.items():
            visitor.write("Sum to give back", typed)
            visitor.press("Give it back now")
            fails_with(visitor, sentence, field="Sum to give back")
            keeps(visitor, **{"Sum to give back": typed})
    assert visitor.violations() == []


def test_what_was_refunded_in_the_meantime_is_not_paid_again(visit, consumer, merchant, mug, now):
    visitor = at_the_last_step(visit, consumer, mug)
    refund_unasked(line=mug.pk, by=merchant, at=now)
    with nothing_changes():
        visitor.press("Send your claim")
        visitor.sees("Everything that was paid for this has been given back or promised already.")
    visitor.open(mug.order.get_absolute_url())
    expect(visitor.control("link", "Something is wrong with it", about="Rain jacket")).to_be_visible()
    expect(visitor.control("link", "Something is wrong with it", about="Blue mug")).to_have_count(0)


def test_a_form_sent_from_two_windows_files_one_claim(visit, consumer, mug):
    first = at_the_last_step(visit, consumer, mug)
    second = Visitor(first.page.context.new_page(), "en")
    second.open(first.page.url)
    first.press("Send your claim")
    first.is_at("CN¥45.00 is in your wallet.")
    with nothing_changes():
        second.press("Send your claim")
        second.is_at("CN¥45.00 is in your wallet.")
    assert first.page.url == second.page.url


def test_who_comes_too_late_is_told_when_the_time_ended(visit, consumer, mug, now):
    long_ago = {"placed_at": now - timedelta(days=190), "delivered_at": now - timedelta(days=181)}
    Order.objects.filter(pk=mug.order_id).update(**long_ago)
    visitor = visit(mug.order.get_absolute_url(), person=consumer)
    visitor.sees("Nothing can be claimed for this any more")
    visitor.open(details_of(mug))
    visitor.is_at("It arrived damaged")
    visitor.sees("The rules give nothing for this")
    visitor.sees("The time to claim this ended on")


def test_a_rejection_without_a_reason_keeps_what_was_written(visit, consumer, merchant, claim):
    visitor = visit(claim.get_absolute_url(), person=merchant)
    visitor.unfold("Reject the claim")
    visitor.write("What do you tell the consumer?", WORDS)
    with nothing_changes():
        visitor.press("Reject the claim")
        fails_with(visitor, "Choose the reason for rejecting.", field="Reason for rejecting")
    keeps(visitor, **{"What do you tell the consumer?": WORDS})
    assert visitor.violations() == []


def test_a_decision_for_both_without_a_sum_keeps_what_was_written(visit, agent, disputed):
    visitor = visit(disputed.get_absolute_url(), person=agent)
    visitor.choose("In part for each")
    visitor.write("Why? Both sides read this.", WORDS)
    with nothing_changes():
        visitor.press("Record the decision")
        fails_with(visitor, "Enter the sum the consumer gets.", field="Sum for the consumer")
    keeps(visitor, **{"Why? Both sides read this.": WORDS})
    assert visitor.violations() == []


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"GIF89a", "Give a photo (JPEG, PNG, WebP) or a PDF. This file is none of them, or damaged."),
        (bytes(10 * MEGABYTE + 1), "The file is too large: at most 10 MB."),
    ],
    ids=["of another kind", "of more than 10 MB"],
)
def test_a_file_that_cannot_be_taken_is_said_so(visit, consumer, disputed, content, sentence):
    visitor = visit(disputed.get_absolute_url(), person=consumer)
    visitor.pick("What does it show?", "Photo")
    visitor.attach("Picture or PDF", name="photo.png", kind="image/png", content=content)
    with nothing_changes():
        visitor.press("Add this document")
        fails_with(visitor, sentence, field="Picture or PDF")
    keeps(visitor, **{"What does it show?": "photo"})
    assert visitor.violations() == []


def test_a_request_beyond_all_limits_is_answered_with_a_page(visit, consumer, disputed):
    visitor = visit(disputed.get_absolute_url(), person=consumer)
    visitor.attach("Picture or PDF", name="film.png", kind="image/png", content=bytes(13 * MEGABYTE))
    with nothing_changes():
        visitor.press("Add this document")
        visitor.is_at("This is more than we can take in at once")


def details_of(line):
    """The step in which a consumer says how much; what went wrong is chosen by the address."""
    return f"/orders/{line.order.number}/lines/{line.pk}/claim/remedy/?reason=damaged&remedy=refund"


def at_the_last_step(visit, consumer, line):
    visitor = visit(details_of(line), person=consumer)
    visitor.write("What happened?", WORDS)
    visitor.press("Continue")
    visitor.is_at("Check your claim")
    return visitor
