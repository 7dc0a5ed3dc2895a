"""How the API answers: in pages, and once for each key where something may move."""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, TypeVar, cast

from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from common.idempotency import once
from common.pages import AFTER, SIZE, read_page

Row = TypeVar("Row", bound=Model)


def idempotent(handler: Callable[..., Response]) -> Callable[..., HttpResponse]:
    """A handler that runs in one transaction, once for each Idempotency-Key of a person (see common.idempotency)."""

    @wraps(handler)
    def handle(view: APIView, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        return once(
            cast("HttpRequest", request),
            lambda: _written(handler(view, request, *args, **kwargs)),
            key=request.headers.get("Idempotency-Key"),
            content=request.data,
            now=timezone.now(),
        )

    return handle


def _written(answer: Response) -> HttpResponse:
    return HttpResponse(
        JSONRenderer().render(answer.data), status=answer.status_code, content_type=JSONRenderer.media_type
    )


def one_page(
    request: Request,
    rows: QuerySet[Row],
    *beside: QuerySet[Row],
    by: Sequence[str],
    size: int = SIZE,
    shown: Callable[[list[Row]], list[dict[str, Any]]],
) -> Response:
    """One keyset page of `rows` (and of those `beside`, see common.pages).

    `shown` turns the page's rows into what is answered, all at once.
    """
    page = read_page(rows, *beside, by=by, after=request.query_params.get(AFTER), size=size)
    next_href = page.next_href(cast("HttpRequest", request))
    return Response({"results": shown(page.rows), "next": request.build_absolute_uri(next_href) if next_href else None})
