"""Typed terms in words, in the reader's language: each field with its label, and what differs between two versions."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

from django.utils.translation import gettext as _

from common.formats import day_text, moment_text, money_text
from policies.kinds import Kind, fields_of
from policies.labels import label_of_field, label_of_word, with_unit
from policies.shapes import plain


@dataclass(frozen=True)
class Told:
    """One field in words: `texts` are its values, `parts` what it is made of. `path` names it as Misshapen does."""

    path: str
    label: str
    texts: tuple[str, ...] = ()
    parts: "tuple[Told, ...]" = ()


@dataclass(frozen=True)
class Difference:
    """What a field said and says; "" where it did not stand."""

    label: str
    was: str
    becomes: str


def told(policy: str, terms: Any) -> Sequence[Told]:
    """All fields of typed terms, or of those a merchant enrolled with."""
    return tuple(
        _told(policy, field.kind, field.name, field.name, getattr(terms, field.name))
        for field in fields_of(cast("type", type(terms)), without="version")
    )


def _told(policy: str, kind: Kind, name: str, path: str, value: Any) -> Told:  # noqa: PLR0911 (one for each kind)
    label = label_of_field(policy, name)
    if value is None:
        return Told(path, label, (_("Not set"),))
    match kind.name:
        case "group":
            return Told(path, label, parts=_parts(policy, kind, path, value))
        case "rows":
            return Told(path, label, _none_of(value), tuple(_rows(policy, kind, name, path, value)))
        case "pairs" if kind.inner is not None:
            inner = kind.inner
            pairs = {key: _told(policy, inner, name, f"{path}.{key}", item) for key, item in value.items()}
            if inner.name in ("group", "rows"):
                parts = tuple(replace(pair, label=label_of_word(name, key)) for key, pair in pairs.items())
                return Told(path, label, _none_of(value), parts)
            return Told(path, label, tuple(_pair(name, key, pair) for key, pair in pairs.items()) or _none_of(value))
        case "lines" | "words":
            inner = kind.inner or Kind("word")
            return Told(path, label, tuple(_text(inner, name, item) for item in value) or _none_of(value))
        case "amounts":
            return Told(path, label, _sums(value))
        case _:
            return Told(path, label, (_text(kind, name, value),))


def _parts(policy: str, kind: Kind, path: str, value: Any) -> tuple[Told, ...]:
    return tuple(
        _told(policy, field.kind, field.name, f"{path}.{field.name}", getattr(value, field.name))
        for field in kind.fields
    )


def _rows(policy: str, kind: Kind, name: str, path: str, rows: Sequence[Any]) -> Iterator[Told]:
    for index, row in enumerate(rows):
        label = _("Row %(number)s") % {"number": index + 1}
        here = f"{path}[{index}]"
        if kind.inner is not None and kind.inner.name == "group":
            yield Told(here, label, parts=_parts(policy, kind.inner, here, row))
        elif kind.inner is not None:
            yield Told(here, label, _told(policy, kind.inner, name, here, row).texts)


def _pair(name: str, key: str, pair: Told) -> str:
    return _("%(name)s: %(value)s") % {"name": label_of_word(name, key), "value": ", ".join(pair.texts)}


def _sums(value: Any) -> tuple[str, ...]:
    sums = tuple(money_text(amount, currency) for currency, amount in sorted(value.by_currency.items()))
    return sums or (_("0 in every currency"),)


def _none_of(values: Any) -> tuple[str, ...]:
    return () if values else (_("None of them"),)


def _text(kind: Kind, name: str, value: Any) -> str:
    match kind.name:
        case "flag":
            return _("Yes") if value else _("No")
        case "figure":
            return with_unit(name, value)
        case "moment":
            return moment_text(value)
        case "day":
            return day_text(value)
        case "word" | "text":
            return label_of_word(name, plain(value))
        case _:
            return str(plain(value))


def differences(policy: str, was: Any, becomes: Any) -> Sequence[Difference]:
    """What is said differently, field by field, in the order of the new terms."""
    before, after = (dict(_flat(told(policy, terms))) for terms in (was, becomes))
    everything = [*after, *(path for path in before if path not in after)]
    return [
        Difference(
            label=(after.get(path) or before[path])[0],
            was=before.get(path, ("", ""))[1],
            becomes=after.get(path, ("", ""))[1],
        )
        for path in everything
        if before.get(path) != after.get(path)
    ]


def _flat(entries: Sequence[Told], above: str = "") -> Iterator[tuple[str, tuple[str, str]]]:
    for entry in entries:
        label = f"{above} › {entry.label}" if above else entry.label
        if entry.texts:
            yield entry.path, (label, " · ".join(entry.texts))
        yield from _flat(entry.parts, label)


def named(policy: str, terms: Any, path: str) -> str:
    """What stands at a path of typed terms: "Reasons it answers for › It never arrived"; "" where nothing does."""
    return " › ".join(_names(told(policy, terms), path))


def _names(entries: Sequence[Told], path: str) -> Iterator[str]:
    for entry in _around(entries, path):
        yield entry.label
        if not entry.parts:
            yield from _piece(entry, path.removeprefix(entry.path))


def field_at(policy: str, terms: Any, path: str) -> str:
    """The path of the innermost field that a path of typed terms is in; "" where nothing stands."""
    return max((entry.path for entry in _around(told(policy, terms), path)), key=len, default="")


def _around(entries: Sequence[Told], path: str) -> Iterator[Told]:
    """What a path is in, from the outside to the inside."""
    for entry in entries:
        if path == entry.path or path.startswith((f"{entry.path}.", f"{entry.path}[")):
            yield entry
            yield from _around(entry.parts, path)


def _piece(entry: Told, rest: str) -> Iterator[str]:
    """One of several values, by its place in a list or by its key."""
    index = rest.strip("[]")
    if index.isdecimal() and int(index) < len(entry.texts):
        yield entry.texts[int(index)]
    elif rest.startswith("."):
        yield rest.removeprefix(".")
