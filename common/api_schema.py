"""How an operation of the API is documented: one line about it, its inputs, its answers and its refusals."""

from collections.abc import Callable, Mapping, Sequence
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
    listed: bool = False,
    parameters: Sequence[OpenApiParameter] = (),
    examples: Sequence[OpenApiExample] = (),
    **documented: Any,
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """An operation's entry in the schema. `repeatable` takes an Idempotency-Key, `listed` is answered in pages."""
    refused = [HTTPStatus.UNAUTHORIZED, *errors, *([HTTPStatus.UNPROCESSABLE_ENTITY] if repeatable else [])]
    answers: dict[HTTPStatus, Any] = {**gives, **{status: OpenApiResponse(Error, WHY[status]) for status in refused}}
    common = [*([IDEMPOTENCY_KEY] if repeatable else []), *([CURSOR] if listed else [])]
    return extend_schema(
        operation_id=summary.lower().replace(" ", "_"),
        summary=summary,
        request=takes,
        responses=answers,
        parameters=[*common, *parameters],
        examples=list(examples),
        **documented,
    )
