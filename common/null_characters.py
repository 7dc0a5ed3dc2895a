"""Nothing stands at an address with a null character: PostgreSQL has no text that contains one."""

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse

ENCODED = "%00"


class NullCharacterMiddleware:
    """Answers 404 when the path or the query holds one, before anything asks the database about it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        query = request.META.get("QUERY_STRING", "")
        if "\0" in request.path or "\0" in query or ENCODED in query:
            raise Http404
        return self.get_response(request)
