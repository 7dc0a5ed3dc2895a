"""Strangers learn what this is; the demo's people are one press away, and only in a demo."""

import pytest
from django.conf import settings as configured

from accounts.demo import DEMO_LOGINS

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("address", ["/", "/sign-in/"])
def test_a_demo_offers_every_login_with_a_trouble_to_try(client, settings, address):
    settings.DEMO = True
    page = client.get(address).text
    assert all(f'value="{login.email}"' in page and str(login.trouble) in page for login in DEMO_LOGINS)


@pytest.mark.parametrize("address", ["/", "/sign-in/"])
def test_outside_a_demo_no_login_is_offered(client, settings, address):
    settings.DEMO = False
    page = client.get(address).text
    assert "@example.com" not in page
    assert "?door=merchant" in page


def test_the_doors_offer_exactly_the_logins_of_the_contract():
    names = ["consumer", "consumer2", "merchant", "agent", "senior", "finance", "finance2", "operator", "operator2"]
    assert [login.email for login in DEMO_LOGINS] == [f"{name}@example.com" for name in names]


@pytest.mark.parametrize(
    ("door", "heading"),
    [
        ("consumer", "Sign in as a consumer"),
        ("merchant", "Sign in as a merchant"),
        ("platform", "Sign in for the platform"),
        ("<b>", ">Sign in</h1>"),
    ],
)
def test_a_door_says_who_signs_in(client, door, heading):
    assert heading in client.get("/sign-in/", {"door": door}).text


@pytest.mark.parametrize(("language", "words"), [("en", "Sign in"), ("zh-hans", 'lang="zh-Hans"')])
def test_the_language_is_chosen_by_a_plain_form(client, language, words):
    answer = client.post("/language/", {"language": language, "next": "/sign-in/"})
    assert answer.status_code == 302
    assert answer.url == "/sign-in/"
    assert words in client.get("/sign-in/").text


def test_the_chosen_language_is_kept_with_the_person(client, consumer):
    client.force_login(consumer)
    client.post("/language/", {"language": "zh-hans", "next": "/"})
    consumer.refresh_from_db()
    assert consumer.language == "zh-hans"


def test_an_unknown_language_changes_nothing(client, consumer):
    client.force_login(consumer)
    client.post("/language/", {"language": "tlh", "next": "/"})
    consumer.refresh_from_db()
    assert consumer.language == "en"


def test_the_language_form_leads_nowhere_else(client):
    assert client.post("/language/", {"language": "en", "next": "https://evil.example/"}).url == "/"


def test_a_page_speaks_the_persons_language_until_another_is_chosen(client, consumer):
    type(consumer).objects.filter(pk=consumer.pk).update(language="zh-hans")
    client.force_login(consumer)
    assert '<html lang="zh-Hans">' in client.get("/sign-in/").text
    client.cookies[configured.LANGUAGE_COOKIE_NAME] = "en"
    assert '<html lang="en">' in client.get("/sign-in/").text


def test_times_are_told_in_the_persons_zone(client, consumer):
    type(consumer).objects.filter(pk=consumer.pk).update(timezone="Asia/Shanghai")
    client.force_login(consumer)
    assert "China Time" in client.get("/sign-in/").text
