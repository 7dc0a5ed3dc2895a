"""Terms as a form that needs no script: laid out from their dataclass, filled, and read back into plain terms.

What stands in the form is one flat mapping of names to texts, as a browser sends it. A name is the path that Misshapen
gives a place, so that what is wrong is told at its field: "limits[2].per_claim[0].value". Beside it stand "limits#",
how many rows there are, and "limits?", whether something optional is given at all. Adding or taking away a row only
changes this mapping.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext as _

from policies.kinds import Field, Kind, fields_of
from policies.labels import OF_CATEGORIES, OF_REASONS, hint_of_unit, label_of_field, label_of_word
from policies.shapes import Misshapen, shaped
from policies.wording import CATEGORIES, REASONS, problem_sentence

Filled = Mapping[str, Sequence[str]]

MOST_ROWS = 200
LISTED = frozenset({"rows", "pairs", "amounts"})
CONTAINERS = LISTED | {"group", "words", "lines"}
FIGURE = re.compile(r"-?(?:0|[1-9][0-9]{0,14})")
ABSENT = object()


@dataclass(frozen=True)
class Choice:
    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True)
class Row:
    """One row of a list: its key where it has one, and its entries; `path` takes it away."""

    path: str
    entries: "Sequence[Entry]"


@dataclass(frozen=True)
class Entry:
    """One field on the page. `kind` says how it is drawn; `has_tick` that it may be left out as a whole."""

    path: str
    kind: str
    label: str
    hint: str = ""
    text: str = ""
    is_required: bool = True
    has_tick: bool = False
    is_given: bool = True
    choices: Sequence[Choice] = ()
    rows: Sequence[Row] = ()
    entries: "Sequence[Entry]" = ()
    error: str = ""

    @property
    def id(self) -> str:
        """A name that an address can point to."""
        return "terms-" + re.sub(r"[^A-Za-z0-9]+", "-", self.path).strip("-")


@dataclass
class Read:
    """What was read from a filled form: the plain terms, and by path what is wrong ("" is the whole)."""

    terms: dict[str, Any]
    errors: dict[str, str] = field(default_factory=dict)
    # Where on the form stands what Misshapen calls otherwise: a pair by its key.
    aliases: dict[str, str] = field(default_factory=dict)


def _fields(shape: type) -> Sequence[Field]:
    return [_on_the_form(one) for one in fields_of(shape, without="version")]


def _on_the_form(one: Field) -> Field:
    """Lists of reasons and of categories are chosen from those that are known, and groups hold such fields too."""
    kind = replace(one.kind, optional=True) if not one.is_required and one.default else one.kind
    if kind.name == "lines" and one.name in OF_REASONS | OF_CATEGORIES:
        known = REASONS if one.name in OF_REASONS else CATEGORIES
        return replace(one, kind=replace(kind, name="words", words=tuple(word for word in known if word)))
    if kind.inner is not None and kind.inner.fields:
        return replace(one, kind=replace(kind, inner=_group_on_the_form(kind.inner)))
    return replace(one, kind=_group_on_the_form(kind) if kind.fields else kind)


def _group_on_the_form(kind: Kind) -> Kind:
    return replace(kind, fields=tuple(_on_the_form(one) for one in kind.fields))


# --- from terms to what stands in the form -----------------------------------------------------------


def filled(shape: type, terms: Mapping[str, Any]) -> dict[str, list[str]]:
    """Plain terms as they stand in the form."""
    texts: dict[str, list[str]] = {}
    for one in _fields(shape):
        _fill(texts, one.kind, one.name, terms.get(one.name))
    return texts


def _fill(texts: dict[str, list[str]], kind: Kind, path: str, value: Any) -> None:  # noqa: C901 (one for each kind)
    if value is None:
        return
    texts[f"{path}?"] = ["on"]
    match kind.name:
        case "group":
            for one in kind.fields:
                _fill(texts, one.kind, f"{path}.{one.name}", value.get(one.name))
        case "rows":
            texts[f"{path}#"] = [str(len(value))]
            for index, row in enumerate(value):
                _fill(texts, kind.inner or Kind("text"), f"{path}[{index}]", row)
        case "pairs" | "amounts":
            texts[f"{path}#"] = [str(len(value))]
            for index, (key, item) in enumerate(sorted(value.items()) if kind.name == "amounts" else value.items()):
                texts[f"{path}[{index}].key"] = [str(key)]
                _fill(texts, kind.inner or Kind("text"), f"{path}[{index}].value", item)
        case "words":
            texts[path] = [str(word) for word in value]
        case "lines":
            texts[path] = ["\n".join(str(item) for item in value)]
        case "flag":
            texts[path] = ["true" if value else "false"]
        case _:
            texts[path] = [str(value)]


# --- rows more and rows less ---------------------------------------------------------------------------


def with_rows_changed(texts: Filled, asked: str) -> dict[str, list[str]]:
    """The form after "add PATH" or "remove PATH[2]"; anything else changes nothing."""
    verb, _space, path = asked.partition(" ")
    changed = {name: list(values) for name, values in texts.items()}
    if verb == "add":
        count = rows_in(texts, path)
        changed[f"{path}#"] = [str(min(count + 1, MOST_ROWS))]
        changed[f"{path}?"] = ["on"]
    elif verb == "remove" and (found := re.fullmatch(r"(.+)\[([0-9]{1,3})\]", path)):
        changed = _without_row(changed, found.group(1), int(found.group(2)))
    return changed


def _without_row(texts: dict[str, list[str]], path: str, gone: int) -> dict[str, list[str]]:
    count = rows_in(texts, path)
    if gone >= count:
        return texts
    row = re.compile(rf"{re.escape(path)}\[([0-9]+)\](.*)", re.DOTALL)
    kept: dict[str, list[str]] = {}
    for name, values in texts.items():
        found = row.fullmatch(name)
        if found is None:
            kept[name] = values
        elif (index := int(found.group(1))) != gone:
            kept[f"{path}[{index - (index > gone)}]{found.group(2)}"] = values
    return {**kept, f"{path}#": [str(count - 1)]}


def rows_in(texts: Filled, path: str) -> int:
    """How many rows the list has."""
    written = _text(texts, f"{path}#")
    return min(int(written), MOST_ROWS) if re.fullmatch(r"[0-9]{1,6}", written) else 0


def _text(texts: Filled, name: str) -> str:
    values = texts.get(name) or [""]
    return values[-1].strip()


# --- from the form to terms ----------------------------------------------------------------------------


def read(shape: type, texts: Filled, *, given: Mapping[str, Any] | None = None) -> Read:
    """The plain terms that stand in the form, and all that is wrong with them, each at its place.

    `given` are fields of the dataclass that do not stand in the form.
    """
    found = Read({})
    for one in _fields(shape):
        _read_field(found, found.terms, one, one.name, texts)
    if not found.errors:
        try:
            shaped(shape, {**found.terms, **(given or {})})
        except Misshapen as problem:
            add_problem(found, problem)
    return found


def add_problem(found: Read, problem: Misshapen) -> None:
    """What is wrong with the terms, at the place of the form that stands for it."""
    place = problem.path
    for path, alias in sorted(found.aliases.items(), key=lambda pair: -len(pair[0])):
        if place == path or place.startswith((f"{path}.", f"{path}[")):
            place = alias + place[len(path) :]
            break
    found.errors[place] = _sentence(problem)


def _sentence(problem: Misshapen) -> str:
    told = problem_sentence(problem)
    return told[:1].upper() + told[1:]


def _read_field(found: Read, into: dict[str, Any], one: Field, path: str, texts: Filled) -> None:
    value = _read(found, one.kind, path, texts, required=one.is_required)
    if value is not ABSENT:
        into[one.name] = value


def _read(found: Read, kind: Kind, path: str, texts: Filled, *, required: bool) -> Any:
    is_given = required or bool(_text(texts, f"{path}?"))
    if _has_tick(kind, required=required) and not is_given:
        return ABSENT
    value = _value(found, kind, path, texts, required=required)
    return ABSENT if kind.name in CONTAINERS and not value and not is_given else value


def _value(found: Read, kind: Kind, path: str, texts: Filled, *, required: bool) -> Any:
    match kind.name:
        case "group":
            group: dict[str, Any] = {}
            for one in kind.fields:
                _read_field(found, group, one, f"{path}.{one.name}", texts)
            return group
        case "rows":
            inner = kind.inner or Kind("text")
            rows = (
                _read(found, inner, f"{path}[{index}]", texts, required=True) for index in range(rows_in(texts, path))
            )
            return [row for row in rows if row is not ABSENT]
        case "pairs" | "amounts":
            return _read_pairs(found, kind, path, texts)
        case "words":
            return [word for word in texts.get(path, ()) if word]
        case "lines":
            return _read_lines(found, kind.inner or Kind("text"), path, texts)
        case _:
            return _read_leaf(found, kind, path, _text(texts, path), required=required)


def _has_tick(kind: Kind, *, required: bool) -> bool:
    """Whether it is left out by a tick: where nothing given and nothing in it are not the same."""
    return not required and kind.optional and kind.name in CONTAINERS


def _read_pairs(found: Read, kind: Kind, path: str, texts: Filled) -> dict[str, Any]:
    pairs: dict[str, Any] = {}
    inner = kind.inner or Kind("text")
    for index in range(rows_in(texts, path)):
        key = _text(texts, f"{path}[{index}].key")
        if not key and not _text(texts, f"{path}[{index}].value"):
            continue
        found.aliases[f"{path}.{key}"] = f"{path}[{index}].value"
        if not key:
            found.errors[f"{path}[{index}].key"] = _sentence(Misshapen(path, "missing_key"))
        elif key in pairs:
            found.errors[f"{path}[{index}].key"] = _("“%(name)s” stands here a second time.") % {"name": key}
        value = _read(found, inner, f"{path}[{index}].value", texts, required=True)
        pairs[key] = _as_yaml_reads(value) if kind.name == "amounts" else value
    return pairs


def _as_yaml_reads(text: Any) -> Any:
    """A sum in whole units is a number there, so both doors give the same terms."""
    return int(text) if isinstance(text, str) and FIGURE.fullmatch(text) else text


def _read_lines(found: Read, kind: Kind, path: str, texts: Filled) -> list[Any]:
    lines = [line.strip() for line in _text(texts, path).splitlines() if line.strip()]
    return [_read_leaf(found, kind, path, line, required=True) for line in lines]


def _read_leaf(found: Read, kind: Kind, path: str, text: str, *, required: bool) -> Any:
    if not text:
        if required and not kind.optional:
            found.errors[path] = _sentence(Misshapen(path, "missing_key"))
        return ABSENT
    match kind.name:
        case "figure" if FIGURE.fullmatch(text):
            return int(text)
        case "figure":
            found.errors[path] = _sentence(Misshapen(path, "not_a_whole_number", value=text))
        case "number":
            try:
                return float(text)
            except ValueError:
                found.errors[path] = _sentence(Misshapen(path, "not_a_number", value=text))
        case "flag":
            return text == "true"
    return text


# --- the form on the page ------------------------------------------------------------------------------


def laid_out(policy: str, shape: type, texts: Filled, errors: Mapping[str, str] | None = None) -> Sequence[Entry]:
    """The entries of the form, with what stands in them; an error stands at the nearest field there is."""
    entries = list(_entries(policy, _fields(shape), "", texts))
    paths = {entry.path for entry in every(entries)}
    placed = {_nearest(path, paths): sentence for path, sentence in (errors or {}).items()}
    return [_with_errors(entry, placed) for entry in entries] if placed else entries


def every(entries: Sequence[Entry]) -> Iterator[Entry]:
    """All entries, also those inside others."""
    for entry in entries:
        yield entry
        yield from every(entry.entries)
        for row in entry.rows:
            yield from every(row.entries)


def _nearest(path: str, paths: set[str]) -> str:
    while path and path not in paths:
        path = re.sub(r"(?:\.?[^.\[\]]+|\[[0-9]*\])$", "", path)
    return path


def _with_errors(entry: Entry, errors: Mapping[str, str]) -> Entry:
    return replace(
        entry,
        error=errors.get(entry.path, ""),
        entries=[_with_errors(inner, errors) for inner in entry.entries],
        rows=[Row(row.path, [_with_errors(inner, errors) for inner in row.entries]) for row in entry.rows],
    )


def _entries(policy: str, fields: Sequence[Field], above: str, texts: Filled) -> Iterator[Entry]:
    for one in fields:
        path = f"{above}.{one.name}" if above else one.name
        label = label_of_field(policy, one.name)
        yield _entry(policy, one.kind, one.name, path=path, label=label, texts=texts, required=one.is_required)


def _entry(policy: str, kind: Kind, name: str, *, path: str, label: str, texts: Filled, required: bool) -> Entry:
    has_tick = _has_tick(kind, required=required)
    return Entry(
        path=path,
        kind=kind.name,
        label=label,
        hint=_hint(kind, name),
        text=_text(texts, path),
        is_required=required and not kind.optional,
        has_tick=has_tick,
        is_given=bool(_text(texts, f"{path}?")),
        choices=_choices(kind, name, texts.get(path, ())),
        rows=tuple(_rows(policy, kind, name, path, texts)),
        entries=tuple(_entries(policy, kind.fields, path, texts)) if kind.name == "group" else (),
    )


def _hint(kind: Kind, name: str) -> str:
    if kind.name == "lines":
        return " ".join(part for part in (_("One in each line."), hint_of_unit(name)) if part)
    return hint_of_unit(name) if kind.name in ("figure", "pairs") else ""


def _choices(kind: Kind, name: str, chosen: Sequence[str]) -> Sequence[Choice]:
    if kind.name == "flag":
        return [Choice("true", _("Yes"), chosen == ["true"]), Choice("false", _("No"), chosen == ["false"])]
    if kind.name not in ("words", "word"):
        return ()
    # Of several, those chosen come first, as they were written: a browser sends them back in the order of the page.
    words = (*chosen, *kind.words) if kind.name == "words" else (*kind.words, *chosen)
    known = [word for word in dict.fromkeys(words) if word]
    return [Choice(word, label_of_word(name, word), word in chosen) for word in known]


def _rows(policy: str, kind: Kind, name: str, path: str, texts: Filled) -> Iterator[Row]:
    if kind.name not in LISTED:
        return
    inner = kind.inner or Kind("text")
    for index in range(rows_in(texts, path)):
        here = f"{path}[{index}]"
        if kind.name == "rows" and inner.name == "group":
            yield Row(here, tuple(_entries(policy, inner.fields, here, texts)))
        elif kind.name == "rows":
            label = _("Row %(number)s") % {"number": index + 1}
            yield Row(here, (_entry(policy, inner, name, path=here, label=label, texts=texts, required=True),))
        else:
            key_label = _("Currency") if kind.name == "amounts" else _("For what")
            label = _("Sum") if kind.name == "amounts" else _("Value")
            word = _text(texts, f"{here}.key")
            known = label_of_word(name, word) if word else ""
            key = Entry(f"{here}.key", "key", key_label, hint=known if known != word else "", text=word)
            value = _entry(policy, inner, name, path=f"{here}.value", label=label, texts=texts, required=True)
            yield Row(here, (key, value))
