"""What a scheme is: the causes it answers for, and how a line is laid out as facts for its rule."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from orders.models import Line
from policies.clocks import Clocks
from policies.in_force import terms_of
from policies.models import Version
from refunds.facts import MoneyAround


@dataclass(frozen=True)
class Circumstances:
    """The terms in force when the order was placed, and what is on record now.

    `records` are what the schemes looked up for the order's lines, by the code of the scheme. `claimed` are the causes
    that a claim is open or settled for, by the line's id.
    """

    versions: Mapping[str, Version]
    enrolments: Mapping[str, Any]
    money: MoneyAround
    records: Mapping[str, Any] = field(default_factory=dict)
    claimed: Mapping[int, Set[str]] = field(default_factory=dict)

    @property
    def clocks(self) -> Clocks:
        clocks: Clocks = terms_of(self.versions["clocks"])
        return clocks


# Takes the line, the cause, what stands around it, and what the consumer said (the scheme's particulars, or None);
# gives the rule's facts once for each way of keeping the promise, and nothing where the line does not fit.
Ask = Callable[[Line, str, Circumstances, Any], Iterator[Any]]


def _fits_every_line(line: Line) -> bool:  # noqa: ARG001 (the question is about a line)
    return True


@dataclass(frozen=True, kw_only=True)
class Scheme:
    """A guarantee. Its rule is `<code>` in its `rules.py`, its terms are in `terms.yaml`, its words in `wording.py`.

    `causes` are what it answers for, each with the kinds of order it can happen to, and `fits` says to which of their
    lines. `particulars` is the frozen dataclass of what a consumer adds when filing, one for all causes or one by
    cause, and `check` raises Misshapen for what the line's record shows to be impossible. For a cause that is no reason
    of refunds, a scheme that the merchant takes part in (the test `takes_part` of its rule) has the word, and the rules
    of refunds are not asked: what was promised is not the whole price, and what is refused is not it either. Where the
    merchant takes no part they are asked about the causes after which nothing was delivered (`undelivered`), and a
    guarantee's refusal stands for every other: a long wait is not worth a meal. A test of `made_good` that failed says
    that the consumer has something else, or is to choose it, so that nothing is given for the cause by any rule.
    `given` are the causes that speak of what was given, and `not_given` those that say that it was not: of one line
    nobody is paid for both. `related` are the paths that a line is selected with, so that `ask` needs no query; `look`
    reads the scheme's own records for some lines of one order at once. `names` says what the reader calls the codes
    among its verdicts' values, by the value's name and the code: what is stored stays the code. `price_by` is the
    reason of refunds under which the price itself is claimed, where the guarantee is on top of it.
    """

    code: str
    causes: Mapping[str, tuple[str, ...]]
    ask: Ask
    fits: Callable[[Line], bool] = _fits_every_line
    particulars: type | Mapping[str, type] | None = None
    check: Callable[[Line, Any, datetime], None] | None = None
    takes_part: str = "merchant_takes_part"
    undelivered: Set[str] = frozenset()
    made_good: Set[str] = frozenset()
    given: Set[str] = frozenset()
    not_given: Set[str] = frozenset()
    related: tuple[str, ...] = ()
    look: Callable[[Iterable[Line], datetime], Any] | None = None
    names: Callable[[Line], Mapping[str, Mapping[str, str]]] | None = None
    price_by: str = ""

    def knows(self, kind: str) -> bool:
        """Whether it answers for anything that can happen to this kind of order."""
        return any(kind in kinds for kinds in self.causes.values())

    def asks(self, cause: str) -> type | None:
        """The frozen dataclass of what a consumer adds for this cause; None: nothing is asked."""
        asked = self.particulars
        return asked.get(cause) if isinstance(asked, Mapping) else asked
