"""No case sticks: the deadline table is walked from every state by letting time pass with nobody acting."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.db.models import F

from accounts.models import User
from disputes.actions import answer, appeal, escalate, make_offer, ship_return, time_out
from disputes.actions.time_out import LAPSES
from disputes.deadlines import DEADLINES, clocks_of, deadline_of, what_silence_does
from disputes.models import Claim, Status
from disputes.rights import FINAL
from disputes.tests.conftest import breaks, decide_for, due, expired, fresh
from orders.models import Line, Order, RoomType, Store, StoreClosure, Voucher
from policies.clocks import Clocks

# --- the table -----------------------------------------------------------------------------------------


def test_every_status_that_is_not_final_has_a_deadline():
    assert {status for status, _level in DEADLINES} == set(Status) - FINAL


def test_every_deadline_has_a_clock_and_a_consequence():
    assert {deadline.clock for deadline in DEADLINES.values()} <= set(Clocks.__dataclass_fields__)
    assert {deadline.lapse for deadline in DEADLINES.values()} == set(LAPSES)


def test_statuses_are_final_exactly_when_nothing_follows_them():
    assert {status for status in Status if not Claim.MOVES[status]} == FINAL


# --- the walk ------------------------------------------------------------------------------------------


class Walk:
    """Brings a claim into a state by the verbs of the sides."""

    def __init__(self, claim: Claim, people: dict[str, User]) -> None:
        self.claim, self.people = claim, people

    def offer(self) -> None:
        make_offer(claim=self.claim, by=self.people["merchant"], amount=100, at=self._now())

    def counter(self) -> None:
        make_offer(claim=self.claim, by=self.people["consumer"], amount=200, at=self._now())

    def reject(self) -> None:
        self._answer("reject", reason="outside_the_terms", statement="No.")

    def contest(self) -> None:
        self._answer("reject", reason="return_incomplete", statement="Empty.")

    def accept(self) -> None:
        self._answer("accept")

    def escalate(self) -> None:
        escalate(claim=self.claim, by=self.people["consumer"], statement="Yes.", at=self._now())

    def ship(self) -> None:
        ship_return(claim=self.claim, by=self.people["consumer"], carrier="SF", tracking="1", at=self._now())

    def wait(self) -> None:
        claim = fresh(self.claim)
        expired(claim)

    def decide(self) -> None:
        decide_for(self.claim, self.people["agent"], self._now(), "consumer")

    def decide_against(self) -> None:
        decide_for(self.claim, self.people["agent"], self._now(), "merchant")

    def forgive(self) -> None:
        decide_for(self.claim, self.people["agent"], self._now(), "no_fault")

    def appeal(self) -> None:
        appeal(claim=self.claim, by=self.people["merchant"], statement="No.", at=self._now())

    def _answer(self, kind: str, **given: Any) -> None:
        answer(claim=self.claim, by=self.people["merchant"], kind=kind, at=self._now(), **given)

    def _now(self):
        return fresh(self.claim).turned_at


DISPUTE = "reject escalate"

# How a claim about money, answered by the merchant, comes to each row of the table.
STATES = {
    "awaiting_merchant": ("awaiting_merchant", 0, ""),
    "countered": ("awaiting_merchant", 0, "offer counter"),
    "offer_pending": ("offer_pending", 0, "offer"),
    "offered again": ("offer_pending", 0, "offer counter offer"),
    "rejected": ("rejected", 0, "reject"),
    "awaiting_evidence": ("awaiting_evidence", 0, DISPUTE),
    "declined": ("awaiting_evidence", 0, "offer escalate"),
    "under_review": ("under_review", 0, f"{DISPUTE} wait"),
    "raised": ("under_review", 1, f"{DISPUTE} wait wait"),
    "decided": ("decided", 0, f"{DISPUTE} decide"),
    "decided against": ("decided", 0, f"{DISPUTE} decide_against"),
    "decided without fault": ("decided", 0, f"{DISPUTE} forgive"),
    "decided by the clock": ("decided", 1, f"{DISPUTE} wait wait wait"),
    "appeal_review": ("appeal_review", 0, f"{DISPUTE} decide appeal"),
    "appealed against the clock": ("appeal_review", 1, f"{DISPUTE} wait wait wait appeal"),
}
RETURNS = {
    "awaiting_return": ("awaiting_return", 0, ""),
    "return_shipped": ("return_shipped", 0, "ship"),
    "contested": ("awaiting_evidence", 0, "ship contest"),
    "contested and sealed": ("under_review", 0, "ship contest wait"),
}
WITH_LEAVE = STATES | {
    "awaiting_return": ("awaiting_return", 0, "accept"),
    "return_shipped": ("return_shipped", 0, "accept ship"),
}
IN_KIND = {name: state for name, state in STATES.items() if "offer" not in state[2]}
BY_AGENT = {
    name: (status, level, path.removeprefix(DISPUTE))
    for name, (status, level, path) in STATES.items()
    if path.startswith(DISPUTE)
}

# What is claimed -> the line, the reason, the remedy, and the states to walk from.
BORN = {
    "goods": ("jackets", "damaged", "refund", STATES),
    "a stay": ("stay", "not_as_described", "refund", STATES),
    "a voucher": ("voucher", "not_as_described", "refund", STATES),
    "a return": ("jackets", "damaged", "return", RETURNS),
    "a return with the merchant's leave": ("jackets", "damaged", "leave", WITH_LEAVE),
    "another store": ("voucher", "store_closed", "alternative", IN_KIND),
    "a room without a rank": ("stay", "worse_room", "compensation", BY_AGENT),
}
WALKS = [(what, "merchant pays") for what in BORN] + [
    (what, money) for what in ("goods", "a return") for money in ("fund stands in", "nobody can pay")
]


def test_the_walks_begin_in_every_row_of_the_table():
    begun = {(status, level) for *_claim, states in BORN.values() for status, level, _path in states.values()}
    assert begun >= set(DEADLINES)


@pytest.fixture
def born(file, jackets: Line, stay_order: Order, voucher_order: Order, another_store: Store):
    """Files a claim of each kind."""
    lines = {"jackets": jackets, "stay": stay_order.lines.get(), "voucher": voucher_order.lines.get()}

    def filed(what: str) -> Claim:
        bought, reason, remedy, _states = BORN[what]
        if what == "a room without a rank":
            RoomType.objects.update(mean_rate_rank=None)
        if what == "a voucher":
            Voucher.objects.update(redeemed_at=F("usable_from"))  # one that was not used is paid at once
        if what == "another store":
            StoreClosure.objects.all().delete()  # with a closure on record it is given at once
        claim = file(lines[bought], quantity=1, reason=reason, remedy="refund" if remedy == "leave" else remedy)
        if remedy == "leave":
            Claim.objects.filter(pk=claim.pk).update(remedy="return")
        return fresh(claim)

    return filed


@pytest.fixture
def people(consumer: User, merchant: User, agent: User) -> dict[str, User]:
    return {"consumer": consumer, "merchant": merchant, "agent": agent}


def until_it_ends(claim: Claim) -> set[tuple[str, int]]:
    """Let every deadline pass; the states the case went through."""
    seen: set[tuple[str, int]] = set()
    while not claim.is_final():
        place = (claim.status, claim.level)
        assert place not in seen, f"{claim} comes back to {place}"
        seen.add(place)
        assert claim.due_at is not None
        assert (claim.turn, bool(what_silence_does(claim))) == (deadline_of(*place).turn, True)
        early = time_out(claim=claim, at=due(claim) - timedelta(microseconds=1))
        assert (early.status, early.level) == place, "a deadline took effect before it passed"
        claim = fresh(expired(claim))
    return seen


@pytest.mark.parametrize(("what", "money"), WALKS, ids=[", ".join(walk) for walk in WALKS])
def test_time_alone_brings_every_case_to_its_end(born, people, request, what, money):
    if money != "merchant pays":
        request.getfixturevalue("merchant_at_its_limit")
    if money == "fund stands in":
        request.getfixturevalue("special_fund")
    for state, (status, level, path) in BORN[what][3].items():
        with transaction.atomic():
            claim = walked(born(what), people, path)
            assert (claim.status, claim.level) == (status, level), state
            until_it_ends(claim)
            assert breaks() == [], state
            transaction.set_rollback(True)  # the next walk begins where this one began


def walked(claim: Claim, people: dict[str, User], path: str) -> Claim:
    walk = Walk(claim, people)
    for verb in path.split():
        getattr(walk, verb)()
    return fresh(claim)


# --- the documentation -----------------------------------------------------------------------------------


def test_the_table_in_the_documentation_is_the_table(goods_order: Order):
    page = (settings.BASE_DIR / "docs" / "disputes.md").read_text()
    clocks = clocks_of(goods_order)
    for (status, level), deadline in DEADLINES.items():
        minutes = getattr(clocks, deadline.clock)
        hours = (minutes if isinstance(minutes, int) else minutes["goods"]) // 60
        lasts = f"{hours} h" if hours <= 72 else f"{hours // 24} d"
        assert f"| {status}{', raised' if level else ''} | {deadline.turn} | {lasts} |" in page
