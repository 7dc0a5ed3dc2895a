"""When money goes back, and how fast: the rules of refunds and returns. Pure: frozen facts and `now` in, a verdict out.

Four rules look at the same facts, and a consumer is offered the best of what they grant (policies.precedence):
`lightning_refund` pays at once within everybody's limits, `refund_without_return` pays at once where the merchant's
own rule says that the goods may be kept, `return_first` pays when the goods came back, and `ask_merchant`, which
applies to all that is left, gives the merchant the first word.

Amounts are minor units of the order's currency. A window is half-open: it is over at its last moment.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import combinations
from typing import ClassVar

from common.money import major_units, share
from policies.shapes import Amounts, Misshapen
from policies.traces import Step, Test, Trace, Verdict, all_passed, grant, money, refuse
from policies.words import REASONS, REASONS_FOR, Reason, Remedy, Settles

# --- facts ---------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class OwnRule:
    """A merchant's own rule: refund without return when the price of one piece, the category and the reason all fit.

    The price range is half-open, in minor units; no category means every category.
    """

    name: str
    price_from: int
    price_until: int
    categories: tuple[str, ...]
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, kw_only=True)
class RefundFacts:
    """All that the rules may look at when a consumer wants money back for one line.

    `asked` and `asked_quantity` are what the consumer wants back; 0 pieces means a sum of money only.
    `fulfilled_at` is when the goods were delivered, the stay or what was booked ended, or the voucher or card expires
    (None: no delivery is on record, or the card has no end).
    `paid_by_lightning` is what lightning refunds brought this consumer in the 24 hours before, and
    `settlement_covers` whether the merchant's settlement can give what is asked.
    `own_limit` is the merchant's limit for one lightning refund (None: takes part without one, or takes no part).
    """

    order_kind: str
    reason: str
    category: str
    currency: str
    paid: int
    refundable: int
    quantity: int
    refundable_quantity: int
    asked: int
    asked_quantity: int
    bought_at: datetime
    fulfilled_at: datetime | None
    redeemed: bool
    standing: int
    paid_by_lightning: int
    settlement_covers: bool
    claims_filed: int
    in_lightning: bool
    own_limit: int | None
    own_rules: tuple[OwnRule, ...]
    pays_freight_always: bool


# --- what a merchant may enrol with ----------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class LightningEnrolment:
    """A merchant's own limit for one lightning refund; absent, only the platform's limits count."""

    per_claim: Amounts | None = None


@dataclass(frozen=True, kw_only=True)
class OwnRuleTerms:
    """A merchant's own rule as it writes it: prices in major units of one currency."""

    name: str
    price_from: Amounts
    price_until: Amounts
    categories: tuple[str, ...] = ()
    reasons: tuple[Reason, ...]

    def __post_init__(self) -> None:
        if not self.reasons:
            raise Misshapen("reasons", "empty")
        currencies = set(self.price_from.by_currency)
        if len(currencies) != 1 or currencies != set(self.price_until.by_currency):
            raise Misshapen("price_until", "not_one_currency")
        if self.price_from.of(self.currency) >= self.price_until.of(self.currency):
            raise Misshapen("price_until", "range_is_empty")

    @property
    def currency(self) -> str:
        return next(iter(self.price_from.by_currency))

    def in_minor_units(self) -> OwnRule:
        return OwnRule(
            name=self.name,
            price_from=self.price_from.of(self.currency),
            price_until=self.price_until.of(self.currency),
            categories=self.categories,
            reasons=self.reasons,
        )


@dataclass(frozen=True, kw_only=True)
class WithoutReturnEnrolment:
    """A merchant's own rules. No two of them may fit the same piece: the second is refused, and the first named."""

    rules: tuple[OwnRuleTerms, ...] = ()

    def __post_init__(self) -> None:
        for one, other in combinations(enumerate(self.rules), 2):
            if conflict(one[1], other[1]):
                raise Misshapen(f"rules[{other[0]}]", "conflicts_with", rule=other[1].name, other=one[1].name)

    def rules_in(self, currency: str) -> tuple[OwnRule, ...]:
        return tuple(rule.in_minor_units() for rule in self.rules if rule.currency == currency)


@dataclass(frozen=True, kw_only=True)
class ReturnFirstEnrolment:
    """Whether the merchant pays the freight of every return, also when the consumer only changed their mind."""

    pays_freight_always: bool = False


def conflict(one: OwnRuleTerms, other: OwnRuleTerms) -> bool:
    """Whether some piece, in some category, for some reason, would fit both rules."""
    currency = one.currency
    return (
        currency == other.currency
        and one.price_from.of(currency) < other.price_until.of(currency)
        and other.price_from.of(currency) < one.price_until.of(currency)
        and (not one.categories or not other.categories or bool({*one.categories} & {*other.categories}))
        and bool({*one.reasons} & {*other.reasons})
    )


