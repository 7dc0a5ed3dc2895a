"""Columns of many rows as PostgreSQL array literals: `%s::text[]` takes a whole column as one parameter.

The driver writes an array element by element through its adapters, which costs more than all the rest of a batch.
"""

from collections.abc import Iterable
from typing import cast


def array_of(values: Iterable[object]) -> str:
    """The literal of these values, whatever their type reads from text: numbers, texts, moments, None, JSON texts."""
    column = list(values)
    kinds = set(map(type, column))
    if kinds <= BARE:
        return f"{{{','.join(map(str, column))}}}"
    if kinds == {str} and (quoted := _quoted(cast("list[str]", column))) is not None:
        return quoted
    if len(kinds) == 1:  # most columns of a batch say the same few things over and over
        written = {value: _element(value) for value in set(column)}
        return f"{{{','.join(map(written.__getitem__, column))}}}"
    return f"{{{','.join(map(_element, column))}}}"


BARE = {int, bool}


def _quoted(texts: list[str]) -> str | None:
    """All texts between quotes at once; None when one of them holds what has to be escaped."""
    quoted = '","'.join(texts)
    if "\\" in quoted or quoted.count('"') != 2 * (len(texts) - 1):
        return None
    return f'{{"{quoted}"}}'


def _element(value: object) -> str:
    if value is None:
        return "NULL"
    if type(value) in BARE:
        return str(value)
    escaped = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
