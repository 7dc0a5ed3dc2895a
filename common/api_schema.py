"""How an operation of the API is documented: one line about it, its inputs, its answers and its refusals."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from http import HTTPStatus
from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, extend_schema, inline_serializer
from rest_framework import serializers

from common.pages import AFTER

Error = inline_serializer(
    "Error",
    {
        "error": serializers.CharField(help_text="a stable code"),
        "message": serializers.CharField(help_text="a sentence for people, in their language"),
        "fields": serializers.DictField(
            child=serializers.ListField(child=serializers.CharField()),
            help_text="what is wrong, by field; often empty",
        ),
    },
)

WHY = {
    HTTPStatus.BAD_REQUEST: "The request cannot be read or a field is not what it should be.",
    HTTPStatus.UNAUTHORIZED: "Nobody is signed in, or the token does not work any more.",
    HTTPStatus.FORBIDDEN: "This is not done by somebody in this role.",
    HTTPStatus.NOT_FOUND: "There is no such thing, or it is somebody else's.",
    HTTPStatus.CONFLICT: "Understood and not done: the state of things does not allow it.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "The body is too large.",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "The body is of another type than the operation reads.",
    HTTPStatus.UNPROCESSABLE_ENTITY: "The Idempotency-Key already answered another request.",
    HTTPStatus.TOO_MANY_REQUESTS: "Too many tries; Retry-After says when to come back.",
}

IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    description="Names this request. Sent again with the same body it gets the stored answer and changes nothing;"
    " with another body it is refused (422). Refused requests are not stored. Kept for 30 days.",
)

CURSOR = OpenApiParameter(AFTER, str, description="Where to go on; taken from `next`, never made up.")


def operation(
    summary: str,
    *,
    takes: Any = None,
    gives: Mapping[HTTPStatus, Any],
    errors: Sequence[HTTPStatus] = (),
    repeatable: bool = False,
    parameters: Sequence[OpenApiParameter] = (),
    examples: Sequence[OpenApiExample] = (),
    **documented: Any,
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """An operation's entry in the schema. `repeatable` takes an Idempotency-Key."""
    refused = [HTTPStatus.UNAUTHORIZED, *errors, *([HTTPStatus.UNPROCESSABLE_ENTITY] if repeatable else [])]
    answers: dict[HTTPStatus, Any] = {**gives, **{status: OpenApiResponse(Error, WHY[status]) for status in refused}}
    return extend_schema(
        operation_id=summary.lower().replace(" ", "_"),
        summary=summary,
        request=takes,
        responses=answers,
        parameters=[*([IDEMPOTENCY_KEY] if repeatable else []), *parameters],
        examples=list(examples),
        **documented,
    )


def listing(
    summary: str,
    each: type[serializers.Serializer[Any]],
    *,
    errors: Sequence[HTTPStatus] = (),
    parameters: Sequence[OpenApiParameter] = (),
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """The entry of an operation that answers in keyset pages of `each` (common.api.one_page)."""
    return operation(
        summary,
        gives={HTTPStatus.OK: page_of(each)},
        errors=[HTTPStatus.BAD_REQUEST, *errors],
        parameters=[CURSOR, *parameters],
    )


@cache
def page_of(each: type[serializers.Serializer[Any]]) -> Any:
    """The shape of a keyset page, named after what it lists: pages of ClaimOutput are a ClaimPage."""
    shape = {"results": each(many=True), "next": serializers.URLField(allow_null=True)}
    return inline_serializer(each.__name__.replace("Output", "Page"), shape)
