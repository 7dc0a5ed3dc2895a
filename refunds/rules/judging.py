"""The four rules of refunds: their tests, and the arithmetic of what they grant. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from common.money import share
from policies.shapes import Amounts
from policies.traces import Step, Test, Trace, Verdict, all_passed, grant, money, refuse
from policies.words import REASONS, REASONS_FOR, Reason, Remedy, Settles
from refunds.rules.facts import OwnRule, RefundFacts
from refunds.rules.terms import AskMerchantTerms, LightningTerms, ReturnFirstTerms, WithoutReturnTerms


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
