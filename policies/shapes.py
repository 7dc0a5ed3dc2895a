"""Frozen dataclasses from plain JSON and back, so that terms and facts are typed in rules and readable in the database.

Reading is strict: an unknown key, a missing one, a wrong type or a negative figure is said with the place where it
stands, and nothing is guessed. Pure.
"""

import dataclasses
import re
import types
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from enum import StrEnum
from functools import cache, partial
from typing import Any, NewType, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from common.money import exponent, major_units, minor_units

T = TypeVar("T")

# A sum in minor units of a currency that is told elsewhere; a form asks for it in major units.
MinorUnits = NewType("MinorUnits", int)

LATER = "later"

# Terms beyond these would lead out of the calendar, or out of what the books can hold (minor units).
LARGEST_FIGURE = 1_000_000
LARGEST_SUM = 10**13

# A sum is written in figures: "1e5" and "1_000" are none.
FIGURES = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")


class Misshapen(ValueError):
    """What was given does not fit. `path` is where ("limits[2].per_claim.CNY"), `code` what is wrong, for wording."""

    def __init__(self, path: str, code: str, **values: object) -> None:
        self.path, self.code, self.values = path, code, values
        details = ", ".join(f"{name}={value}" for name, value in values.items())
        super().__init__(f"{path or 'the whole'}: {code}" + (f" ({details})" if details else ""))


@dataclass(frozen=True)
class Amounts:
    """A sum for each currency, in minor units. A currency that is not named has 0: nothing was promised in it.

    In terms it is written in major units, as people read it: `{CNY: "200.00", GBP: "20.00"}`.
    """

    by_currency: Mapping[str, int]

    def of(self, currency: str) -> int:
        return self.by_currency.get(currency, 0)

    def __hash__(self) -> int:
        return hash(tuple(sorted(self.by_currency.items())))


def later(default: Any) -> Any:
    """A field that facts got after some had been stored.

    While it has its default it is left out of the text, so that what was stored before is written as it was.
    """
    return dataclasses.field(default=default, metadata={LATER: True})


def shaped(shape: type[T], value: object, *, signed: bool = False, path: str = "") -> T:
    """The value as an instance of `shape`, a frozen dataclass. Figures below zero only pass when `signed`.

    Raises Misshapen.
    """
    if not isinstance(value, Mapping):
        raise Misshapen(path, "not_a_mapping", value=value)
    readers = _readers(cast(Any, shape))
    for key in value:
        if key not in readers:
            raise Misshapen(_below(path, str(key)), "unknown_key", known=", ".join(sorted(readers)))
    fields: dict[str, Any] = {}
    for name, (read, required) in readers.items():
        if name in value:
            fields[name] = read(value[name], _below(path, name), signed)
        elif required:
            raise Misshapen(_below(path, name), "missing_key")
    try:
        return shape(**fields)
    except Misshapen as problem:
        raise Misshapen(_below(path, problem.path), problem.code, **problem.values) from None


def names_of(shape: type, *, without: str = "") -> list[str]:
    """The names of the fields, in their order."""
    return [field.name for field in dataclasses.fields(cast(Any, shape)) if field.name != without]


def plain(value: object) -> Any:
    """The value as JSON holds it; `shaped` reads it back to an equal one."""
    kind: Any = type(value)
    return value if kind in WRITTEN_AS_THEY_ARE else _writer(kind)(value)


WRITTEN_AS_THEY_ARE = frozenset({str, int, bool, float, type(None)})


@cache
def _writer(kind: type) -> Callable[[Any], Any]:
    """How values of this kind are written; found once, as a verdict is written for every claim."""
    if dataclasses.is_dataclass(kind) and kind is not Amounts:
        fields = dataclasses.fields(kind)
        names = [field.name for field in fields]
        absent = {field.name: field.default for field in fields if LATER in field.metadata}
        return partial(_fields_with_later_ones, names, absent) if absent else partial(_fields, names)
    for base, write in WRITERS:
        if issubclass(kind, base):
            return write
    raise TypeError(f"{kind.__name__} has no plain form")


def _fields(names: Sequence[str], value: object) -> dict[str, Any]:
    return {name: item if type(item := getattr(value, name)) in WRITTEN_AS_THEY_ARE else plain(item) for name in names}


def _fields_with_later_ones(names: Sequence[str], absent: Mapping[str, Any], value: object) -> dict[str, Any]:
    return _fields([name for name in names if name not in absent or getattr(value, name) != absent[name]], value)


WRITERS: Sequence[tuple[type | tuple[type, ...], Callable[[Any], Any]]] = (
    (StrEnum, lambda value: value.value),
    (
        Mapping,
        lambda value: {
            str(key): item if type(item) in WRITTEN_AS_THEY_ARE else plain(item) for key, item in value.items()
        },
    ),
    ((tuple, list), lambda value: [plain(item) for item in value]),
    (datetime, lambda value: value.astimezone(UTC).isoformat()),
    ((date, time), lambda value: value.isoformat()),
    (Amounts, lambda value: {code: str(major_units(sum_, code)) for code, sum_ in value.by_currency.items()}),
)


# Takes the value, the place where it stands, and whether figures below zero pass.
Reader = Callable[[object, str, bool], Any]


