"""What the rules say a consumer is owed for a line and a reason, before anything is claimed.

The order page, the API and filing all ask here, so what was shown is what is filed. An order of any number of lines
and reasons takes the same few queries.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import QuerySet

from compensation.actions.capping import CAPS, Wanted, counted_for, left_of
from compensation.caps import Allowed
from compensation.options import LINE_RELATED, Option, Options, circumstances, options
from compensation.schemes.frame import Circumstances
from compensation.schemes.registry import particulars_of, reasons_of
from disputes.earlier import MONEY_BACK, Earlier, earlier_of
from orders.models import Line, Order
from policies.models import Version
from policies.traces import Verdict, public_trace
from policies.words import Remedy, Settles
from refunds.rules import RefundFacts


@dataclass(frozen=True, kw_only=True)
class Entitlement:
    """One remedy on offer. `amount` (minor units) is all of it, `compensation` the part beyond what was paid.

    Where an agent decides, `amount` is the most the agent may award. Where a cap on compensation cut something off,
    both sums are what is left, and `cap` says which cap it was and what counted before.
    """

    line: Line
    reason: str
    option: Option
    amount: int
    compensation: int
    quantity: int
    cap: Allowed | None = None

    @property
    def cut(self) -> int:
        """What a cap cut off what the rule gave, in minor units."""
        return self.verdict.compensation - self.compensation if self.cap else 0

    @property
    def verdict(self) -> Verdict:
        return self.option.verdict

    @property
    def version(self) -> Version:
        return self.option.version

    @property
    def facts(self) -> object:
        return self.option.facts

    @property
    def remedy(self) -> Remedy:
        return self.verdict.remedy

    @property
    def settles(self) -> Settles:
        return self.verdict.settles

    @property
    def currency(self) -> str:
        return self.verdict.currency

    @property
    def because(self) -> str:
        """The code of the reason; policies.wording has its sentence."""
        return self.verdict.because

    @property
    def cash_amount(self) -> int:
        """What may be had in money instead of a coupon, in minor units; 0 for every other remedy."""
        shown = self.verdict.values.get("cash") if self.remedy == Remedy.COUPON else None
        return min(shown["amount"], self.amount) if shown else 0

    @property
    def trace(self) -> dict[str, Any]:
        """How it came about, as plain data, without what the consumer must not know of the merchant."""
        return public_trace(self.verdict)


def lines_of(order: Order) -> QuerySet[Line]:
    """The order's lines with all that the rules look at."""
    return Line.objects.filter(order=order).select_related(*LINE_RELATED)


def entitlements(order: Order, *, now: datetime, lines: Sequence[Line] | None = None) -> list[Entitlement]:
    """All that is owed for the order: line by line, reason by reason, the best remedy first.

    `lines` are some of `lines_of(order)`, for a page that shows no more of them.
    """
    if lines is None:
        lines = list(lines_of(order).order_by("position"))
    earlier = earlier_of(lines)
    around = circumstances(order, now=now, lines=lines, claimed=earlier.causes)
    found = (
        entitlement
        for line in lines
        for reason in reasons_of(line)
        for entitlement in _offered(
            line,
            reason,
            options(line, reason=reason, circumstances=around, now=now, claims_filed=earlier.filed.get(line.pk, 0)),
            earlier,
        )
    )
    return within_caps(found, around, at=now)


def owed(
    line: Line,
    *,
    reason: str,
    now: datetime,
    quantity: int | None = None,
    amount: int | None = None,
    particulars: Mapping[str, Any] | None = None,
) -> list[Entitlement]:
    """The same for one line and reason, and for a part of the line if `quantity` or `amount` name one.

    `particulars` are what the consumer added, in plain form. Raises Misshapen when they do not fit.
    """
    judged = _judged(line, reason, now=now, particulars=particulars, quantity=quantity, amount=amount)
    return within_caps(_offered(judged.line, reason, judged.options, judged.earlier), judged.around, at=now)


