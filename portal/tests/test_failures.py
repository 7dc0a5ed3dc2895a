import json

import pytest
from django.test import RequestFactory

from portal import failures


@pytest.mark.parametrize(
    ("answer", "status", "code"),
    [
        (lambda request: failures.bad_request(request, ValueError()), 400, "bad_request"),
        (lambda request: failures.permission_denied(request, ValueError()), 403, "permission_denied"),
        (lambda request: failures.page_not_found(request, ValueError()), 404, "not_found"),
        (failures.server_error, 500, "our_fault"),
    ],
)
def test_under_the_api_a_failure_is_json_in_the_one_shape(answer, status, code):
    answered = answer(RequestFactory().get("/api/v1/orders"))
    body = json.loads(answered.content)
    assert (answered.status_code, body["error"], body["fields"]) == (status, code, {})
    assert body["message"]


def test_to_a_provider_it_is_json_too():
    answered = failures.server_error(RequestFactory().post("/webhooks/sandbox"))
    assert json.loads(answered.content)["error"] == "our_fault"


def test_elsewhere_it_is_a_page():
    answered = failures.server_error(RequestFactory().get("/orders/"))
    assert answered.status_code == 500
    assert answered["Content-Type"].startswith("text/html")


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["get", "post", "put", "delete", "options"])
def test_at_an_unknown_address_of_the_api_a_stranger_is_asked_who_they_are(client, method):
    answer = getattr(client, method)("/api/v1/orders/")
    assert (answer.status_code, answer.json()["error"]) == (401, "not_authenticated")


@pytest.mark.parametrize("path", ["/api/v1/claims", "/api/v1/auth/tokens", "/api/"])
def test_ten_megabytes_are_refused_unread(client, path):
    answer = client.post(path, b"x" * 10_000_000, content_type="application/json")
    assert (answer.status_code, answer.json()["error"]) == (413, "body_too_large")


@pytest.mark.parametrize("path", ["/api/v1/claims", "/sign-in/"])
def test_a_body_in_chunks_is_refused_and_not_taken_for_an_empty_one(client, path):
    answer = client.generic("POST", path, headers={"Transfer-Encoding": "chunked"})
    assert answer.status_code == 411


@pytest.mark.parametrize("path", ["/api/v1/orders/a%00b", "/api/v1/orders?after=%00", "/orders/a%00b/", "/?x=%00"])
def test_nothing_stands_at_an_address_with_a_null_character(client, path):
    answer = client.get(path)
    assert answer.status_code == 404
    assert (answer["Content-Type"] == "application/json") is path.startswith("/api/")
