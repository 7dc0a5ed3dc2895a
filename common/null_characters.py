"""Nothing stands at an address with a null character: PostgreSQL has no text that contains one."""

from collections.abc import Callable
from http import HTTPStatus

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from common.errors import api_error

ENCODED = "%00"


class NullCharacterMiddleware:
    """Answers 404 when the path or the query holds one, before anything asks the database about it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        query = request.META.get("QUERY_STRING", "")
        if "\0" in request.path or "\0" in query or ENCODED in query:
            if request.path.startswith("/api/"):
                return api_error(HTTPStatus.NOT_FOUND, "not_found", _("There is nothing here."))
            raise Http404
        return self.get_response(request)
