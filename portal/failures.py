"""What is answered when no view does: JSON in the API's one shape to programs, else Django's error pages."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views import defaults

from common.errors import api_error


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if not _is_for_programs(request):
        return defaults.bad_request(request, exception)
    return api_error(HTTPStatus.BAD_REQUEST, "bad_request", _("This request cannot be read."))


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    if not _is_for_programs(request):
        return defaults.permission_denied(request, exception)
    return api_error(HTTPStatus.FORBIDDEN, "permission_denied", _("This is not for you to do."))


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    if not _is_for_programs(request):
        return defaults.page_not_found(request, exception)
    return api_error(HTTPStatus.NOT_FOUND, "not_found", _("There is nothing here."))


def server_error(request: HttpRequest) -> HttpResponse:
    if not _is_for_programs(request):
        return defaults.server_error(request)
    message = _("Something went wrong on our side, and nothing was done. Try again in a moment.")
    return api_error(HTTPStatus.INTERNAL_SERVER_ERROR, "our_fault", message)


def _is_for_programs(request: HttpRequest) -> bool:
    return request.path.startswith(("/api/", "/webhooks/"))
