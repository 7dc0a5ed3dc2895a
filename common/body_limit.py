"""Refuse a request whose body is too large, or of unknown length, before a byte of it is read."""

from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _

from common.errors import api_error


class BodyLimitMiddleware:
    """Answers 413 above UPLOAD_LIMIT_BYTES (multipart) or BODY_LIMIT_BYTES (anything else), and 411 without a length.

    Django reads no further than the announced length, so a body that is sent in chunks would count as empty.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        multipart = request.content_type == "multipart/form-data"
        limit = settings.UPLOAD_LIMIT_BYTES if multipart else settings.BODY_LIMIT_BYTES
        if "Transfer-Encoding" in request.headers and not request.headers.get("Content-Length"):
            return _length_missing(request)
        if _announced_length(request) > limit:
            return _too_large(request, limit)
        return self.get_response(request)


def _length_missing(request: HttpRequest) -> HttpResponse:
    message = _("Send the body in one piece, with its Content-Length.")
    if request.path.startswith("/api/"):
        return api_error(HTTPStatus.LENGTH_REQUIRED, "length_required", message)
    return HttpResponse(message, status=HTTPStatus.LENGTH_REQUIRED, content_type="text/plain; charset=utf-8")


def _announced_length(request: HttpRequest) -> int:
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0


def _too_large(request: HttpRequest, limit: int) -> HttpResponse:
    message = _("This is more than we can take in at once: the limit is %(limit)s kB.") % {"limit": limit // 1024}
    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    if request.path.startswith("/api/"):
        return api_error(status, "body_too_large", message)
    with translation.override(translation.get_language_from_request(request)):
        return render(request, "413.html", status=status)
