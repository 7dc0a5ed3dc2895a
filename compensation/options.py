"""What the rules say about one line and one reason: every rule's verdict, ranked for the consumer.

`circumstances` reads all that the rules look at besides the line, once for an order; `options` then judges without a
query, so a page can ask for every line and every reason.
"""

from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from common.errors import Refusal
from compensation.schemes.frame import Circumstances
from compensation.schemes.registry import SCHEMES, is_reason_of_refunds, line_related, schemes_for
from orders.models import Line, Order
from policies.in_force import judge, promised
from policies.models import Version
from policies.precedence import ranked
from policies.traces import Verdict
from refunds.facts import money_around, refund_facts

# In this order the rules are asked; of two equal verdicts the first stands.
REFUND_RULES = ("lightning_refund", "refund_without_return", "return_first", "ask_merchant")
DEFAULT_RULE = "ask_merchant"

# What a line must come with (select_related), so that its options need no query.
LINE_RELATED = ("order__consumer", "order__merchant", "store", "stay", "voucher", *line_related())


class NoTermsInForce(Refusal):
    """Nothing was promised yet when the order was placed: the policies are not loaded, or start later."""

    code = "no_terms_in_force"
    message = _("No terms were in force when this order was placed, so nothing can be claimed for it here.")


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
    """What is offered, best first and each remedy once; what is not; and why nothing is, if so.

    `of_a_guarantee`: a guarantee has the answer, to a cause that is no reason of refunds or was made good by it.
    """

    offered: tuple[Option, ...]
    set_aside: tuple[SetAside, ...]
    of_a_guarantee: bool = False

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
        """Why nothing is offered: in a guarantee's words for its own cause, else in those of the default rule."""
        if self.offered:
            return None
        option = next((it for it in self._refused if it.verdict.rule in SCHEMES), None) if self.of_a_guarantee else None
        option = option or self.by_rule(DEFAULT_RULE)
        return option.verdict if option else None

    @property
    def _refused(self) -> Iterator[Option]:
        return (aside.option for aside in self.set_aside)


def circumstances(
    order: Order,
    *,
    now: datetime,
    lines: Iterable[Line] | None = None,
    claimed: Mapping[int, Set[str]] | None = None,
) -> Circumstances:
    """All that the rules look at besides the line: two queries, and what the schemes of this kind of order look up.

    `lines` are those that will be asked about, each with its store, and `claimed` the causes that a claim is open or
    settled for, by the line's id. Raises NoTermsInForce.
    """
    promises = promised(order.merchant_id, at=order.placed_at, market=order.market)
    if not {DEFAULT_RULE, "clocks"} <= promises.versions.keys():
        raise NoTermsInForce
    return Circumstances(
        versions=promises.versions,
        enrolments=promises.enrolments,
        money=money_around(order, now=now),
        records=_records(order, lines, now=now),
        claimed=claimed or {},
    )


def _records(order: Order, lines: Iterable[Line] | None, *, now: datetime) -> dict[str, Any]:
    """What each scheme has on record about the lines, by its code."""
    looking = [(scheme.code, scheme.look) for scheme in SCHEMES.values() if scheme.look and scheme.knows(order.kind)]
    if not looking:
        return {}
    seen = list(order.lines.select_related(*LINE_RELATED) if lines is None else lines)
    return {code: look(seen, now) for code, look in looking}


def options(
    line: Line,
    *,
    reason: str,
    circumstances: Circumstances,
    now: datetime,
    amount: int | None = None,
    quantity: int | None = None,
    claims_filed: int = 0,
    particulars: Any = None,
) -> Options:
    """Judge one line for one reason by every rule in force. No query when the line came with LINE_RELATED.

    `amount` (minor units) and `quantity` are what the consumer asks for; neither means all that is left. A guarantee
    is judged for the whole line. `claims_filed` counts the earlier claims on the line; `particulars` are what the
    consumer added, as compensation.schemes.registry.particulars_of reads it.
    """
    judged = list(_judged(_promised(line, reason, circumstances, particulars), circumstances.versions, now))
    made_good = any(_is_made_good(option.verdict) for option in judged)
    of_a_guarantee = made_good or not is_reason_of_refunds(reason, line.order.kind)
    if not (of_a_guarantee and (made_good or any(_has_the_word(option.verdict, reason) for option in judged))):
        facts = refund_facts(
            line,
            reason=reason,
            amount=amount,
            quantity=quantity,
            claims_filed=claims_filed,
            around=circumstances.money,
            enrolments=circumstances.enrolments,
        )
        judged += _judged(((rule, facts) for rule in REFUND_RULES), circumstances.versions, now)
    option_of = {id(option.verdict): option for option in judged}
    ranking = ranked(option.verdict for option in judged)
    return Options(
        offered=tuple(option_of[id(verdict)] for verdict in ranking.offered),
        set_aside=tuple(
            SetAside(option_of[id(aside.verdict)], aside.because, aside.beaten_by) for aside in ranking.set_aside
        ),
        of_a_guarantee=of_a_guarantee,
    )


def _judged(asked: Iterable[tuple[str, Any]], versions: Mapping[str, Version], now: datetime) -> Iterator[Option]:
    """The verdicts of those rules that were in force."""
    return (
        Option(judge(versions[rule], facts, now), versions[rule], facts) for rule, facts in asked if rule in versions
    )


def _is_made_good(verdict: Verdict) -> bool:
    """Whether the consumer has something else for it, or is to choose it first."""
    return any(test.code in SCHEMES[verdict.rule].made_good and not test.passed for test in verdict.trace.tests)


def _has_the_word(verdict: Verdict, cause: str) -> bool:
    """Whether the guarantee speaks for its cause, also where it refuses: silence must not turn some minutes in a queue
    into the price of the meal. Where the merchant promised nothing and nothing was delivered, a claim is one like any
    other.
    """
    scheme = SCHEMES[verdict.rule]
    takes_part = all(test.passed for test in verdict.trace.tests if test.code == scheme.takes_part)
    return takes_part or cause not in scheme.undelivered


def _promised(line: Line, cause: str, around: Circumstances, particulars: Any) -> Iterator[tuple[str, Any]]:
    """The guarantees for this cause with their facts, once for each way of keeping them."""
    for scheme in schemes_for(cause, line.order.kind):
        for facts in scheme.ask(line, cause, around, particulars):
            yield scheme.code, facts
