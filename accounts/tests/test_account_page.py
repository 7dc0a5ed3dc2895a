"""People change how they read and their password, each for themselves alone."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.actions import MOST_FOR_PERSON_FROM_ADDRESS, issue_token
from accounts.models import User

NEW = "a long river of tea"


@pytest.fixture
def signed_in(client: Client, consumer: User) -> Client:
    client.force_login(consumer)
    return client


def changed(client: Client, **typed: str):
    usual = {"old_password": "redress", "new_password1": NEW, "new_password2": NEW}
    return client.post(reverse("password"), usual | typed)


@pytest.mark.parametrize("name", ["account", "password"])
def test_strangers_sign_in_first(client: Client, db: None, name: str):
    assert client.get(reverse(name)).headers["Location"] == f"/sign-in/?next={reverse(name)}"


def test_language_and_zone_hold_from_the_next_page_on(signed_in: Client, consumer: User):
    signed_in.cookies["redress_language"] = "en"
    answer = signed_in.post(reverse("account"), {"language": "zh-hans", "timezone": "Europe/London"}, follow=True)
    consumer.refresh_from_db()
    assert (consumer.language, consumer.timezone) == ("zh-hans", "Europe/London")
    assert 'lang="zh-Hans"' in answer.content.decode()


def test_who_never_chose_a_language_reads_what_the_browser_asks_for(signed_in: Client, consumer: User):
    User.objects.filter(pk=consumer.pk).update(language="")
    page = signed_in.get(reverse("account"), headers={"Accept-Language": "zh-CN,zh;q=0.9"})
    assert 'lang="zh-Hans"' in page.content.decode()


@pytest.mark.parametrize("changes", [{"timezone": "Mars/Base"}, {"language": "tlh"}, {"timezone": ""}])
def test_an_unknown_language_or_zone_changes_nothing(signed_in: Client, consumer: User, changes: dict[str, str]):
    answer = signed_in.post(reverse("account"), {"language": "zh-hans", "timezone": "Europe/London"} | changes)
    assert answer.status_code == 422
    consumer.refresh_from_db()
    assert (consumer.language, consumer.timezone) == ("en", "Asia/Shanghai")


def test_a_new_password_signs_out_everywhere_else(signed_in: Client, consumer: User):
    token = issue_token(user=consumer).token
    elsewhere = Client()
    elsewhere.force_login(consumer)
    assert changed(signed_in).status_code == 302
    assert signed_in.get(reverse("account")).status_code == 200
    assert elsewhere.get(reverse("account")).status_code == 302
    assert Client().get("/api/v1/orders", headers={"Authorization": f"Token {token}"}).status_code == 401
    consumer.refresh_from_db()
    assert consumer.check_password(NEW)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"old_password": "guess"}, "This is not your password."),
        ({"new_password2": "another river"}, "didn’t match"),
        ({"new_password1": "short", "new_password2": "short"}, "too short"),
        ({"new_password1": "consumer@example.com", "new_password2": "consumer@example.com"}, "too similar"),
    ],
)
def test_what_is_wrong_with_a_password_is_said(signed_in: Client, consumer: User, typed: dict[str, str], said: str):
    answer = changed(signed_in, **typed)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    consumer.refresh_from_db()
    assert consumer.check_password("redress")


def test_guessing_the_old_password_is_braked(signed_in: Client):
    for _time in range(MOST_FOR_PERSON_FROM_ADDRESS):
        changed(signed_in, old_password="guess")
    assert "tried too often" in changed(signed_in).content.decode()