# --- terms ---------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class StandingLimit:
    """What a consumer of at least this standing gets at once: for one claim, and within 24 hours."""

    standing: int
    per_claim: Amounts
    per_day: Amounts


@dataclass(frozen=True, kw_only=True)
class LightningTerms:
    """Terms of `lightning_refund`. A limit that is absent does not limit; a currency absent from a limit has 0.

    `window_days` by kind of order; a kind that is absent is not covered. `undelivered_after_days` is how long after
    buying a consumer waits before goods count as not received. `pieces_for_nothing`: history knows pieces that were
    given back for a sum that rounds to nothing, or that nothing is left of.
    """

    enrolment: ClassVar = LightningEnrolment

    version: int
    merchant_must_enrol: bool
    reasons: tuple[Reason, ...]
    window_days: Mapping[str, int]
    undelivered_after_days: int = 0
    consumer_limits: tuple[StandingLimit, ...] | None = None
    limit_per_claim: Amounts | None = None
    pieces_for_nothing: bool = False

    def __post_init__(self) -> None:
        standings = [limit.standing for limit in self.consumer_limits or ()]
        if self.consumer_limits is not None and (standings != sorted(set(standings)) or standings[:1] != [0]):
            raise Misshapen("consumer_limits", "not_ascending_from_zero")

    def allows(self, own: LightningEnrolment) -> None:
        """Raises Misshapen for a limit of the merchant's own above the platform's, which would never be reached."""
        if own.per_claim is None or self.limit_per_claim is None:
            return
        for currency, limit in own.per_claim.by_currency.items():
            most = self.limit_per_claim.of(currency)
            if limit > most:
                raise Misshapen(
                    f"per_claim.{currency}",
                    "above_the_platform",
                    value=major_units(limit, currency),
                    limit=major_units(most, currency),
                )


@dataclass(frozen=True, kw_only=True)
class WithoutReturnTerms:
    """Terms of `refund_without_return`: what the platform allows merchants' own rules to do."""

    enrolment: ClassVar = WithoutReturnEnrolment

    version: int
    reasons: tuple[Reason, ...]
    window_days: int
    limit_per_claim: Amounts | None = None

    def allows(self, own: WithoutReturnEnrolment) -> None:
        """Raises Misshapen for a rule of the merchant's own that covers a reason the platform does not allow."""
        for number, rule in enumerate(own.rules):
            for place, reason in enumerate(rule.reasons):
                if reason not in self.reasons:
                    known = ", ".join(self.reasons)
                    path = f"rules[{number}].reasons[{place}]"
                    raise Misshapen(path, "not_allowed_here", value=reason, known=known)


@dataclass(frozen=True, kw_only=True)
class ReturnFirstTerms:
    """Terms of `return_first`. `at_fault` are the merchant's faults, where it pays the flat `freight`; `by_choice`
    the reasons that are the consumer's own."""

    enrolment: ClassVar = ReturnFirstEnrolment

    version: int
    at_fault: tuple[Reason, ...]
    at_fault_days: int
    by_choice: tuple[Reason, ...]
    by_choice_days: int
    kept_categories: tuple[str, ...]
    freight: Amounts


@dataclass(frozen=True, kw_only=True)
class AskMerchantTerms:
    """Terms of `ask_merchant`: until when a claim may be filed, by kind of order, and how many for one line."""

    version: int
    window_days: Mapping[str, int]
    claims_per_line: int


# --- how much is asked -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Asked:
    """A part of a line: minor units, and how many pieces they stand for (0: a sum of money only)."""

    amount: int
    quantity: int


def asked_of(
    *, paid: int, quantity: int, refundable: int, refundable_quantity: int, pieces: int | None, amount: int | None
) -> Asked:
    """What a consumer who names pieces, an amount, both or neither asks for.

    Neither: all that is left. Pieces only: their share of what was paid, rounded half up, never more than is left, and
    all that is left with the last of them, so that claims piece by piece add up to the whole.
    """
    if pieces is None and amount is None:
        return Asked(refundable, refundable_quantity)
    if amount is not None:
        return Asked(amount, pieces or 0)
    if pieces == refundable_quantity:
        return Asked(refundable, refundable_quantity)
    pieces = pieces or 0
    return Asked(min(share(paid, pieces, quantity), refundable), pieces)


# --- the rules -------------------------------------------------------------------------------------


