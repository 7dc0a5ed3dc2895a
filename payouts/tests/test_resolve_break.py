"""A break ends for a reason, by somebody, in the books; a large one by two people, and never twice."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from ledger.chart import balance_of, clearing_at, client_cash, wallet_of, write_off
from payouts.actions import (
    BreakEnded,
    NoSuchWay,
    NothingProposed,
    ProposedAnew,
    ReasonMissing,
    SecondPersonNeeded,
    StillOnItsWay,
    agree_to_resolution,
    resolve_break,
    send_next,
    take_over_break,
    turn_down_resolution,
)
from payouts.models import Break, BreakStatus, Payout, Resolution
from payouts.proofs import prove
from payouts.tests.reports import imported, said, settled, written

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
LARGE = 1_000_000_00
LIMIT = 10_000_00


@pytest.fixture
def found(consumer, now):
    """Opens one break of a kind, over `amount`, in a report of the day before yesterday."""

    def found(kind: str, amount: int = 10_00) -> Break:
        start = now - 3 * DAY
        [payout] = settled(consumer, [amount], at=start)
        truth = said(payout)
        lines = {
            "missing_there": [],
            "missing_here": [truth, truth._replace(provider_id="x", reference="not ours")],
            "amount_differs": [truth._replace(amount=amount * 2)],
            "currency_differs": [truth._replace(currency="EUR")],
            "duplicate": [truth, truth._replace(provider_id="x")],
        }[kind]
        imported(written(lines, start=start, end=now), at=now)
        return Break.objects.get()

    return found


def on_clearing() -> list[int]:
    return [balance_of(clearing_at("sandbox", currency)).posted for currency in ("GBP", "EUR")]


@pytest.mark.parametrize("way", [Resolution.PUT_RIGHT, Resolution.BORNE])
@pytest.mark.parametrize("kind", ["missing_there", "missing_here", "amount_differs", "currency_differs", "duplicate"])
def test_clearing_returns_to_zero(found, finance, now, kind, way):
    broken = found(kind)
    assert on_clearing() != [0, 0]
    resolve_break(found=broken, resolution=way, reason="The bank wrote.", by=finance, at=now)
    broken.refresh_from_db()
    assert (broken.status, broken.resolved_by, broken.reason, on_clearing()) == (
        BreakStatus.RESOLVED, finance, "The bank wrote.", [0, 0],
    )  # fmt: skip
    assert list(prove()) == []


def test_what_was_put_right_is_cash_and_what_is_borne_is_written_off(found, finance, now):
    broken = found("duplicate")
    cash = balance_of(client_cash("GBP")).posted
    resolve_break(found=broken, resolution=Resolution.BORNE, reason="x", by=finance, at=now)
    assert (balance_of(write_off("GBP")).posted, balance_of(client_cash("GBP")).posted) == (10_00, cash)


def test_a_payout_that_was_never_paid_is_paid_anew_through_the_wallet(found, finance, consumer, now):
    broken = found("missing_there")
    resolve_break(found=broken, resolution=Resolution.PAID_ANEW, reason="Confirmed by phone.", by=finance, at=now)
    anew = Payout.objects.get(key=f"break:{broken.pk}:anew")
    assert (anew.status, anew.gateway, anew.payee) == ("settled", "wallet", consumer)
    assert (balance_of(wallet_of(consumer.pk, "GBP")).posted, on_clearing()) == (10_00, [0, 0])
    assert list(prove()) == []


def test_a_line_that_comes_after_a_resolution_is_a_new_break(found, finance, now):
    broken = found("missing_there")
    resolve_break(found=broken, resolution=Resolution.PUT_RIGHT, reason="x", by=finance, at=now)
    imported(written([said(broken.payout)], start=now, end=now + DAY), at=now + DAY)
    later = Break.objects.exclude(pk=broken.pk).get()
    assert (later.kind, later.status, on_clearing()) == ("duplicate", BreakStatus.OPEN, [-10_00, 0])
    assert Break.objects.get(pk=broken.pk).status == BreakStatus.RESOLVED
    assert list(prove()) == []


def test_only_what_is_missing_there_can_be_paid_anew(found, finance, now):
    with pytest.raises(NoSuchWay):
        resolve_break(found=found("duplicate"), resolution=Resolution.PAID_ANEW, reason="x", by=finance, at=now)


def test_a_break_ends_once(found, finance, now):
    broken = found("duplicate")
    resolve_break(found=broken, resolution=Resolution.BORNE, reason="x", by=finance, at=now)
    with pytest.raises(BreakEnded):
        resolve_break(found=broken, resolution=Resolution.BORNE, reason="x", by=finance, at=now)
    with pytest.raises(BreakEnded):
        take_over_break(found=broken, by=finance, at=now)
    assert on_clearing() == [0, 0]


def test_without_a_reason_nothing_is_resolved(found, finance, now):
    with pytest.raises(ReasonMissing):
        resolve_break(found=found("duplicate"), resolution=Resolution.BORNE, reason=" ", by=finance, at=now)


def test_nothing_is_resolved_before_the_payout_has_ended(pay, provider, finance, now):
    payout = pay()
    provider.plan(payout, "pending")
    send_next(now=now)
    imported(written([said(payout, amount=1)], start=now - DAY, end=now), at=now)
    with pytest.raises(StillOnItsWay):
        resolve_break(found=Break.objects.get(), resolution=Resolution.BORNE, reason="x", by=finance, at=now)


# --- two people ------------------------------------------------------------------------------------


def test_a_large_sum_waits_for_a_second_person(found, finance, finance2, now):
    broken = found("duplicate", LARGE)
    resolve_break(found=broken, resolution=Resolution.BORNE, reason="x", by=finance, at=now)
    broken.refresh_from_db()
    assert (broken.status, on_clearing()) == (BreakStatus.PROPOSED, [-LARGE, 0])
    with pytest.raises(SecondPersonNeeded):
        agree_to_resolution(found=broken, proposal=broken.proposal, by=finance, at=now)
    agree_to_resolution(found=broken, proposal=broken.proposal, by=finance2, at=now)
    broken.refresh_from_db()
    assert (broken.status, broken.proposed_by, broken.resolved_by, on_clearing()) == (
        BreakStatus.RESOLVED, finance, finance2, [0, 0],
    )  # fmt: skip
    assert list(prove()) == []


def test_nobody_agrees_to_what_was_proposed_after_they_looked(found, finance, finance2, now):
    broken = found("duplicate", LARGE)
    looked_at = resolve_break(found=broken, resolution=Resolution.PUT_RIGHT, reason="x", by=finance, at=now).proposal
    anew = resolve_break(found=broken, resolution=Resolution.BORNE, reason="x", by=finance, at=now)
    with pytest.raises(ProposedAnew):
        agree_to_resolution(found=broken, proposal=looked_at, by=finance2, at=now)
    assert on_clearing() == [-LARGE, 0]
    take_over_break(found=broken, by=finance2, at=now)
    agree_to_resolution(found=broken, proposal=anew.proposal, by=finance2, at=now)
    assert on_clearing() == [0, 0]


@pytest.mark.parametrize(
    "lines",
    [
        lambda payout: [said(payout), said(payout, provider_id=f"again_{payout.pk}")],
        lambda payout: [said(payout, amount=payout.amount * 2)],
        lambda payout: [said(payout, amount=1, currency="EUR")],
    ],
    ids=["duplicate", "amount differs", "a cent in another currency"],
)
def test_what_one_person_books_in_a_day_is_added_up(consumer, finance, now, lines):
    start = now - 3 * DAY
    payouts = settled(consumer, [LIMIT - 1_00, 1_00, 1], at=start)
    imported(written([line for payout in payouts for line in lines(payout)], start=start, end=now), at=now)
    ended = [
        resolve_break(found=broken, resolution=Resolution.BORNE, reason="x", by=finance, at=now).status
        for broken in Break.objects.order_by("id")
    ]
    assert ended == ["resolved", "resolved", "proposed"]
    assert abs(balance_of(write_off("GBP")).posted) == LIMIT


def test_a_proposal_that_is_turned_down_opens_the_break_again_and_says_so(found, finance, finance2, now):
    broken = found("duplicate", LARGE)
    with pytest.raises(NothingProposed):
        turn_down_resolution(found=broken, by=finance2, reason="x", at=now)
    resolve_break(found=broken, resolution=Resolution.BORNE, reason="x", by=finance, at=now)
    turn_down_resolution(found=broken, by=finance2, reason="Ask them first.", at=now)
    assert list(broken.moves.order_by("id").values_list("was", "became", "because")) == [
        ("", "open", ""), ("open", "proposed", "x"), ("proposed", "open", "Ask them first."),
    ]  # fmt: skip
    assert on_clearing() == [-LARGE, 0]


def test_the_database_knows_that_maker_is_not_checker(found, finance, now):
    broken = found("duplicate", LARGE)
    resolve_break(found=broken, resolution=Resolution.BORNE, reason="x", by=finance, at=now)
    with pytest.raises(IntegrityError, match="checker_who_is_not_its_maker"), transaction.atomic():
        Break.objects.filter(pk=broken.pk).update(status="resolved", ended_at=now, resolved_by=finance)


def test_whoever_takes_over_a_break_owns_it_and_that_is_written_down(found, finance, finance2, now):
    broken = found("duplicate")
    for by in (finance, finance2, finance2):
        take_over_break(found=broken, by=by, at=now)
    broken.refresh_from_db()
    assert broken.owner == finance2
    assert [move.by for move in broken.moves.order_by("id")] == [None, finance, finance2]
