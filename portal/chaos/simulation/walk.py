"""One seed: people, the clock and the provider act at random, step by step, and after each the model is compared.

The clock moves on by seconds, minutes or hours and never leaps a day: what expires, expires in between. Sweeps run at
random moments, are left out, run twice at once, or die on the way.
"""

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from accounts.models import Merchant, User
from common import crash_points
from common.at_once import at_once
from common.errors import Refusal
from common.webhook_signatures import BadSignature, sign
from compensation import actions as fund
from disputes import actions as disputes
from disputes.debts import pay_debts
from disputes.models import Claim, Offer
from disputes.overdue import time_out_due
from disputes.reminders import remind_of_deadlines
from ledger.actions import Posting, post, set_floor
from ledger.chart import client_cash, compensation_expense, settlement_of
from ledger.models import TransferKind
from payouts.actions import (
    DrawRequest,
    handle_events,
    post_draws,
    receive_webhook,
    request_draw,
    resume_payouts,
    send_next,
    stop_payouts,
    take_over_from_the_dead,
)
from portal.chaos.simulation import checks
from portal.chaos.simulation.model import (
    ACCEPTABLE,
    FINAL,
    FREIGHT,
    LIGHTNING_DAYS,
    LIGHTNING_EACH,
    LIGHTNING_REASONS,
    OFFERS_EACH,
    UNDECIDED,
    Case,
    Model,
    Piece,
)
from portal.chaos.simulation.provider import Provider
from portal.chaos.simulation.world import CURRENCY, FIRST_DAYS, buy, cast

SECRET = "the simulation's own"  # noqa: S105 nobody else has it
A_PDF = b"%PDF-1.4\n%%EOF\n"
REASONS = {
    "goods": ["damaged", "wrong_item", "not_as_described", "changed_mind", "not_received"],
    "voucher": ["store_closed", "unused_voucher", "not_as_described"],
    "stay": ["worse_room", "no_room", "not_as_described"],
}
# What people mostly do, by status; now and then they try anything.
SENSIBLE = 4 / 5
MERCHANT_S = {
    "awaiting_merchant": ["accept", "offer", "offer", "reject", "reject"],
    "return_shipped": ["receive", "reject"],
}
CONSUMER_S = {
    "awaiting_merchant": ["take", "withdraw"],
    "offer_pending": ["take", "counter", "counter", "escalate"],
    "rejected": ["escalate", "escalate", "escalate", "withdraw"],
    "awaiting_return": ["ship", "ship", "withdraw"],
}
STEPS = [timedelta(seconds=7), timedelta(seconds=45), timedelta(minutes=4), timedelta(minutes=40),
         timedelta(hours=2), timedelta(hours=5)]  # fmt: skip
WEIGHTS = [2, 2, 3, 4, 6, 6]
MOST_SENDS = 25


class Unexpected(Exception):
    """The portal did what the model rules out, or refused what it owes somebody."""


class Died(BaseException):
    """Stands for kill -9: nothing may catch it."""


