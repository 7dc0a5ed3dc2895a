"""A shop with sessions left on a card closes or refuses: what was not used is paid back, by the card's own arithmetic.

Pure. Amounts are minor units of the order's currency; what was used, what comes back and what came back before add up
to the price.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from compensation.schemes.session_card.arithmetic import unused_part
from policies.traces import Step, Test, Trace, Verdict, all_passed, grant, money, refuse
from policies.words import Reason, Remedy, Settles


@dataclass(frozen=True, kw_only=True)
class CardParticulars:
    """When the consumer was at the shop, where no closure is on record."""

    visited_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class ShopClosure:
    """A half-open period in which the shop is on record as closed; no end means until further notice."""

    starts_at: datetime
    ends_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class SessionCardFacts:
    """A card for several sessions at one shop, with `cause` store_closed or store_refused.

    `single_price` is what the card says a used session counts (None: its share of the price). `valid_until` None: the
    card has no end. `closures` are the shop's that run at the time of the claim; `visited_at` is when the consumer says
    to have been there.
    """

    cause: str
    currency: str
    paid: int
    refundable: int
    sessions: int
    bonus_sessions: int
    sessions_used: int
    single_price: int | None
    valid_until: datetime | None
    closures: tuple[ShopClosure, ...]
    visited_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class SessionCardTerms:
    """Terms of `session_card`: no merchant can leave it out.

    A shop has closed when a closure has no end or lasts longer than `closed_longer_than_days`. A claim comes before
    `window_days` have passed since the closure began or the consumer was there. `single_price_counts`: what the card
    says a used session counts is taken from the price; if not, its share of the price is.
    """

    version: int
    closed_longer_than_days: int
    window_days: int
    single_price_counts: bool


def session_card(facts: SessionCardFacts, terms: SessionCardTerms, now: datetime) -> Verdict:
    """What is left of the price when the sessions used are taken off it; sessions on top count like those paid for.

    Consumer Rights Protection Law of the PRC, art. 53: whoever took money in advance and does not provide what was
    agreed pays back what is left. A closure on record settles it at once.
    """
    closure = _long_closure(facts, terms, now)
    recorded = Test("card_closure_is_on_record", closure is not None, {"days": terms.closed_longer_than_days})
    since_at = closure.starts_at if closure else facts.visited_at or now
    left = facts.sessions + facts.bonus_sessions - facts.sessions_used
    tests = (
        Test("card_has_sessions_left", left > 0, {"count": left}),
        *_closed_for_long(facts, terms, closure, now),
        Test("card_visit_is_over", since_at <= now, {"visited_at": since_at}),
        _in_time(terms, since_at, now),
        *_valid(facts, since_at),
        Test("something_is_left", facts.refundable > 0, {"left": money(facts.refundable, facts.currency)}),
    )
    steps = _steps(facts, terms)
    used_up = Test("card_is_not_used_up", sum(step.amount for step in steps) > 0, {})
    tests = (*tests, used_up, recorded)
    settles = Settles.AT_ONCE if recorded.passed else Settles.AFTER_MERCHANT
    if not all_passed(test for test in tests if test is not recorded):
        trace = Trace("session_card", terms.version, facts, tests)
        failed = next(test for test in tests if not test.passed and test is not recorded)
        return refuse(trace, remedy=Remedy.REFUND, settles=settles, currency=facts.currency, because=failed)
    return grant(
        Trace("session_card", terms.version, facts, tests, steps),
        remedy=Remedy.REFUND,
        settles=settles,
        currency=facts.currency,
        because="card_shop_closed" if recorded.passed else "card_reported",
        values={"count": left},
    )


def _long_closure(facts: SessionCardFacts, terms: SessionCardTerms, now: datetime) -> ShopClosure | None:
    """The first of the closures that run now and count."""
    longest = timedelta(days=terms.closed_longer_than_days)
    return next(
        (it for it in _running(facts, now) if it.ends_at is None or it.ends_at - it.starts_at > longest),
        None,
    )


def _running(facts: SessionCardFacts, now: datetime) -> Sequence[ShopClosure]:
    return [it for it in facts.closures if it.starts_at <= now and (it.ends_at is None or now < it.ends_at)]


def _closed_for_long(
    facts: SessionCardFacts, terms: SessionCardTerms, closure: ShopClosure | None, now: datetime
) -> Sequence[Test]:
    """A shop that is on record as closed for a while opens again, and the card can be used then."""
    if closure or facts.cause != Reason.STORE_CLOSED:
        return ()
    return tuple(
        Test("card_closure_is_long", False, {"days": terms.closed_longer_than_days, "until_at": it.ends_at})  # noqa: FBT003 (the outcome of the test)
        for it in _running(facts, now)[:1]
    )


def _in_time(terms: SessionCardTerms, since_at: datetime, now: datetime) -> Test:
    until_at = since_at + timedelta(days=terms.window_days)
    return Test("card_window_is_open", now < until_at, {"days": terms.window_days, "until_at": until_at})


def _valid(facts: SessionCardFacts, since_at: datetime) -> Sequence[Test]:
    if facts.valid_until is None:
        return ()
    return (Test("card_was_valid", since_at < facts.valid_until, {"until_at": facts.valid_until}),)


def _steps(facts: SessionCardFacts, terms: SessionCardTerms) -> tuple[Step, ...]:
    """The price, what the sessions used count, and what came back before."""
    sessions = facts.sessions + facts.bonus_sessions
    single_price = facts.single_price if terms.single_price_counts else None
    unused = unused_part(paid=facts.paid, sessions=sessions, used=facts.sessions_used, single_price=single_price)
    if not unused:
        return ()
    return (
        Step("card_price", facts.paid, {}),
        *_used(facts, facts.paid - unused, single_price),
        *((Step("card_given_back_before", facts.refundable - unused, {}),) if unused > facts.refundable else ()),
    )


def _used(facts: SessionCardFacts, amount: int, single_price: int | None) -> tuple[Step, ...]:
    if not amount:
        return ()
    if single_price is None:
        total = facts.sessions + facts.bonus_sessions
        return (Step("card_sessions_used", -amount, {"count": facts.sessions_used, "sessions": total}),)
    values = {"count": facts.sessions_used, "single": money(single_price, facts.currency)}
    return (Step("card_sessions_used_singly", -amount, values),)
