"""The same terms with one thing changed: an entry taken out, or a figure one lower. Pure.

Terms are plain, as they stand in a file; a path names the place ("consumer_limits[3].per_claim.EUR").
"""

import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from common.money import major_units, minor_units

CURRENCY = re.compile(r"[A-Z]{3}")

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Variant:
    """Terms that differ in one place. `words` are what stands there and on the way to it."""

    path: str
    terms: dict[str, Any]
    words: frozenset[str]


def without_each(terms: dict[str, Any]) -> Iterator[Variant]:
    """The terms without each of their entries, the outer ones first. A sum of nothing says what is so without it."""
    for path, value in sorted(_places(terms, ()), key=lambda place: len(place[0])):
        if _is_sum(path) and not minor_units(Decimal(value), str(path[-1])):
            continue
        changed = deepcopy(terms)
        holder = _at(changed, path[:-1])
        del holder[path[-1]]
        yield Variant(written(path), changed, _words(path, value))


def with_each_one_lower(terms: dict[str, Any]) -> Iterator[Variant]:
    """The terms with each of their figures lowered by one, sums by one minor unit; none below zero."""
    for path, value in _places(terms, ()):
        lower = _one_lower(path, value)
        if lower is None:
            continue
        changed = deepcopy(terms)
        _at(changed, path[:-1])[path[-1]] = lower
        yield Variant(written(path), changed, _words(path, value))


def written(path: Path) -> str:
    """The path as it is told: "limits[2].per_claim.CNY"."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).removeprefix(".")


def _places(value: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    if isinstance(value, Mapping):
        entries: Any = value.items()
    elif isinstance(value, list | tuple):
        entries = enumerate(value)
    else:
        return
    for key, inner in entries:
        yield (*path, key), inner
        yield from _places(inner, (*path, key))


def _at(terms: Any, path: Path) -> Any:
    for part in path:
        terms = terms[part]
    return terms


def _one_lower(path: Path, value: Any) -> int | str | None:
    """None where there is no figure, or nothing below it."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    if _is_sum(path):
        currency = str(path[-1])
        amount = minor_units(Decimal(value), currency)
        return str(major_units(amount - 1, currency)) if amount > 0 else None
    return value - 1 if isinstance(value, int) and value > 0 else None


def _is_sum(path: Path) -> bool:
    return isinstance(path[-1], str) and bool(CURRENCY.fullmatch(path[-1]))


def _words(path: Path, value: Any) -> frozenset[str]:
    inner = (part for place, item in _places(value, ()) for part in (*place, item))
    return frozenset(str(part) for part in (*path, *inner, value) if isinstance(part, str))
