from typing import cast

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpResponse
from django.test import RequestFactory

from accounts.doors import PersonRequest, people_only, role_required
from accounts.models import AgentLevel, Role, User


@role_required(Role.MERCHANT, Role.AGENT)
def desk(request: PersonRequest, number: str) -> HttpResponse:
    return HttpResponse(number)


@people_only
def inbox(request: PersonRequest) -> HttpResponse:
    return HttpResponse(request.user.name)


def request_of(user, request=None):
    request = request or RequestFactory().get("/desk/7/?after=x")
    request.user = user
    return cast(PersonRequest, request)


@pytest.mark.parametrize("role", [Role.MERCHANT, Role.AGENT])
def test_the_right_role_comes_in(role):
    user = User(name="Ming", role=role, agent_level=AgentLevel.GENERAL if role == Role.AGENT else "")
    assert cast(HttpResponse, desk(request_of(user), number="7")).content == b"7"


@pytest.mark.parametrize("role", [Role.CONSUMER, Role.FINANCE, Role.OPERATOR])
def test_for_the_wrong_role_the_page_does_not_exist(role):
    with pytest.raises(Http404):
        desk(request_of(User(name="Ming", role=role)), number="7")


def test_a_stranger_is_sent_to_sign_in_and_comes_back():
    answer = desk(request_of(AnonymousUser()), number="7")
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/sign-in/?next=/desk/7/%3Fafter%3Dx"


@pytest.mark.parametrize(
    ("referer", "goes_on"),
    [
        ("http://testserver/claims/R-1/", "/claims/R-1/"),
        ("https://elsewhere.example/claims/", "/"),
        ("", "/"),
    ],
)
def test_what_a_stranger_sent_leads_back_to_the_page_it_was_sent_from(referer, goes_on):
    sent = RequestFactory().post("/desk/7/", headers={"referer": referer})
    assert desk(request_of(AnonymousUser(), sent), number="7").headers["Location"] == f"/sign-in/?next={goes_on}"


@pytest.mark.parametrize("role", list(Role))
def test_a_page_for_people_is_open_to_every_role(role):
    assert cast(HttpResponse, inbox(request_of(User(name="Ming", role=role)))).content == b"Ming"
