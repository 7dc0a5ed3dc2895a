"""Who reads: the page speaks the signed-in person's language and tells the time of their zone.

A language chosen on the page itself (the cookie) goes before the one kept with the person; who never chose one reads
what their browser asks for.
"""

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation


class ReaderMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            # A token of the API tells who reads only later; the zone it then sets ends with this request.
            with timezone.override(None):
                return self.get_response(request)
        if request.user.language and settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
            translation.activate(request.user.language)
            request.LANGUAGE_CODE = translation.get_language()
        with timezone.override(ZoneInfo(request.user.timezone)):
            return self.get_response(request)