def why_nothing(
    line: Line, *, reason: str, now: datetime, particulars: Mapping[str, Any] | None = None
) -> Verdict | None:
    """Why nothing is owed for the line and reason; None when the rules would give something."""
    return _judged(line, reason, now=now, particulars=particulars).options.refusal


class _Judged(NamedTuple):
    line: Line
    options: Options
    around: Circumstances
    earlier: Earlier


def _judged(
    line: Line, reason: str, *, now: datetime, particulars: Mapping[str, Any] | None, **part: int | None
) -> _Judged:
    line = Line.objects.select_related(*LINE_RELATED).get(pk=line.pk)
    earlier = earlier_of([line])
    around = circumstances(line.order, now=now, lines=[line], claimed=earlier.causes)
    found = options(
        line,
        reason=reason,
        circumstances=around,
        now=now,
        claims_filed=earlier.filed.get(line.pk, 0),
        particulars=particulars_of(reason, line.order.kind, particulars),
        **part,
    )
    return _Judged(line, found, around, earlier)


def _offered(line: Line, reason: str, found: Options, earlier: Earlier) -> Iterator[Entitlement]:
    """What can be filed: not what is worth nothing, is made good or claimed already, or was denied by a claim."""
    if earlier.denies(line, reason):
        return iter(())
    entitled = (entitlement_of(line, reason, it) for it in found.offered if is_open(line, it.verdict.remedy))
    return (
        it
        for it in entitled
        if (it.amount or it.remedy not in MONEY_BACK)
        and not earlier.makes_good(line, reason, it.remedy, pieces=it.quantity)
    )


def is_open(line: Line, remedy: str) -> bool:
    """Whether money back can still be claimed: not once all pieces were settled, even if not for their whole price."""
    return remedy not in MONEY_BACK or line.refundable_quantity > 0 or not line.quantity_taken


def entitlement_of(line: Line, reason: str, option: Option) -> Entitlement:
    """The option as something to claim. Where the rule left the sum to an agent, it is at most what was paid."""
    verdict, facts = option.verdict, option.facts
    amount = verdict.amount or (line.refundable if verdict.settles == Settles.BY_AGENT else 0)
    if isinstance(facts, RefundFacts):
        quantity = facts.asked_quantity
    else:
        quantity = line.refundable_quantity if amount > verdict.compensation else 0
    return Entitlement(
        line=line, reason=reason, option=option, amount=amount, compensation=verdict.compensation, quantity=quantity
    )


def within_caps(found: Iterable[Entitlement], around: Circumstances, *, at: datetime) -> list[Entitlement]:
    """What the caps on compensation leave of each by itself. One query where there is any compensation, else none.

    What they leave nothing of is left out.
    """
    owed = list(found)
    capped = [one for one in owed if is_capped(one)]
    version = around.versions.get(CAPS)
    if not capped or version is None:
        return owed
    order = capped[0].line.order
    counted = counted_for([order.consumer_id], orders=[order.pk], at=at)[order.consumer_id]
    left = {id(one): left_of(wanted_of(one, around), counted, at=at) for one in capped}
    cut = (cut_to(one, left.get(id(one))) for one in owed)
    return [one for one in cut if one.amount or not one.cut]


def is_capped(entitlement: Entitlement) -> bool:
    """Whether something of it goes beyond the price; the freight of a return is not compensation."""
    return entitlement.compensation > 0 and entitlement.remedy not in MONEY_BACK


def wanted_of(entitlement: Entitlement, around: Circumstances, *, key: str = "") -> Wanted:
    """What it asks of the caps, under the key of its cause."""
    return Wanted(
        key=key,
        line=entitlement.line,
        scheme=entitlement.verdict.rule,
        amount=entitlement.compensation,
        version=around.versions.get(CAPS),
    )


def cut_to(entitlement: Entitlement, left: Allowed | None) -> Entitlement:
    """What is left of it."""
    if left is None or left.amount >= entitlement.compensation:
        return entitlement
    cut = entitlement.compensation - left.amount
    return replace(entitlement, amount=entitlement.amount - cut, compensation=left.amount, cap=left)