def lightning_refund(facts: RefundFacts, terms: LightningTerms, now: datetime) -> Verdict:
    """Paid at once, out of the merchant's settlement, when the sum is small enough for everyone concerned.

    Practice of the large marketplaces (a limit for each consumer by standing, one of the merchant, one of the
    platform).
    """
    tests = (
        *_takes_part(terms, facts),
        Test("reason_is_covered", facts.reason in terms.reasons, {"reason": facts.reason}),
        _window(facts, terms.window_days.get(facts.order_kind, 0), now),
        *_delivery(facts, terms, now),
        *_voucher(facts),
        _amount_is_left(facts, pieces_for_nothing=terms.pieces_for_nothing),
        *_within_consumer_limits(facts, terms),
        *_within("within_merchant_limit", facts, facts.own_limit),
        *_within("within_platform_limit", facts, _limit(terms.limit_per_claim, facts.currency)),
        Test("settlement_covers_it", facts.settlement_covers, {}),
    )
    return _money_back(
        Trace("lightning_refund", terms.version, facts, tests, _refund_steps(facts, tests)),
        facts,
        remedy=Remedy.REFUND,
        settles=Settles.AT_ONCE,
        because="within_all_limits",
    )


def refund_without_return(facts: RefundFacts, terms: WithoutReturnTerms, now: datetime) -> Verdict:
    """Paid at once and the goods may be kept, because the merchant's own rule says so.

    Price range x category x reason, at most one rule for each piece; practice of marketplaces' returnless refunds.
    """
    rule = _fitting_rule(facts)
    values = {"price": _price_of_a_piece(facts), "rule": rule.name if rule else ""}
    tests = (
        Test("own_rule_fits", rule is not None, values),
        Test("reason_is_covered", facts.reason in terms.reasons, {"reason": facts.reason}),
        _window(facts, terms.window_days, now),
        _amount_is_left(facts),
        *_within("within_platform_limit", facts, _limit(terms.limit_per_claim, facts.currency)),
        Test("settlement_covers_it", facts.settlement_covers, {}),
    )
    return _money_back(
        Trace("refund_without_return", terms.version, facts, tests, _refund_steps(facts, tests)),
        facts,
        remedy=Remedy.REFUND,
        settles=Settles.AT_ONCE,
        because="merchant_lets_it_be_kept",
    )


def return_first(facts: RefundFacts, terms: ReturnFirstTerms, now: datetime) -> Verdict:
    """Paid when the goods came back. Freight is paid where the merchant is at fault, or always if it promised so.

    Seven days without a reason: Consumer Rights Protection Law of the PRC, art. 25, with its excepted categories;
    faulty goods: art. 24.
    """
    at_fault = facts.reason in terms.at_fault
    days = terms.at_fault_days if at_fault else terms.by_choice_days
    tests = (
        Test("goods_can_go_back", facts.order_kind == "goods", {}),
        Test("reason_is_covered", at_fault or facts.reason in terms.by_choice, {"reason": facts.reason}),
        Test("goods_arrived", facts.fulfilled_at is not None, {}),
        Test(
            "category_can_go_back",
            at_fault or facts.category not in terms.kept_categories,
            {"category": facts.category},
        ),
        _window(facts, days, now),
        Test("pieces_to_send", facts.asked_quantity > 0, {"count": facts.asked_quantity}),
        _amount_is_left(facts),
    )
    freight = terms.freight.of(facts.currency) if at_fault or facts.pays_freight_always else 0
    steps = _refund_steps(facts, tests)
    if steps and freight:
        steps = (*steps, Step("freight", freight, {}))
    return _money_back(
        Trace("return_first", terms.version, facts, tests, steps),
        facts,
        remedy=Remedy.RETURN,
        settles=Settles.AFTER_RETURN,
        because="return_with_freight" if freight else "return_at_own_cost",
        compensation=freight,
    )


def ask_merchant(facts: RefundFacts, terms: AskMerchantTerms, now: datetime) -> Verdict:
    """The default: the merchant answers, and its silence decides for the consumer."""
    tests = (
        Test("reason_fits_the_order", _fits(facts), {"reason": facts.reason}),
        _window(facts, terms.window_days.get(facts.order_kind, 0), now),
        Test(
            "claims_left",
            facts.claims_filed < terms.claims_per_line,
            {"count": facts.claims_filed, "limit": terms.claims_per_line},
        ),
        _amount_is_left(facts),
    )
    return _money_back(
        Trace("ask_merchant", terms.version, facts, tests, _refund_steps(facts, tests)),
        facts,
        remedy=Remedy.REFUND,
        settles=Settles.AFTER_MERCHANT,
        because="merchant_answers_first",
    )


# --- tests -----------------------------------------------------------------------------------------


def _takes_part(terms: LightningTerms, facts: RefundFacts) -> Sequence[Test]:
    return (Test("merchant_takes_part", facts.in_lightning, {}),) if terms.merchant_must_enrol else ()


def _window(facts: RefundFacts, days: int, now: datetime) -> Test:
    """Counted from delivery, the end of the stay or the voucher's expiry, and from buying while none is known."""
    starts_at = facts.fulfilled_at or facts.bought_at
    return Test(
        "window_is_open",
        now < starts_at + timedelta(days=days),
        {"days": days, "since_at": starts_at, "until_at": starts_at + timedelta(days=days)},
    )


