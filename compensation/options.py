"""What the rules say about one line and one reason: every rule's verdict, ranked for the consumer.

`circumstances` reads all that the rules look at besides the line, once for an order; `options` then judges without a
query, so a page can ask for every line and every reason.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from common.errors import Refusal
from compensation.facts import StoreRecord, closed_store_facts, stay_facts, store_records
from orders.models import Line, Order, OrderKind, Store
from policies.clocks import Clocks
from policies.in_force import judge, promised, terms_of
from policies.models import Version
from policies.precedence import ranked
from policies.traces import Verdict
from policies.words import Reason, Remedy
from refunds.facts import MoneyAround, money_around, refund_facts

# In this order the rules are asked; of two equal verdicts the first stands.
REFUND_RULES = ("lightning_refund", "refund_without_return", "return_first", "ask_merchant")
GUARANTEES = {
    Reason.NO_ROOM: "hotel_overbooking",
    Reason.WORSE_ROOM: "hotel_overbooking",
    Reason.STORE_CLOSED: "closed_store",
}
DEFAULT_RULE = "ask_merchant"
POLICIES = (*REFUND_RULES, *dict.fromkeys(GUARANTEES.values()), "clocks")

# What a line must come with (select_related), so that its options need no query.
LINE_RELATED = (
    "order__consumer",
    "order__merchant",
    "store",
    "voucher",
    "stay__room_type_reserved",
    "stay__room_type_assigned",
)


class NoTermsInForce(Refusal):
    """Nothing was promised yet when the order was placed: the policies are not loaded, or start later."""

    code = "no_terms_in_force"
    message = _("No terms were in force when this order was placed, so nothing can be claimed for it here.")


@dataclass(frozen=True)
class Circumstances:
    """The terms in force when the order was placed, and what is on record now."""

    versions: Mapping[str, Version]
    enrolments: Mapping[str, Any]
    money: MoneyAround
    stores: Mapping[int, StoreRecord]

    @property
    def clocks(self) -> Clocks:
        clocks: Clocks = terms_of(self.versions["clocks"])
        return clocks


@dataclass(frozen=True)
class Option:
    """A rule's verdict with what it was made from, ready to be recorded."""

    verdict: Verdict
    version: Version
    facts: Any


@dataclass(frozen=True)
class SetAside:
    """An option that is not offered: `not_granted`, or `beaten` by the rule of that name."""

    option: Option
    because: str
    beaten_by: str


@dataclass(frozen=True)
class Options:
    """What is offered, best first and each remedy once; what is not; and why nothing is, if so."""

    offered: tuple[Option, ...]
    set_aside: tuple[SetAside, ...]

    @property
    def best(self) -> Option | None:
        return self.offered[0] if self.offered else None

    def by(self, remedy: str) -> Option | None:
        return next((option for option in self.offered if option.verdict.remedy == remedy), None)

    def by_rule(self, rule: str) -> Option | None:
        """What the rule said, also when it granted nothing; the offered one where it was asked more than once."""
        everything = (*self.offered, *(aside.option for aside in self.set_aside))
        return next((option for option in everything if option.verdict.rule == rule), None)

    @property
    def refusal(self) -> Verdict | None:
        """Why nothing is offered, in the words of the default rule; None when something is."""
        default = None if self.offered else self.by_rule(DEFAULT_RULE)
        return default.verdict if default else None


def circumstances(order: Order, *, now: datetime, lines: Iterable[Line] | None = None) -> Circumstances:
    """All that the rules look at besides the line: two queries, and for vouchers one more and one for each store.

    `lines` are those that will be asked about, each with its store. Raises NoTermsInForce.
    """
    promises = promised(order.merchant_id, at=order.placed_at, market=order.market)
    if not {DEFAULT_RULE, "clocks"} <= promises.versions.keys():
        raise NoTermsInForce
    return Circumstances(
        versions=promises.versions,
        enrolments=promises.enrolments,
        money=money_around(order, now=now),
        stores=store_records(_stores(order, lines), now=now) if order.kind == OrderKind.VOUCHER else {},
    )


def _stores(order: Order, lines: Iterable[Line] | None) -> Iterator[Store]:
    for line in order.lines.select_related("store") if lines is None else lines:
        if line.store is not None:
            yield line.store


def options(
    line: Line,
    *,
    reason: Reason,
    circumstances: Circumstances,
    now: datetime,
    amount: int | None = None,
    quantity: int | None = None,
    claims_filed: int = 0,
) -> Options:
    """Judge one line for one reason by every rule in force. No query when the line came with LINE_RELATED.

    `amount` (minor units) and `quantity` are what the consumer asks for; neither means all that is left. A guarantee
    is judged for the whole line. `claims_filed` counts the earlier claims on the line.
    """
    facts = refund_facts(
        line,
        reason=reason,
        amount=amount,
        quantity=quantity,
        claims_filed=claims_filed,
        around=circumstances.money,
        enrolments=circumstances.enrolments,
    )
    asked = [*_guarantee(line, reason, circumstances), *((rule, facts) for rule in REFUND_RULES)]
    versions = circumstances.versions
    judged = [
        Option(judge(versions[rule], seen, now), versions[rule], seen) for rule, seen in asked if rule in versions
    ]
    option_of = {id(option.verdict): option for option in judged}
    ranking = ranked(option.verdict for option in judged)
    return Options(
        offered=tuple(option_of[id(verdict)] for verdict in ranking.offered),
        set_aside=tuple(
            SetAside(option_of[id(aside.verdict)], aside.because, aside.beaten_by) for aside in ranking.set_aside
        ),
    )


def _guarantee(line: Line, reason: Reason, around: Circumstances) -> Iterator[tuple[str, Any]]:
    """The guarantee for this reason with its facts, once for each way of keeping it."""
    guarantee = GUARANTEES.get(reason)
    stay, voucher, store = getattr(line, "stay", None), getattr(line, "voucher", None), line.store
    if guarantee == "hotel_overbooking" and stay:
        yield guarantee, stay_facts(line, stay, reason=reason, enrolments=around.enrolments)
    if guarantee == "closed_store" and voucher and store:
        for remedy in (Remedy.COMPENSATION, Remedy.ALTERNATIVE):
            yield (
                guarantee,
                closed_store_facts(
                    line,
                    voucher,
                    store,
                    remedy=remedy,
                    record=around.stores[store.pk],
                    enrolments=around.enrolments,
                ),
            )
