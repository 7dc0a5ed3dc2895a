"""The facts there can be for the rules of refunds, so that their terms can be searched (docs/analyser.md).

One piece is claimed throughout. Price and what is asked are one axis where all of it is asked; a slice of its own asks
for a minor unit of any price. What a merchant has to do with it (it takes part, its settlement covers it) is as it has
to be for a refund: whatever the terms decide, they decide then.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from policies.analyser.declaration import Analysis, Axis, Slice, Whole, Words, moment_at
from policies.analyser.shows import as_money, as_span, as_trouble, as_yes_or_no, currencies_in
from policies.analyser.watched import SECONDS_A_DAY
from policies.words import REASONS_FOR, Reason
from refunds.rules import (
    AskMerchantTerms,
    LightningEnrolment,
    LightningTerms,
    OwnRule,
    RefundFacts,
    ReturnFirstEnrolment,
    ReturnFirstTerms,
    WithoutReturnEnrolment,
    WithoutReturnTerms,
)

START = datetime(2026, 1, 1, tzinfo=UTC)
ON_THE_WAY = timedelta(days=1)
MOST_MONEY = 10**13 + 1  # what terms can name, and one more
MOST_DAYS = 1_000_001
BEST_STANDING = 5
TROUBLES = tuple((kind, str(reason)) for kind, reasons in REASONS_FOR.items() for reason in reasons)

TROUBLE = Words(name="trouble", values=TROUBLES, label=_("What went wrong"), show=as_trouble)
DELIVERED = Words(name="delivered", values=(True, False), label=_("Delivered"), show=as_yes_or_no)
PRICE = Whole(name="price", least=1, most=MOST_MONEY, label=_("Price"), show=as_money)
ELAPSED = Whole(
    name="elapsed",
    least=0,
    most=MOST_DAYS * SECONDS_A_DAY,
    label=_("Time since delivery, else since buying"),
    show=as_span,
)


def currency_of(*terms: Any) -> Words:
    return Words(name="currency", values=currencies_in(*terms), label=_("Currency"))


def facts_at(point: Mapping[str, Any], **changes: Any) -> tuple[RefundFacts, Any]:
    """One piece at a price, all of it asked back, so long after it came (or was bought, when it never came)."""
    kind, reason = point["trouble"]
    price = point.get("price", 1)
    facts = RefundFacts(
        order_kind=kind,
        reason=reason,
        category=point.get("category", ""),
        currency=point.get("currency", "CNY"),
        paid=price,
        refundable=price,
        quantity=1,
        refundable_quantity=1,
        asked=price,
        asked_quantity=1,
        bought_at=START - ON_THE_WAY if point["delivered"] else START,
        fulfilled_at=START if point["delivered"] else None,
        redeemed=False,
        standing=point.get("standing", BEST_STANDING),
        paid_by_lightning=point.get("paid_before", 0),
        settlement_covers=True,
        claims_filed=point.get("claims_filed", 0),
        in_lightning=True,
        own_limit=None,
        own_rules=(),
        pays_freight_always=False,
    )
    return replace(facts, **changes), moment_at(START, point.get("elapsed", 0))


# --- lightning refund --------------------------------------------------------------------------------


def _lightning(terms: LightningTerms, own: LightningEnrolment | None) -> Sequence[Slice]:
    currency = currency_of(terms, own)
    own_limits = own.per_claim if own else None

    def facts(point: Mapping[str, Any], **changes: Any) -> tuple[RefundFacts, Any]:
        own_limit = own_limits.of(point["currency"]) if own_limits else None
        return facts_at(point, own_limit=own_limit, **changes)

    trouble = replace(TROUBLE, values=_told_apart(terms.reasons))
    standing = Whole(name="standing", least=0, most=BEST_STANDING, label=_("Standing of the consumer"))
    before = Whole(
        name="paid_before", least=0, most=MOST_MONEY, label=_("Paid by lightning refunds in 24 hours"), show=as_money
    )
    usual: list[Axis] = [trouble, currency, standing]

    def at_the_best_time(point: Mapping[str, Any], **changes: Any) -> tuple[RefundFacts, Any]:
        """Just delivered; what never came, as soon as it counts as that."""
        missing = point["trouble"][1] == Reason.NOT_RECEIVED
        waited = terms.undelivered_after_days * SECONDS_A_DAY if missing else 0
        return facts({**point, "delivered": not missing, "elapsed": waited}, **changes)

    return (
        Slice(axes=[trouble, currency, DELIVERED, ELAPSED], at=facts),
        Slice(axes=[*usual, PRICE], at=at_the_best_time),
        Slice(axes=[*usual, before], at=at_the_best_time),
        Slice(axes=usual, at=lambda point: at_the_best_time(point, asked=0, refundable=0, paid=1)),
    )


def _told_apart(reasons: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Reasons that the terms do not name are all alike to the rule: one for each kind of order stands for them."""
    others = {kind: (kind, reason) for kind, reason in reversed(TROUBLES) if reason not in reasons}
    return tuple(it for it in TROUBLES if it[1] in reasons or others[it[0]] == it)


