"""Columns of many rows as PostgreSQL array literals: `%s::text[]` takes a whole column as one parameter.

The driver writes an array element by element through its adapters, which costs more than all the rest of a batch.
"""

from collections.abc import Iterable


def array_of(values: Iterable[object]) -> str:
    """The literal of these values, whatever their type reads from text: numbers, texts, moments, None, JSON texts."""
    return f"{{{','.join(map(_element, values))}}}"


def _element(value: object) -> str:
    if value is None:
        return "NULL"
    kind = type(value)
    if kind is int or kind is bool:
        return str(value)
    escaped = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
