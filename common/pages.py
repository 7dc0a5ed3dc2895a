"""Keyset pages: a list is read from where the last page ended, so page 1,000 costs what page 1 costs.

A cursor holds the ordering columns of the last row shown, signed: a list takes no cursor but its own. It says where
to go on and nothing about who may see what.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from http import HTTPStatus
from operator import attrgetter
from typing import Any, Generic, TypeVar, cast

from django.core.exceptions import BadRequest
from django.core.signing import BadSignature, Signer
from django.db.models import Field, Model, Q, QuerySet
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan, TupleLessThan
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from common.errors import Refusal

AFTER = "after"
SIZE = 50

Row = TypeVar("Row", bound=Model)


class BadCursor(Refusal, BadRequest):
    """The cursor was not made by this list. Of a page, Django makes its own answer to a bad request."""

    code = "bad_cursor"
    message = _("This list cannot go on from there. Start again without “after”, or follow “next” as it was given.")
    field = AFTER
    http_status = HTTPStatus.BAD_REQUEST


@dataclass(frozen=True)
class Page(Generic[Row]):
    """The rows of one page, the cursor of the next one (None on the last), and the request's own cursor."""

    rows: list[Row]
    next: str | None
    after: str | None

    def next_href(self, request: HttpRequest) -> str | None:
        """The next page's address without the host, keeping the filters; for an API, make it absolute."""
        return _address(request, self.next) if self.next else None

    def first_href(self, request: HttpRequest) -> str | None:
        """The first page's address, or None when this is it."""
        return _address(request, None) if self.after else None

    def hrefs(self, request: HttpRequest) -> dict[str, str | None]:
        """Both for the context of a page, whose `{% pager %}` takes them by these names."""
        return {"next_href": self.next_href(request), "first_href": self.first_href(request)}


def read_page(
    rows: QuerySet[Row], *beside: QuerySet[Row], by: Sequence[str], after: str | None, size: int = SIZE
) -> Page[Row]:
    """The page of `rows` that follows the cursor `after`, ordered `by`.

    `by` names columns or annotations as `order_by` does ("-placed_at", "-id"): all in one direction, none of them ever
    null, the last one unique; an index over them makes the page cheap. Raises BadCursor.

    Where one list is found by several indexes, each of them gives a queryset of its own, and no row is in two of them.
    """
    descending = _descending(by)
    beyond = TupleLessThan if descending else TupleGreaterThan
    found: list[Row] = []
    for part in (rows, *beside):
        ordered = part.order_by(*by)
        if after:
            columns = Tuple(*(column.removeprefix("-") for column in by))
            ordered = ordered.filter(Q(beyond(columns, _values(rows, by, after))))
        found += ordered[: size + 1]
    if beside:
        place = attrgetter(*(column.removeprefix("-") for column in by))
        found.sort(key=place, reverse=descending)
    has_more = len(found) > size
    shown = found[:size]
    return Page(rows=shown, next=_cursor(shown[-1], by) if has_more else None, after=after or None)


def _descending(by: Sequence[str]) -> bool:
    directions = {column.startswith("-") for column in by}
    if len(directions) != 1:
        raise ValueError(f"A keyset goes in one direction, not {by}")
    return directions.pop()


def _values(rows: QuerySet[Row], by: Sequence[str], after: str) -> list[Any]:
    try:
        written = _signer(rows.model, by).unsign_object(after)
    except (BadSignature, ValueError) as error:
        raise BadCursor from error
    return [_field(rows, column.removeprefix("-")).to_python(value) for column, value in zip(by, written, strict=True)]


def _field(rows: QuerySet[Row], column: str) -> "Field[Any, Any]":
    if column in rows.query.annotations:
        return rows.query.annotations[column].output_field
    return cast("Field[Any, Any]", rows.model._meta.get_field(column))


def _cursor(row: Model, by: Sequence[str]) -> str:
    return _signer(type(row), by).sign_object([_written(row, column.removeprefix("-")) for column in by])


def _written(row: Model, column: str) -> Any:
    """The row's value as JSON takes it: of a row it points to the key, of a moment every microsecond."""
    value = getattr(row, column)
    if isinstance(value, Model):
        return value.pk
    return value.isoformat() if isinstance(value, date) else value


def _signer(model: type[Model], by: Sequence[str]) -> Signer:
    return Signer(salt=f"page of {model._meta.label} by {','.join(by)}")


def _address(request: HttpRequest, cursor: str | None) -> str:
    asked = request.GET.copy()
    asked.pop(AFTER, None)
    if cursor:
        asked[AFTER] = cursor
    return f"{request.path}?{asked.urlencode()}" if asked else request.path
