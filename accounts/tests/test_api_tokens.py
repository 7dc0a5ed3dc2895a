from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from knox.models import AuthToken
from rest_framework.test import APIClient

from accounts.actions import MOST_FOR_PERSON_FROM_ADDRESS, forget_ended_tokens

TOKENS = "/api/v1/auth/tokens"


@pytest.fixture
def client():
    return APIClient()


@pytest.fixture
def signed_in(client, consumer):
    answer = client.post(TOKENS, {"email": "consumer@example.com", "password": "redress"}, format="json")
    assert answer.status_code == 200
    return answer.json()


def with_token(client, token):
    return client.delete(TOKENS, headers={"Authorization": f"Token {token}"})


def test_a_token_is_given_for_an_address_and_its_password(signed_in):
    assert set(signed_in) == {"token", "expiry"}
    assert signed_in["token"] not in str(AuthToken.objects.values().get())


def test_a_token_is_recognised_in_one_statement_that_writes_nothing(client, signed_in):
    with CaptureQueriesContext(connection) as queries:
        answer = client.get("/api/v1/nowhere", headers={"Authorization": f"Token {signed_in['token']}"})
    assert answer.status_code == 404
    assert [query["sql"].split()[0] for query in queries] == ["SELECT"]


def test_a_wrong_password_is_401_and_says_how_to_sign_in(client, consumer):
    answer = client.post(TOKENS, {"email": "consumer@example.com", "password": "guess"}, format="json")
    assert (answer.status_code, answer.json()["error"]) == (401, "wrong_email_or_password")
    assert answer["WWW-Authenticate"] == "Token"


def test_guessing_is_braked_with_the_time_to_wait(client, consumer):
    for _time in range(MOST_FOR_PERSON_FROM_ADDRESS):
        client.post(TOKENS, {"email": "consumer@example.com", "password": "guess"}, format="json")
    answer = client.post(TOKENS, {"email": "consumer@example.com", "password": "redress"}, format="json")
    assert (answer.status_code, answer.json()["error"]) == (429, "too_many_tries")
    assert 0 < int(answer["Retry-After"]) <= 900


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"password": "redress"}, "email"),
        ({"email": "consumer@example.com"}, "password"),
        ({"email": "consumer@example.com", "password": 5}, "password"),
        ({"email": "a\0b", "password": "redress"}, "email"),
        ({"email": "a" * 255, "password": "redress"}, "email"),
        ({"email": "consumer@example.com", "password": "redress", "otp": "1"}, "otp"),
    ],
)
def test_what_cannot_be_read_is_400_by_field(client, consumer, sent, field):
    answer = client.post(TOKENS, sent, format="json")
    assert (answer.status_code, set(answer.json()["fields"])) == (400, {field})


def test_a_token_given_back_stops_working(client, signed_in):
    assert with_token(client, signed_in["token"]).status_code == 204
    assert with_token(client, signed_in["token"]).status_code == 401


@pytest.mark.parametrize("token", ["x", "0" * 64, "%00", "é", "a b", ""])
def test_a_made_up_token_is_401(client, consumer, token):
    answer = with_token(client, token)
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Token")


def test_a_token_ends(client, signed_in, now):
    AuthToken.objects.update(expiry=now - timedelta(seconds=1))
    assert with_token(client, signed_in["token"]).status_code == 401
    assert forget_ended_tokens(now=now) == 1


def test_the_token_of_a_person_who_left_is_401(client, signed_in, consumer):
    consumer.is_active = False
    consumer.save()
    assert with_token(client, signed_in["token"]).status_code == 401


@pytest.mark.parametrize(
    ("headers", "language"),
    [({}, "zh-hans"), ({"Accept-Language": "en"}, "en"), ({"Accept-Language": "zh-CN"}, "zh-hans")],
)
def test_the_answer_speaks_the_language_asked_for_or_the_person_s_own(client, signed_in, consumer, headers, language):
    consumer.language = "zh-hans"
    consumer.save()
    answer = client.get("/api/v1/nowhere", headers={"Authorization": f"Token {signed_in['token']}", **headers})
    assert answer["Content-Language"] == language
