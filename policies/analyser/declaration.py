"""What a policy says about itself so that its terms can be searched: the facts there can be, as a few axes. Pure.

An `Analysis` stands in the module `analysis` beside the rule, under the rule's own name.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from policies.analyser.watched import WatchedMoment
from policies.traces import Verdict

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

# Shows one value of an axis to a reader; `point` holds the plain values of all axes.
Show = Callable[[Any, Mapping[str, Any]], str]


@dataclass(frozen=True, kw_only=True)
class Words:
    """An axis of finitely many values that have no order, or whose order means nothing to the rule."""

    name: str
    values: Sequence[Any]
    label: "StrOrPromise"
    show: Show | None = None


@dataclass(frozen=True, kw_only=True)
class Whole:
    """An axis of the whole numbers from `least` to `most`, both of them in it."""

    name: str
    least: int
    most: int
    label: "StrOrPromise"
    show: Show | None = None


Axis = Words | Whole


@dataclass(frozen=True, kw_only=True)
class Slice:
    """Some axes, and the facts and the moment of judgement at a point of them (a value for each axis, by its name).

    Where one fact is measured against the sum of two, each of the two has a slice in which the other stands still.
    """

    axes: Sequence[Axis]
    at: Callable[[Mapping[str, Any]], tuple[Any, Any]]


@dataclass(frozen=True, kw_only=True)
class Analysis:
    """How a policy's terms are searched.

    `slices(terms, own)` are the facts there can be under these typed terms, `own` being a merchant's typed terms.
    `more_is_never_less` names the axes along which the consumer must never get less, and `no_gap_along` those along
    which nothing may be left out between two values that are granted something. Every value of the axes in
    `granted_for_every` must be granted something somewhere. `rows` names lists of terms of which only one may fit the
    same facts. `limits` names those entries that only hold back: one that others are as strict as is a safeguard and
    not reported, as long as it can be reached. `left_alone` are the beginnings of paths in the terms that decide
    nothing by design. Terms that no rule reads have `decide` asked in its place, and `says` words the answers.
    """

    slices: Callable[[Any, Any], Sequence[Slice]]
    more_is_never_less: Sequence[str] = ()
    no_gap_along: Sequence[str] = ()
    granted_for_every: Sequence[str] = ()
    rows: Sequence[str] = ()
    limits: Sequence[str] = ()
    left_alone: Sequence[str] = ()
    decide: Callable[[Any, Any, datetime], Verdict] | None = None
    says: Callable[[Verdict], str] | None = None


# --- for the declarations ---------------------------------------------------------------------------


def moment_at(start: datetime, seconds: Any) -> Any:
    """The moment so many seconds after `start`; a watched one where the seconds are."""
    return start + timedelta(seconds=seconds) if type(seconds) is int else WatchedMoment(start, seconds)