lightning_refund = Analysis(
    slices=_lightning,
    more_is_never_less=("standing",),
    granted_for_every=("currency",),
    limits=("consumer_limits", "limit_per_claim", "per_claim"),
)


# --- refund without return ---------------------------------------------------------------------------

FITS_EVERYTHING = OwnRule(
    name="",
    price_from=0,
    price_until=MOST_MONEY + 1,
    categories=(),
    reasons=tuple(Reason),
)


def _without_return(terms: WithoutReturnTerms, own: WithoutReturnEnrolment | None) -> Sequence[Slice]:
    currency = currency_of(terms, own)
    named = sorted({category for rule in own.rules for category in rule.categories}) if own else []
    category = Words(name="category", values=(*named, "another"), label=_("Category"))
    delivered = replace(DELIVERED, values=(True,))

    def facts(point: Mapping[str, Any], **changes: Any) -> tuple[RefundFacts, Any]:
        rules = own.rules_in(point["currency"]) if own else (FITS_EVERYTHING,)
        return facts_at(point, own_rules=rules, **changes)

    usual: list[Axis] = [TROUBLE, currency, category, delivered]
    return (
        Slice(axes=[*usual, PRICE], at=facts),
        Slice(axes=[*usual, PRICE], at=lambda point: facts(point, asked=1, asked_quantity=0)),
        Slice(axes=[*usual, ELAPSED], at=facts),
    )


refund_without_return = Analysis(
    slices=_without_return,
    rows=("rules",),
    no_gap_along=("price",),
    limits=("limit_per_claim",),
)


# --- return first ------------------------------------------------------------------------------------


def _return_first(terms: ReturnFirstTerms, own: ReturnFirstEnrolment | None) -> Sequence[Slice]:
    category = Words(name="category", values=(*dict.fromkeys(terms.kept_categories), "another"), label=_("Category"))

    def facts(point: Mapping[str, Any]) -> tuple[RefundFacts, Any]:
        return facts_at(point, pays_freight_always=own.pays_freight_always if own else False)

    return (Slice(axes=[TROUBLE, currency_of(terms), category, DELIVERED, ELAPSED], at=facts),)


return_first = Analysis(slices=_return_first)


# --- ask the merchant --------------------------------------------------------------------------------


def _ask_merchant(terms: AskMerchantTerms, _own: None) -> Sequence[Slice]:
    filed = Whole(name="claims_filed", least=0, most=terms.claims_per_line + 1, label=_("Claims filed before"))
    return (Slice(axes=[TROUBLE, DELIVERED, ELAPSED, filed], at=facts_at),)


ask_merchant = Analysis(slices=_ask_merchant, granted_for_every=("trouble",))
