import json
from datetime import UTC, datetime
from http import HTTPStatus

import pytest
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import Http404
from django.utils import timezone, translation
from rest_framework.permissions import AllowAny
from rest_framework.test import APIRequestFactory
from rest_framework.views import APIView

from common.errors import Refusal
from common.states import MovedMeanwhile
from common.strict_input import Amount, Input


class TooLate(Refusal):
    code = "too_late"
    message = "The time ran out at %(at)s."
    field = "amount"

    def headers(self):
        return {"Retry-After": "5"}


class AboveTheLimit(Refusal):
    code = "above_the_limit"
    message = "At most %(most)s until %(until)s."
    sums = ("most",)


class Sum(Input):
    amount = Amount()


def answer_to(error=None, *, method="post", body='{"amount": 1}', content_type="application/json", **headers):
    class Door(APIView):
        permission_classes = (AllowAny,)

        def post(self, request):
            Sum.read(request)
            raise error

    request = getattr(APIRequestFactory(), method)("/", body, content_type=content_type, **headers)
    answer = Door.as_view()(request)
    answer.render()
    return answer, json.loads(answer.content)


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (TooLate(at="noon"), 409, "too_late"),
        (MovedMeanwhile(), 409, "moved_meanwhile"),
        (Http404("Order matching query does not exist"), 404, "not_found"),
        (PermissionDenied("secret reason"), 403, "permission_denied"),
        (RequestDataTooBig(), 413, "body_too_large"),
    ],
)
def test_every_refusal_has_the_one_shape(error, status, code):
    answer, body = answer_to(error)
    assert (answer.status_code, body["error"]) == (status, code)
    assert list(body) == ["error", "message", "fields"]
    assert body["message"]
    assert not {"Order", "secret"} & set(body["message"].split())


def test_a_refusal_names_its_field_and_brings_its_headers():
    answer, body = answer_to(TooLate(at="noon"))
    assert body["message"] == "The time ran out at noon."
    assert body["fields"] == {"amount": ["The time ran out at noon."]}
    assert answer["Retry-After"] == "5"


def test_a_refusal_writes_sums_and_moments_as_its_reader_does():
    refusal = AboveTheLimit(most=1250, currency="GBP", until=datetime(2026, 3, 28, 23, 30, tzinfo=UTC))
    with translation.override("en"), timezone.override("Asia/Shanghai"):
        assert refusal.sentence() == "At most £12.50 until Sun 29 Mar 2026, 07:30."


@pytest.mark.parametrize(
    ("request_of", "status", "code"),
    [
        ({"body": "{"}, HTTPStatus.BAD_REQUEST, "parse_error"),
        ({"body": "[1]"}, HTTPStatus.BAD_REQUEST, "invalid"),
        ({"body": '{"amount": "1"}'}, HTTPStatus.BAD_REQUEST, "invalid"),
        ({"content_type": "text/plain"}, HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type"),
        (
            {"content_type": "application/x-www-form-urlencoded"},
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            "unsupported_media_type",
        ),
        ({"method": "put"}, HTTPStatus.METHOD_NOT_ALLOWED, "method_not_allowed"),
        ({"HTTP_ACCEPT": "text/html"}, HTTPStatus.NOT_ACCEPTABLE, "not_acceptable"),
        ({"HTTP_AUTHORIZATION": "Token nonsense!"}, HTTPStatus.UNAUTHORIZED, "authentication_failed"),
    ],
)
@pytest.mark.django_db
def test_what_never_reaches_an_action_has_the_one_shape_too(request_of, status, code):
    answer, body = answer_to(**request_of)
    assert (answer.status_code, body["error"]) == (status, code)
    assert set(body) == {"error", "message", "fields"}


def test_an_error_nobody_foresaw_is_not_hidden():
    with pytest.raises(ZeroDivisionError):
        answer_to(ZeroDivisionError())
