"""Queries and inserts that come with every request, their SQL written once in a process.

Django builds the SQL of a queryset anew each time it is read, which costs more than the question itself. What changes
from one asking to the next stands in the queryset as `Given(name, field)`; everything else is compiled once.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, partial
from operator import attrgetter
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import Expression, Field, JSONField, Model, QuerySet
from django.db.models.query import get_related_populators  # type: ignore[attr-defined] # missing in the stubs
from psycopg.types.json import Jsonb

from common.arrays import array_of
from common.statements import rows_of

Row = TypeVar("Row", bound=Model)


class Given(Expression):
    """A value that is given when the query is asked, of the type of `field`: a text, a whole number, a moment."""

    def __init__(self, name: str, field: "Field[Any, Any]") -> None:
        super().__init__(output_field=field)
        self.name = name

    def as_sql(self, compiler: object, connection: object, **_: object) -> Any:  # noqa: ARG002 (Django's interface)
        """A placeholder, and itself as the parameter that stands for the value."""
        return "%s", [self]


@dataclass
class Compiled(Generic[Row]):
    """`rows` builds the queryset, whose rows come with what it selects and annotates."""

    rows: Callable[[], QuerySet[Row]]

    def first(self, **given: Any) -> Row | None:
        return next(self.ask(**given), None)

    def ask(self, **given: Any) -> Iterator[Row]:
        """The rows for these values, each under the name it is `Given` by."""
        query = self._query
        return map(query.row, rows_of(query.sql, query.parameters(given)))

    @cached_property
    def _query(self) -> "_Query":
        return _Query(self.rows())


class _Query:
    """The SQL of a queryset, and how its rows are read."""

    def __init__(self, rows: QuerySet[Any]) -> None:
        compiler = rows.query.get_compiler(DEFAULT_DB_ALIAS)
        self.sql, self._parameters = compiler.as_sql()
        shape: dict[str, Any] = compiler.klass_info
        first, last = shape["select_fields"][0], shape["select_fields"][-1]
        self._model, self._columns = shape["model"], slice(first, last + 1)
        self._names = [column[0].target.attname for column in compiler.select[self._columns]]
        self._related = get_related_populators(shape, compiler.select, DEFAULT_DB_ALIAS)
        self._annotations = tuple((compiler.annotation_col_map or {}).items())
        converters = compiler.get_converters([column[0] for column in compiler.select])
        self._converters = [(position, *found) for position, found in converters.items()]

    def parameters(self, given: dict[str, Any]) -> list[Any]:
        return [given[it.name] if type(it) is Given else it for it in self._parameters]

    def row(self, found: Sequence[Any]) -> Any:
        values = list(found)
        for position, converters, expression in self._converters:
            for convert in converters:
                values[position] = convert(values[position], expression, connection)
        row = self._model.from_db(DEFAULT_DB_ALIAS, self._names, values[self._columns])
        for related in self._related:
            related.populate(values, row)
        for name, position in self._annotations:
            setattr(row, name, values[position])
        return row


def insert(*rows: Model) -> None:
    """Store new rows in one statement and give each its id; no signal is sent, nothing is defaulted.

    Rows of several models go together, model by model; one may point to a row that is given before it.
    """
    links = _links(rows)
    shape = tuple((type(row), tuple(link.items())) for row, link in zip(rows, links, strict=True))
    values = [
        value
        for row, link in zip(rows, links, strict=True)
        for field, value in zip(_stored_fields(type(row)), values_of(row), strict=True)
        if field.name not in link
    ]
    for row, link, (number,) in zip(rows, links, rows_of(_insert(shape), values), strict=True):
        row.pk = number
        row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS
        for name, earlier in link.items():
            setattr(row, name, rows[earlier])


def _links(rows: Sequence[Model]) -> list[dict[str, int]]:
    """Which of the rows given before it each row points to, by the name of the field."""
    places = {id(row): place for place, row in enumerate(rows)}
    return [
        {
            name: places[id(other)]
            for name, other in row._state.fields_cache.items()
            if id(other) in places and other.pk is None
        }
        for row in rows
    ]


def insert_all(rows: Sequence[Model]) -> None:
    """`insert` for any number of rows of one model: each column travels as one array, and one plan serves them all."""
    if not rows:
        return
    with connection.cursor() as cursor:
        cursor.execute(f"{insertion(type(rows[0]))} RETURNING id", columns_of(rows))
        for row, (number,) in zip(rows, cursor.fetchall(), strict=True):
            row.pk = number
            row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS


def columns_of(rows: Sequence[Model]) -> list[str]:
    """The parameters of `insertion` for these rows of one model."""
    return [array_of(_column(field, rows)) for field in _stored_fields(type(rows[0]))]


def _column(field: "Field[Any, Any]", rows: Sequence[Model]) -> Iterable[Any]:
    values = map(attrgetter(field.attname), rows)
    if not isinstance(field, JSONField):
        return values
    return (None if value is None else json.dumps(value, cls=field.encoder) for value in values)


@cache
def insertion(model: type[Model]) -> str:
    """The INSERT of any number of rows of the model, in their order, from one array for each stored column."""
    columns = ", ".join(column_names(model))
    return (
        f"INSERT INTO {connection.ops.quote_name(model._meta.db_table)} ({columns})"  # noqa: S608 (our own names)
        f" SELECT {columns} FROM {given_rows(model)} ORDER BY given_position"
    )


@cache
def given_rows(model: type[Model]) -> str:
    """The rows that `columns_of` brings, as the table `given` with their position."""
    # Without the length: what is too long has to be refused, and a cast would cut it.
    kinds = (str(field.db_type(connection)).partition("(")[0] for field in _stored_fields(model))
    arrays = ", ".join(f"%s::{kind}[]" for kind in kinds)
    columns = ", ".join(column_names(model))
    return f"unnest({arrays}) WITH ORDINALITY AS given ({columns}, given_position)"


def values_of(row: Model) -> list[Any]:
    """The parameters of `given_row` for this row. Only JSON is not yet what the driver takes."""
    names, as_json = _reading(type(row))
    values = [getattr(row, name) for name in names]
    for position, dumps in as_json:
        if values[position] is not None:
            values[position] = Jsonb(values[position], dumps)
    return values


@cache
def _reading(model: type[Model]) -> tuple[list[str], list[tuple[int, Callable[[Any], str]]]]:
    """The attributes that are stored, and at which places they become JSON, and how."""
    fields = _stored_fields(model)
    as_json: list[tuple[int, Callable[[Any], str]]] = [
        (position, partial(json.dumps, cls=field.encoder))
        for position, field in enumerate(fields)
        if isinstance(field, JSONField)
    ]
    return [field.attname for field in fields], as_json


@cache
def given_row(model: type[Model]) -> str:
    """`given_rows` for exactly one row. The planner knows that it is one, so one plan can serve for good."""
    kinds = (str(field.db_type(connection)).partition("(")[0] for field in _stored_fields(model))
    columns = ", ".join(column_names(model))
    return f"(SELECT {', '.join(f'%s::{kind}' for kind in kinds)}, 1) AS given ({columns}, given_position)"


@cache
def column_names(model: type[Model]) -> tuple[str, ...]:
    """The stored columns of the model, quoted."""
    return tuple(connection.ops.quote_name(field.column) for field in _stored_fields(model))


@cache
def _stored_fields(model: type[Model]) -> "tuple[Field[Any, Any], ...]":
    fields = model._meta.local_concrete_fields
    return tuple(field for field in fields if not (field.primary_key or field.generated))


@cache
def _insert(shape: tuple[tuple[type[Model], tuple[tuple[str, int], ...]], ...]) -> str:
    """The statement for rows of these models with these links: one INSERT for each run of one model."""
    runs: list[list[int]] = []
    for place, (model, _links) in enumerate(shape):
        if runs and shape[runs[-1][0]][0] is model:
            runs[-1].append(place)
        else:
            runs.append([place])
    inserts = [_insert_run([shape[place] for place in run]) for run in runs]
    if len(runs) == 1:
        return inserts[0]
    named = ", ".join(f"row_{run[0]} AS ({written})" for run, written in zip(runs, inserts, strict=True))
    found = " UNION ALL ".join(f"SELECT id FROM row_{run[0]}" for run in runs)  # noqa: S608 (our own names)
    return f"WITH {named} {found}"


def _insert_run(run: Sequence[tuple[type[Model], tuple[tuple[str, int], ...]]]) -> str:
    model = run[0][0]
    rows = ", ".join(
        f"({', '.join(_value(field, dict(links)) for field in _stored_fields(model))})" for _, links in run
    )
    columns, table = ", ".join(column_names(model)), connection.ops.quote_name(model._meta.db_table)
    return f"INSERT INTO {table} ({columns}) VALUES {rows} RETURNING id"  # noqa: S608 (our own names)


def _value(field: "Field[Any, Any]", links: Mapping[str, int]) -> str:
    earlier = links.get(field.name)
    return "%s" if earlier is None else f"(SELECT id FROM row_{earlier})"  # noqa: S608 (our own names)