def _delivery(facts: RefundFacts, terms: LightningTerms, now: datetime) -> Sequence[Test]:
    """Goods that are said not to have come: no record of a delivery, and time enough for one."""
    if facts.reason != Reason.NOT_RECEIVED:
        return ()
    due_at = facts.bought_at + timedelta(days=terms.undelivered_after_days)
    return (
        Test("no_delivery_on_record", facts.fulfilled_at is None, {}),
        Test("delivery_is_overdue", now >= due_at, {"days": terms.undelivered_after_days, "since_at": facts.bought_at}),
    )


def _fits(facts: RefundFacts) -> bool:
    """What is no reason of refunds is the cause of a guarantee, which says itself what it fits."""
    return facts.reason in REASONS_FOR.get(facts.order_kind, ()) or facts.reason not in REASONS


def _voucher(facts: RefundFacts) -> Sequence[Test]:
    return (Test("voucher_is_unused", not facts.redeemed, {}),) if facts.order_kind == "voucher" else ()


def _amount_is_left(facts: RefundFacts, *, pieces_for_nothing: bool = False) -> Test:
    """A line whose price rounded to nothing can be refunded with nothing, as long as pieces of it are left."""
    for_nothing = facts.asked == 0 and (facts.paid == 0 or pieces_for_nothing)
    enough = 0 < facts.asked <= facts.refundable or (
        for_nothing and 0 < facts.asked_quantity <= facts.refundable_quantity
    )
    return Test(
        "amount_is_left",
        enough and facts.asked_quantity <= facts.refundable_quantity,
        {"asked": money(facts.asked, facts.currency), "left": money(facts.refundable, facts.currency)},
    )


def _within_consumer_limits(facts: RefundFacts, terms: LightningTerms) -> Sequence[Test]:
    if terms.consumer_limits is None:
        return ()
    limit = max(
        (limit for limit in terms.consumer_limits if limit.standing <= facts.standing), key=lambda it: it.standing
    )
    per_day = limit.per_day.of(facts.currency)
    return (
        *_within("within_consumer_limit", facts, limit.per_claim.of(facts.currency)),
        Test(
            "within_daily_limit",
            facts.paid_by_lightning + facts.asked <= per_day,
            {
                "asked": money(facts.asked, facts.currency),
                "limit": money(per_day, facts.currency),
            },
        ),
    )


def _within(code: str, facts: RefundFacts, limit: int | None) -> Sequence[Test]:
    """Whether what is asked is at most the limit; nothing to test where there is none."""
    if limit is None:
        return ()
    values = {"asked": money(facts.asked, facts.currency), "limit": money(limit, facts.currency)}
    return (Test(code, facts.asked <= limit, values),)


def _limit(amounts: Amounts | None, currency: str) -> int | None:
    return None if amounts is None else amounts.of(currency)


def _fitting_rule(facts: RefundFacts) -> OwnRule | None:
    """The merchant's rule for this piece. Prices are compared for the whole line, so that no rounding decides."""
    return next(
        (
            rule
            for rule in facts.own_rules
            if rule.price_from * facts.quantity <= facts.paid < rule.price_until * facts.quantity
            and facts.reason in rule.reasons
            and (not rule.categories or facts.category in rule.categories)
        ),
        None,
    )


def _price_of_a_piece(facts: RefundFacts) -> dict[str, object]:
    return money(share(facts.paid, 1, facts.quantity), facts.currency)


# --- the arithmetic --------------------------------------------------------------------------------


def _refund_steps(facts: RefundFacts, tests: Sequence[Test]) -> tuple[Step, ...]:
    """What the refund is made of; nothing when a test failed."""
    if not all_passed(tests):
        return ()
    paid = money(facts.paid, facts.currency)
    if facts.asked == facts.refundable:
        return (Step("all_that_is_left", facts.asked, {"paid": paid}),)
    if facts.asked_quantity and facts.asked == share(facts.paid, facts.asked_quantity, facts.quantity):
        return (
            Step(
                "share_of_the_price",
                facts.asked,
                {"paid": paid, "pieces": facts.asked_quantity, "quantity": facts.quantity},
            ),
        )
    return (Step("as_asked", facts.asked, {"paid": paid}),)


def _money_back(
    trace: Trace, facts: RefundFacts, *, remedy: Remedy, settles: Settles, because: str, compensation: int = 0
) -> Verdict:
    if not all_passed(trace.tests):
        return refuse(trace, remedy=remedy, settles=settles, currency=facts.currency)
    return grant(
        trace,
        remedy=remedy,
        settles=settles,
        currency=facts.currency,
        because=because,
        compensation=compensation,
        values={"asked": money(facts.asked, facts.currency)},
    )
