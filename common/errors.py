"""Refusals: what the portal says when it will not do a thing, in one shape for pages and API.

Each action declares its own refusals next to itself. A refusal states the fact, says what to do, and changes nothing.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Any, ClassVar, cast

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import Http404, JsonResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.response import Response

from common.formats import moment_text, money_text


class Refusal(Exception):
    """A request that is understood and not carried out.

    `code` is stable and machine-readable, `message` is for people (translated when shown), `field` names the input it
    is about, if any, and `http_status` is the answer of the API. `sums` are those of the message's values that are
    minor units; another value says of which `currency`.
    """

    code: ClassVar[str] = "refused"
    message: ClassVar[str | Promise] = ""
    field: ClassVar[str | None] = None
    http_status: ClassVar[int] = 409
    sums: ClassVar[tuple[str, ...]] = ()

    def __init__(self, **values: object) -> None:
        self.values = values
        super().__init__(self.sentence())

    def sentence(self) -> str:
        """The message in the current language, with the values filled in; sums and moments as its reader knows them."""
        if not self.values:
            return str(self.message)
        return str(self.message) % {name: self._told(name, value) for name, value in self.values.items()}

    def _told(self, name: str, value: object) -> object:
        if name in self.sums:
            return money_text(cast("int", value), str(self.values["currency"]))
        return moment_text(value) if isinstance(value, datetime) else value

    def where(self) -> str | None:
        """The input it is about; more exactly than `field` where the input has parts."""
        return self.field

    def headers(self) -> Mapping[str, str]:
        """Headers that belong to the refusal."""
        return {}


def api_exception_handler(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """The answer of the API to whatever went wrong, in the one shape; None for what is our own fault (500)."""
    match error:
        case Refusal():
            fields = {where: [error.sentence()]} if (where := error.where()) else {}
            return _answer(error.http_status, error.code, error.sentence(), fields, error.headers())
        case Http404():
            return _of_framework(exceptions.NotFound(), context)
        case PermissionDenied():
            return _of_framework(exceptions.PermissionDenied(), context)
        case RequestDataTooBig():
            return _answer(
                HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "body_too_large", _("This is more than we can take in.")
            )
        case exceptions.APIException():
            return _of_framework(error, context)
    return None


def api_error(status: HTTPStatus, code: str, message: str) -> JsonResponse:
    """The one shape for what goes wrong outside the API's own views."""
    return JsonResponse({"error": code, "message": message, "fields": {}}, status=status)


def _of_framework(error: exceptions.APIException, context: Mapping[str, Any]) -> Response:
    headers = {}
    if error.status_code == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = context["view"].get_authenticate_header(context["request"])
    if isinstance(error, exceptions.ValidationError):
        message = _("Some of this cannot be used as it is. Each field says what is wrong with it.")
        return _answer(error.status_code, "invalid", message, _fields(error.detail), headers)
    return _answer(error.status_code, error.default_code, str(error.detail), {}, headers)


def _fields(detail: Any) -> dict[str, list[str]]:
    """What is wrong, by the path of the input it is about ("hotels[0].transport")."""
    found: dict[str, list[str]] = {}
    for path, sentence in _faults(detail, ""):
        found.setdefault(path or "non_field_errors", []).append(sentence)
    return found


def _faults(detail: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(detail, Mapping):
        for name, inner in detail.items():
            yield from _faults(inner, _below(path, name))
    elif isinstance(detail, list | tuple):
        for place, inner in enumerate(detail):
            yield from _faults(inner, path if isinstance(inner, str) else _below(path, place))
    else:
        yield path, str(detail)


def _below(path: str, name: str | int) -> str:
    if isinstance(name, int) or name.isdecimal():
        return f"{path}[{name}]"
    return f"{path}.{name}" if path else name


def _answer(
    status: int,
    code: str,
    message: str,
    fields: Mapping[str, list[str]] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    return Response({"error": code, "message": message, "fields": fields or {}}, status=status, headers=headers)
