"""Everybody is led to their own work, sees how much waits there, and where they are."""

import pytest
from django.test import RequestFactory

from portal.navigation import PLACES, places

pytestmark = pytest.mark.django_db


def at(path, user):
    request = RequestFactory().get(path)
    request.user = user
    return places(request)


@pytest.mark.parametrize("person", ["consumer", "merchant", "agent", "finance", "operator"])
def test_every_place_exists_and_the_first_is_home(client, request, person):
    user = request.getfixturevalue(person)
    found = at("/", user)
    assert len(found) == len(PLACES[user.role])
    client.force_login(user)
    assert client.get("/").url == found[0].href
    for place in found:
        assert client.get(place.href).status_code == 200


def test_one_place_is_here_at_most(merchant):
    for path, here in (("/desk/", "/desk/"), ("/desk/refunds/X/", "/desk/refunds/"), ("/elsewhere/", None)):
        assert [place.href for place in at(path, merchant) if place.is_here] == ([here] if here else [])


@pytest.mark.parametrize(
    ("person", "path", "here"),
    [
        ("consumer", "/rehousings/1/", "/orders/"),
        ("consumer", "/claims/R-1/", "/claims/"),
        ("merchant", "/claims/R-1/", "/desk/"),
        ("merchant", "/claims/", "/claims/"),
        ("agent", "/claims/R-1/", "/queue/"),
        ("merchant", "/rehousings/1/", "/stays/"),
        ("merchant", "/recoveries/1/", "/recoveries/"),
        ("finance", "/recoveries/1/", "/fund/"),
        ("finance", "/force-majeure/", "/fund/"),
        ("agent", "/force-majeure/", "/force-majeure/"),
        ("operator", "/backtests/1/", "/policies/"),
    ],
)
def test_a_page_with_an_address_of_its_own_belongs_to_a_place(request, person, path, here):
    assert [place.href for place in at(path, request.getfixturevalue(person)) if place.is_here] == [here]


def test_the_first_places_are_those_most_gone_to(merchant, consumer):
    assert [place.href for place in at("/", merchant) if place.is_first] == ["/desk/"]
    assert all(place.is_first for place in at("/", consumer))


def test_an_empty_inbox_has_no_figure(merchant):
    assert all(place.count is None for place in at("/desk/", merchant))
