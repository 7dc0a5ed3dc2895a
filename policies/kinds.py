"""What kind of value stands in a field of terms, read from the annotations of their dataclass. Pure."""

import dataclasses
import types
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from functools import cache
from typing import Any, Literal, Union, cast, get_args, get_origin, get_type_hints

from policies.shapes import Amounts

Name = Literal[
    "figure", "number", "text", "flag", "word", "moment", "day", "time", "lines", "words", "rows", "pairs", "amounts",
    "group",
]  # fmt: skip

PLAIN: Mapping[Any, Name] = {
    bool: "flag",
    int: "figure",
    float: "number",
    str: "text",
    datetime: "moment",
    date: "day",
    time: "time",
    Amounts: "amounts",
}


@dataclass(frozen=True)
class Kind:
    """`inner` is the kind of what a list holds or a name leads to, `fields` what a group is made of.

    `words` are those an enumeration knows, `optional` says that the value may be None.
    """

    name: Name
    inner: "Kind | None" = None
    fields: "tuple[Field, ...]" = ()
    words: tuple[str, ...] = ()
    optional: bool = False


@dataclass(frozen=True)
class Field:
    """One field of a dataclass; `default` is MISSING where a value is required."""

    name: str
    kind: Kind
    default: Any

    @property
    def is_required(self) -> bool:
        return self.default is dataclasses.MISSING


@cache
def fields_of(shape: type, *, without: str = "") -> Sequence[Field]:
    """The fields of a dataclass in their order."""
    hints = get_type_hints(shape)
    return tuple(
        Field(field.name, kind_of(hints[field.name]), _default(field))
        for field in dataclasses.fields(cast(Any, shape))
        if field.name != without
    )


def _default(field: "dataclasses.Field[Any]") -> Any:
    if field.default_factory is not dataclasses.MISSING:
        return field.default_factory()
    return field.default


def kind_of(hint: Any) -> Kind:  # noqa: PLR0911 (one for each kind of value)
    """The kind of values that a type hint allows, as policies.shapes reads them."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        (inner,) = (argument for argument in arguments if argument is not types.NoneType)
        return dataclasses.replace(kind_of(inner), optional=True)
    if origin is tuple:
        inner = kind_of(arguments[0])
        if inner.name == "word":
            return Kind("words", words=inner.words)
        return Kind("rows" if inner.name in ("group", "amounts") else "lines", inner=inner)
    if origin is not None:
        return Kind("pairs", inner=kind_of(arguments[1]))
    if hint in PLAIN:
        return Kind(PLAIN[hint])
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return Kind("word", words=tuple(word.value for word in hint))
    if dataclasses.is_dataclass(hint):
        return Kind("group", fields=tuple(fields_of(cast(type, hint))))
    supertype = getattr(hint, "__supertype__", None)
    if supertype is not None:
        return kind_of(supertype)
    raise TypeError(f"{hint} is no kind of terms")