@cache
def _readers(shape: type[Any]) -> Mapping[str, tuple[Reader, bool]]:
    """How each field is read and whether it must be there, in order; found once, as every claim has its facts read."""
    hints = get_type_hints(shape)
    missing = dataclasses.MISSING
    return {
        field.name: (_reader(hints[field.name]), field.default is missing and field.default_factory is missing)
        for field in dataclasses.fields(shape)
    }


def _reader(hint: Any) -> Reader:  # noqa: PLR0911 (one for each kind of value)
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        (inner,) = (argument for argument in arguments if argument is not type(None))
        return partial(_if_any, _reader(inner))
    if origin is tuple:
        return partial(_list, _reader(arguments[0]))
    if origin is not None:
        return partial(_mapping, _reader(arguments[1]))
    if dataclasses.is_dataclass(hint) and hint is not Amounts:
        return partial(_shape, cast(Any, hint))
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return partial(_word, {member.value: member for member in hint})
    if hint in READERS:
        return partial(_text_or_flag, *READERS[hint])
    by_kind: Mapping[Any, Reader] = {
        Amounts: _amounts,
        int: _whole_number,
        MinorUnits: partial(_whole_number, largest=LARGEST_SUM),
        float: _number,
    }
    return by_kind[hint]


def _if_any(read: Reader, value: object, path: str, signed: bool) -> Any:  # noqa: FBT001 (a Reader)
    return None if value is None else read(value, path, signed)


def _list(read: Reader, value: object, path: str, signed: bool) -> tuple[Any, ...]:  # noqa: FBT001 (a Reader)
    if not isinstance(value, list | tuple):
        raise Misshapen(path, "not_a_list", value=value)
    return tuple(read(item, f"{path}[{index}]", signed) for index, item in enumerate(value))


def _mapping(read: Reader, value: object, path: str, signed: bool) -> dict[str, Any]:  # noqa: FBT001 (a Reader)
    if not isinstance(value, Mapping):
        raise Misshapen(path, "not_a_mapping", value=value)
    return {str(key): read(item, _below(path, str(key)), signed) for key, item in value.items()}


def _shape(shape: type[Any], value: object, path: str, signed: bool) -> Any:  # noqa: FBT001 (a Reader)
    return shaped(shape, value, signed=signed, path=path)


def _whole_number(value: object, path: str, signed: bool, largest: int = LARGEST_FIGURE) -> int:  # noqa: FBT001 (a Reader)
    if isinstance(value, bool) or not isinstance(value, int):
        raise Misshapen(path, "not_a_whole_number", value=value)
    if signed:
        return value
    if value < 0:
        raise Misshapen(path, "negative", value=value)
    if value > largest:
        raise Misshapen(path, "too_large", limit=largest)
    return value


def _number(value: object, path: str, _signed: bool) -> float:  # noqa: FBT001 (a Reader)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Misshapen(path, "not_a_number", value=value)
    return float(value)


def _amounts(value: object, path: str, _signed: bool) -> Amounts:  # noqa: FBT001 (a Reader)
    if not isinstance(value, Mapping):
        raise Misshapen(path, "not_amounts", value=value)
    return Amounts({str(currency): _amount(str(currency), text, path) for currency, text in value.items()})


def _amount(currency: str, text: object, path: str) -> int:
    where = _below(path, currency)
    if not (len(currency) == 3 and currency.isascii() and currency.isupper()):  # noqa: PLR2004 (ISO 4217)
        raise Misshapen(where, "not_a_currency", value=currency)
    if isinstance(text, bool) or not isinstance(text, str | int):
        raise Misshapen(where, "not_an_amount", value=text)
    if isinstance(text, str) and not FIGURES.fullmatch(text.strip()):
        raise Misshapen(where, "not_an_amount", value=text)
    major = Decimal(text)
    if major < 0:
        raise Misshapen(where, "negative", value=text)
    if major > major_units(LARGEST_SUM, currency):
        raise Misshapen(where, "too_large", limit=f"{major_units(LARGEST_SUM, currency):f}")
    if major != round(major, exponent(currency)):
        raise Misshapen(where, "not_an_amount", value=text)
    return minor_units(major, currency)


def _moment(text: str) -> datetime:
    """A moment with its offset, without which it would be another one in every place; in UTC it is in the calendar."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(text)
    try:
        moment.astimezone(UTC)
    except OverflowError:
        raise ValueError(text) from None
    return moment


READERS: Mapping[type, tuple[type, Callable[[Any], object], str]] = {
    datetime: (str, _moment, "not_a_moment"),
    date: (str, date.fromisoformat, "not_a_day"),
    time: (str, time.fromisoformat, "not_a_time"),
    str: (str, str, "not_a_text"),
    bool: (bool, bool, "not_yes_or_no"),
}


def _text_or_flag(
    written_as: type,
    read: Callable[[Any], object],
    code: str,
    value: object,
    path: str,
    _signed: bool,  # noqa: FBT001 (a Reader)
) -> Any:
    if not isinstance(value, written_as):
        raise Misshapen(path, code, value=value)
    try:
        return read(value)
    except ValueError:
        raise Misshapen(path, code, value=value) from None


def _word(known: Mapping[str, StrEnum], value: object, path: str, _signed: bool) -> StrEnum:  # noqa: FBT001 (a Reader)
    if not isinstance(value, str) or value not in known:
        raise Misshapen(path, "not_one_of", value=value, known=", ".join(known))
    return known[value]


def _below(path: str, name: str) -> str:
    return f"{path}.{name}" if path and name else path or name