class Walk:
    """`trail` is what happened, for whoever reads a failure."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.now = self.chance.choice(FIRST_DAYS) + timedelta(minutes=self.chance.randrange(1_440))
        self.senders_back_at = self.now
        self.cast, self.model = cast(), Model()
        self.provider = Provider(seed, self.now)
        self.trail: list[str] = []
        self.books = checks.Books()
        self._open()

    def _open(self) -> None:
        for _ in range(9):
            buy(self.cast, self.model, self.chance, now=self.now)
        for merchant in self.cast.merchants:
            self._pay_in(merchant, self.chance.choice([0, 500_00, 5_000_00]))
        self._fill_the_fund(self.chance.choice([0, 300_00, 20_000_00]))
        self.look()

    # --- the walk -------------------------------------------------------------------------------------

    def go(self, operations: int) -> None:
        for number in range(operations):
            verbs = list(VERBS)
            verb = self.chance.choices(verbs, [VERBS[it] for it in verbs])[0]
            self.trail.append(f"{number} {self.now:%m-%d %H:%M:%S} {verb.__name__}")
            if verb(self) is False:
                self.file()
            self.tick()
        self.come_to_rest()

    def tick(self) -> None:
        self.now += self.chance.choices(STEPS, WEIGHTS)[0]
        self.provider.now = self.now
        self.provider.pay_pending(self.chance.randrange(1, 5))
        for sweep in self.chance.sample(list(SWEEPS), len(SWEEPS)):
            if self.chance.random() < SWEEPS[sweep]:
                sweep(self)
        self.look()

    def come_to_rest(self) -> None:
        """All goes well from here, the fund is filled and nobody acts any more: everything must end, paid in full."""
        self.trail.append("come to rest")
        self.provider.well = True
        if self.model.stopped:
            self._turn_the_switch()
        for _ in range(60):
            self._fill_the_fund(50_000_00)
            self.now += timedelta(hours=9)
            self.provider.now = self.now
            self.provider.pay_pending(1)
            for sweep in SWEEPS:
                sweep(self)
            checks.wake_whoever_waits_for_a_person(self.cast.finance, self.now)
            self.look()
            if checks.all_is_quiet():
                break
        checks.everything_is_paid(self.model, self.books, self.provider)

    def look(self) -> None:
        """Compare the model with what is there."""
        self.books = checks.compare(self.model, self.provider, self.now, self.books)

    # --- what people do -------------------------------------------------------------------------------

    def _act(self, verb: Callable[[], Any], *, allowed: bool | None = True) -> Any:
        """What the verb gave, or None when it was refused. `allowed`: whether the model expects it (None: unknown)."""
        try:
            outcome = verb()
        except Refusal as refusal:
            if allowed is True:
                raise Unexpected(f"refused: {type(refusal).__name__} {refusal.sentence()}") from refusal
            self.trail[-1] += f" refused ({refusal.code})"
            return None
        if allowed is False:
            raise Unexpected("this should have been refused")
        return outcome

    def file(self) -> None:
        piece = self.chance.choice(list(self.model.pieces.values()))
        reason = self.chance.choice(REASONS[piece.kind])
        remedy = self.chance.choice(
            ["refund", "refund", "return"] if piece.kind == "goods" else ["refund", "compensation"]
        )
        left = piece.paid - piece.taken
        quantity = self.chance.randrange(1, piece.quantity + 1) if self.chance.random() < 1 / 2 else None
        amount = self.chance.randrange(1, piece.paid + 2) if quantity is None and self.chance.random() < 1 / 3 else None
        consumer = self._person(piece.consumer)
        key = f"sim:{len(self.trail)}" if self.chance.random() < 1 / 3 else None
        ask = partial(
            disputes.file_claim, consumer=consumer, order=piece.order, line=piece.line, reason=reason, remedy=remedy,
            quantity=quantity, amount=amount, statement="It is not right.", at=self.now, key=key,
        )  # fmt: skip
        impossible = amount is not None and amount > left > 0
        claim = self._act(ask, allowed=False if impossible else None)
        if claim is None:
            return
        self._take_down(claim, piece, left)
        if key:
            again = ask()
            if again.pk != claim.pk:
                raise Unexpected("one key filed two claims")
        if self.chance.random() < 1 / 4:
            self._act(partial(ask, consumer=self.cast.stranger, key=None), allowed=False)

    def _take_down(self, claim: Claim, piece: Piece, left: int) -> None:
        case = Case(
            number=claim.number, piece=piece, reason=claim.reason, remedy=claim.remedy, amount=claim.amount,
            compensation=claim.compensation, status=claim.status, turned_at=self.now,
        )  # fmt: skip
        refund = case.amount - case.compensation
        if not 0 <= refund <= left:
            raise Unexpected(f"{claim} may pay {refund} of a line with {left} left")
        if case.remedy == "return" and case.compensation != (FREIGHT if case.reason != "changed_mind" else 0):
            raise Unexpected(f"{claim} pays a freight of {case.compensation}")
        expected = self._route(case, piece)
        if case.status not in expected:
            raise Unexpected(f"{claim} ({piece.kind}, {case.reason}, {case.remedy}, {case.amount}) is {case.status}, "
                             f"and should be one of {sorted(expected)}")  # fmt: skip
        if case.status == "settled":
            case.awarded = case.last_word = case.amount
            if piece.kind == "goods":
                self.model.lightning.append((piece.consumer, self.now, case.amount))
        self.model.cases[case.number] = case
        piece.cases.append(case)
        self.trail[-1] += f" {case.number} {case.remedy} {case.amount} -> {case.status}"

    def _route(self, case: Case, piece: Piece) -> set[str]:
        """Where the terms send a claim that was just filed."""
        if piece.kind != "goods":
            return {"settled", "awaiting_merchant", "awaiting_evidence"}
        if case.remedy == "return":
            return {"awaiting_return"}
        at_once = (
            case.reason in LIGHTNING_REASONS
            and case.amount <= min(LIGHTNING_EACH, self.model.lightning_left(piece.consumer, self.now))
            and self.now < piece.delivered_at + timedelta(days=LIGHTNING_DAYS)
        )
        if not at_once:
            return {"awaiting_merchant"}
        floor = self.books.floor(settlement_of(piece.merchant, CURRENCY))
        held = self.books.held(settlement_of(piece.merchant, CURRENCY))
        return {"settled"} if floor is None or held - case.amount >= floor else {"awaiting_merchant"}

    def merchant_acts(self) -> bool | None:
        case = self._some(set(MERCHANT_S)) or self._some(UNDECIDED)
        if case is None:
            return False
        sensible = MERCHANT_S.get(case.status, ["accept"])
        kind = self.chance.choice(
            sensible if self.chance.random() < SENSIBLE else ["accept", "offer", "reject", "receive"]
        )
        if kind == "receive":
            allowed = case.status == "return_shipped" and self._in_time(case)
            if self._act(self._verb(disputes.receive_return, case, "merchant"), allowed=allowed):
                case.settles(case.amount, self.now)
            return None
        allowed = (
            self._in_time(case)
            and {
                "accept": case.status in ACCEPTABLE,
                "offer": case.status == "awaiting_merchant" and case.offers["merchant"] < OFFERS_EACH,
                "reject": case.status in ("awaiting_merchant", "return_shipped"),
            }[kind]
        )
        amount = self.chance.randrange(1, case.amount + 1) if kind == "offer" and case.amount else None
        reason = "not_enough_evidence" if kind == "reject" else ""
        verb = self._verb(
            disputes.answer, case, "merchant", kind=kind, reason=reason, statement="We looked.", amount=amount
        )
        if self._act(verb, allowed=allowed and (kind != "offer" or case.amount > 0)) is None:
            return None
        match kind:
            case "accept":
                case.is_accepted(self.now)
            case "offer":
                case.is_offered("merchant", amount or 0, self.now)
            case "reject":
                case.is_rejected(self.now)
        return None

    def consumer_acts(self) -> bool | None:
        case = self._some(set(CONSUMER_S)) or self._some(UNDECIDED)
        if case is None:
            return False
        acts = {"take": self._take_offer, "counter": self._counter, "escalate": self._escalate,
                "withdraw": self._withdraw, "ship": self._ship}  # fmt: skip
        sensible = CONSUMER_S.get(case.status, ["withdraw"])
        acts[self.chance.choice(sensible if self.chance.random() < SENSIBLE else list(acts))](case)
        return None

    def _take_offer(self, case: Case) -> None:
        offer = Offer.objects.filter(claim__number=case.number).order_by("-id").first()
        whose = "merchant" if case.status == "awaiting_merchant" else "consumer"
        verb = self._verb(disputes.accept_offer, case, whose, offer=offer.pk if offer else 0)
        if self._act(verb, allowed=self._in_time(case) and case.offer is not None):
            case.settles(case.offer[1] if case.offer else 0, self.now)

    def _counter(self, case: Case) -> None:
        least = (case.offer[1] if case.offer else 0) + 1
        amount = self.chance.randrange(least, case.amount + 2) if case.amount >= least else least
        allowed = (
            self._in_time(case)
            and case.status == "offer_pending"
            and case.offers["consumer"] < OFFERS_EACH
            and amount <= case.amount
        )
        if self._act(self._verb(disputes.make_offer, case, "consumer", amount=amount), allowed=allowed):
            case.is_offered("consumer", amount, self.now)

    def _escalate(self, case: Case) -> None:
        allowed = self._in_time(case) and case.status in ("offer_pending", "rejected")
        if self._act(self._verb(disputes.escalate, case, "consumer", statement="Please."), allowed=allowed):
            case.escalates(self.now)

    def _withdraw(self, case: Case) -> None:
        allowed = self._in_time(case) and case.status != "return_shipped"
        if self._act(self._verb(disputes.withdraw, case, "consumer"), allowed=allowed):
            case.closes(self.now)

    def _ship(self, case: Case) -> None:
        allowed = self._in_time(case) and case.status == "awaiting_return"
        verb = self._verb(disputes.ship_return, case, "consumer", carrier="SF", tracking="SF1")
        if self._act(verb, allowed=allowed):
            case.is_shipped(self.now)

    def agent_decides(self) -> bool | None:
        case = self._some({"awaiting_evidence", "under_review"})
        if case is None:
            return False
        by = self.chance.choice([self.cast.agent, self.cast.seniors[0]])
        outcome, amount = self._ruling(case)
        allowed = case.level == 0 or by != self.cast.agent
        verb = partial(
            disputes.decide, claim=self._claim(case), by=by, outcome=outcome, reason="terms_say_so",
            statement="So it is.", amount=amount, at=self.now,
        )  # fmt: skip
        if self._act(verb, allowed=allowed):
            case.is_decided(outcome, amount or 0, by.pk, self.now)
        return None

    def somebody_appeals(self) -> bool | None:
        case = self._some({"decided"})
        if case is None:
            return False
        whose = self.chance.choice(["consumer", "merchant"])
        verb = self._verb(disputes.appeal, case, whose, statement="Look again.")
        if self._act(verb, allowed=self._in_time(case)):
            case.becomes("appeal_review", self.now)
        return None

    def senior_decides_the_appeal(self) -> bool | None:
        case = self._some({"appeal_review"})
        if case is None:
            return False
        by = self.chance.choice(self.cast.seniors)
        outcome, amount = self._ruling(case)
        verb = partial(
            disputes.decide_appeal, claim=self._claim(case), by=by, outcome=outcome, reason="terms_say_so",
            statement="So it is.", amount=amount, at=self.now,
        )  # fmt: skip
        settlement = settlement_of(case.piece.merchant, CURRENCY)
        before = self.books.held(settlement)
        if self._act(verb, allowed=case.decided_by != by.pk):
            case.is_decided_on_appeal(outcome, amount or 0, self.now)
            self.model.made_good += max(0, checks.read_books().held(settlement) - before)
        return None

    def _ruling(self, case: Case) -> tuple[str, int | None]:
        outcome = self.chance.choice(["consumer", "merchant", "split", "no_fault"])
        if outcome == "merchant" or case.amount < 2:  # noqa: PLR2004 nothing to split
            return "merchant", None
        if outcome == "split":
            return outcome, self.chance.randrange(1, case.amount)
        return outcome, self.chance.choice([case.amount, self.chance.randrange(1, case.amount + 1)])

    def evidence_and_words(self) -> bool | None:
        case = self._some(UNDECIDED)
        if case is None:
            return False
        whose = self.chance.choice(["consumer", "merchant"])
        if self.chance.random() < 1 / 2:
            file = SimpleUploadedFile("receipt.pdf", A_PDF)
            self._act(self._verb(disputes.give_evidence, case, whose, kind="receipt", file=file), allowed=None)
        else:
            self._act(self._verb(disputes.say, case, whose, body="Hello."))
        return None

    def a_stranger_tries(self) -> bool | None:
        case = self._some(UNDECIDED | FINAL | {"decided", "appeal_review"})
        if case is None:
            return False
        verbs: list[Callable[..., Any]] = [disputes.withdraw, partial(disputes.escalate, statement="Mine.")]
        verb = self.chance.choice(verbs)
        self._act(partial(verb, claim=self._claim(case), by=self.cast.stranger, at=self.now), allowed=False)
        return None

    def merchant_refunds_unasked(self) -> None:
        piece = self.chance.choice(list(self.model.pieces.values()))
        left = piece.paid - piece.taken
        amount = self.chance.randrange(1, piece.paid + 1)
        owner = self.cast.merchants[piece.merchant]
        verb = partial(disputes.refund_unasked, line=piece.line, by=owner, amount=amount, at=self.now)
        if self._act(verb, allowed=False if amount > left else None):
            piece.given += amount
            self.model.desk[piece.consumer, piece.merchant] += amount

    # --- what finance does ----------------------------------------------------------------------------

    def an_order_arrives(self) -> None:
        buy(self.cast, self.model, self.chance, now=self.now)

    def finance_moves_money(self) -> None:
        merchant, amount, money = self._merchant(), self.chance.randrange(1, 900_00), self._money()
        settlement = settlement_of(merchant.pk, CURRENCY)
        match self.chance.choice(["fill", "pay in", "floor", "recover", "stop"]):
            case "fill":
                self._fill_the_fund(amount)
            case "pay in":
                self._pay_in(merchant.pk, amount)
            case "floor":
                floor = self.chance.choice([None, self.books.held(settlement) - amount, -20_000_00])
                self._act(partial(set_floor, account=settlement, floor=floor), allowed=None)
            case "recover":
                self._act(partial(fund.recover, merchant=merchant, amount=amount, **money), allowed=None)
            case "stop":
                self._turn_the_switch()

    def the_fund_helps(self) -> None:
        """It pays first, and later somebody bears it; or it gives of its own, in a lane of its own."""
        merchant, amount, money = self._merchant(), self.chance.randrange(1, 900_00), self._money()
        payee = self.chance.choice(self.cast.consumers)
        payment = money | {"payee": payee, "amount": amount, "gateway": self.chance.choice(["wallet", "sandbox"])}
        match self.chance.choice(["advance", "grant", "grant", "charge", "bear"]):
            case "advance":
                enough = amount <= self.books.in_special_budget()
                if self._act(partial(fund.pay_from_fund, as_expense=False, **payment), allowed=enough):
                    self.model.advanced[payee.pk] += amount
            case "grant":
                cost, kind = compensation_expense(CURRENCY), TransferKind.EXPENSE
                self._act(partial(request_draw, DrawRequest(budget="special", cost=cost, kind=kind, **payment)))
                self.model.granted[payee.pk] += amount
            case "charge" if open_ := min(amount, self.books.advances()):
                self._act(partial(fund.charge, merchant=merchant, amount=open_, **money))
                self.model.charged[merchant.pk] += open_
            case "bear" if open_ := min(amount, self.books.advances()):
                self._act(partial(fund.bear, amount=open_, **money))
                self.model.borne += open_

    def _merchant(self) -> Merchant:
        return self.chance.choice(list(self.cast.merchants.values())).membership.merchant

    def _money(self) -> dict[str, Any]:
        return {"key": f"sim:{len(self.trail)}", "currency": CURRENCY, "at": self.now}

    def _turn_the_switch(self) -> None:
        turn = resume_payouts if self.model.stopped else stop_payouts
        self._act(partial(turn, because="A drill.", by=self.cast.finance[0], at=self.now))
        self.model.stopped = not self.model.stopped

    def _fill_the_fund(self, amount: int) -> None:
        if amount:
            key = f"sim:fund:{self.model.funded}"
            money: dict[str, Any] = {"currency": CURRENCY, "at": self.now}
            fund.fund(amount=amount, key=key, **money)
            fund.budget(budget="special", amount=amount, key=f"{key}:budget", **money)
            self.model.funded += amount

    def _pay_in(self, merchant: int, amount: int) -> None:
        if amount:
            sides: dict[str, Any] = {"debit": client_cash(CURRENCY), "credit": settlement_of(merchant, CURRENCY)}
            key = f"sim:sales:{merchant}:{self.model.settled_in[merchant]}"
            post(Posting(key=key, amount=amount, kind=TransferKind.SETTLEMENT, happened_at=self.now, **sides))
            self.model.settled_in[merchant] += amount

    # --- the sweeps -----------------------------------------------------------------------------------

    def deadlines_pass(self) -> None:
        late = list(self.model.due(self.now))
        died = self._swept(partial(time_out_due, now=self.now, limit=500))
        statuses = dict(Claim.objects.filter(number__in=[case.number for case in late]).values_list("number", "status"))
        levels = dict(Claim.objects.filter(number__in=[case.number for case in late]).values_list("number", "level"))
        for case in late:
            unmoved = statuses[case.number] == case.status and levels[case.number] == case.level
            if not (died and unmoved):
                case.time_passes(self.now)

    def reminders_go_out(self) -> None:
        remind_of_deadlines(now=self.now)
        self.model.remind(self.now)

    def debts_are_paid(self) -> None:
        if not self._swept(partial(pay_debts, now=self.now)):
            checks.no_debt_the_fund_could_pay()

    def the_fund_pays(self) -> None:
        self._swept(partial(post_draws, now=self.now))

    def payouts_are_sent(self) -> None:
        """Unless the senders are down: now and then for longer than the provider remembers a key."""
        if self.now < self.senders_back_at and not self.provider.well:
            return
        if self.chance.random() < 1 / 30:
            self.senders_back_at = self.now + timedelta(hours=self.chance.choice([1, 25, 30]))
        take_over_from_the_dead(now=self.now)
        known = len(self.provider.payments)
        for _ in range(self.chance.choice([1, 3, MOST_SENDS])):
            sender = partial(send_next, now=self.now)
            if self.chance.random() < 1 / 12:
                self._raise_all(at_once(sender, sender, sender))
            elif not self._may_die(sender):
                break
        if self.model.stopped and len(self.provider.payments) > known:
            raise Unexpected("a new payout was sent although all are stopped")

    def provider_tells(self) -> None:
        for event_id, body in self._some_of(self.provider.events):
            headers = sign(SECRET, event_id=event_id, at=self.now, body=body)
            hear = partial(receive_webhook, gateway="sandbox", headers=headers, now=self.now)
            if self.chance.random() < 1 / 10:
                checks.refused_without_a_trace(partial(hear, body=body + b" "), BadSignature)
                late = self.now + timedelta(minutes=6)
                checks.refused_without_a_trace(partial(hear, body=body, now=late), BadSignature)
            hear(body=body)
        self._swept(partial(handle_events, now=self.now))

    def _some_of(self, events: list[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
        """In any order and any number of times: providers promise no better."""
        return self.chance.choices(events[-12:], k=self.chance.randrange(6)) if events else []

    def _swept(self, sweep: Callable[[], Any]) -> bool:
        """Whether the sweep died on the way; now and then two run at the same time."""
        if self.chance.random() < 1 / 12:
            self._raise_all(at_once(sweep, sweep))
            return False
        return self._may_die(sweep) is Died

    def _may_die(self, call: Callable[[], Any]) -> Any:
        """What the call gave, or Died when this process was killed in it."""
        if self.chance.random() >= 1 / 10:
            return call()
        with self._death_after(self.chance.randrange(1, 7)):
            try:
                return call()
            except Died:
                self.trail.append("   died")
                connection.close()
                return Died

    @contextmanager
    def _death_after(self, points: int) -> Iterator[None]:
        left = points

        def die_at_last(name: str) -> None:
            nonlocal left
            left -= 1
            if left == 0:
                raise Died(name)

        crash_points.watch(die_at_last)
        try:
            yield
        finally:
            crash_points.unwatch(die_at_last)

    def _raise_all(self, outcomes: list[Any]) -> None:
        for outcome in outcomes:
            if isinstance(outcome, Exception):
                raise outcome

    # --- finding things -------------------------------------------------------------------------------

    def _some(self, statuses: set[str]) -> Case | None:
        fitting = [case for case in self.model.cases.values() if case.status in statuses]
        return self.chance.choice(fitting) if fitting else None

    def _in_time(self, case: Case) -> bool:
        return case.due_at is not None and self.now < case.due_at

    def _verb(self, verb: Callable[..., Any], case: Case, whose: str, **more: Any) -> Callable[[], Any]:
        by = self._person(case.piece.consumer) if whose == "consumer" else self.cast.merchants[case.piece.merchant]
        return partial(verb, claim=self._claim(case), by=by, at=self.now, **more)

    def _claim(self, case: Case) -> Claim:
        self.trail[-1] += f" {case.number} ({case.status})"
        return Claim.objects.get(number=case.number)

    def _person(self, number: int) -> User:
        return next(person for person in self.cast.consumers if person.pk == number)


VERBS: dict[Callable[[Walk], bool | None], int] = {
    Walk.file: 26,
    Walk.merchant_acts: 20,
    Walk.consumer_acts: 20,
    Walk.agent_decides: 8,
    Walk.somebody_appeals: 5,
    Walk.senior_decides_the_appeal: 5,
    Walk.evidence_and_words: 2,
    Walk.a_stranger_tries: 2,
    Walk.merchant_refunds_unasked: 5,
    Walk.an_order_arrives: 5,
    Walk.finance_moves_money: 7,
    Walk.the_fund_helps: 6,
}
# How likely each runs in a tick.
SWEEPS: dict[Callable[[Walk], None], float] = {
    Walk.deadlines_pass: 1 / 2,
    Walk.reminders_go_out: 1 / 10,
    Walk.debts_are_paid: 1 / 3,
    Walk.the_fund_pays: 1 / 3,
    Walk.payouts_are_sent: 2 / 3,
    Walk.provider_tells: 1 / 2,
}
