from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Event

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.http import HttpResponse, HttpResponseRedirect
from django.template import Context, Template
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from common.errors import Refusal
from common.idempotency import KEPT, BadKey, KeyReusedForOtherRequest, forget_old_answers, once, once_posted
from common.models import StoredAnswer

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


class Refused(Refusal):
    code = "refused_in_a_test"


@pytest.fixture
def user(transactional_db):
    return User.objects.create_user("someone@example.com", name="Someone")


def effects():
    return ContentType.objects.filter(app_label="effect").count()


def take_effect():
    number = effects() + 1
    ContentType.objects.create(app_label="effect", model=str(number))
    return HttpResponse(f"effect {number}", status=201, content_type="application/json")


def send(user, *, key="k-1", content="same", path="/claims", act=take_effect, now=NOW):
    request = RequestFactory().post(path)
    request.user = user
    return once(request, act, key=key, content=content, now=now)


def test_the_same_request_again_gets_the_stored_answer(user):
    first, second = send(user), send(user)
    assert effects() == 1
    assert (second.status_code, second.content, second["Content-Type"]) == (201, b"effect 1", "application/json")
    assert (second.status_code, second.content) == (first.status_code, first.content)
    assert second["Idempotent-Replayed"] == "true"


def test_another_key_is_another_request(user):
    send(user)
    assert send(user, key="k-2").content == b"effect 2"


def test_no_key_is_a_new_request_each_time(user):
    send(user, key=None)
    assert send(user, key=None).content == b"effect 2"


def test_the_key_of_another_person_is_another_key(user):
    send(user)
    other = User.objects.create_user("other@example.com", name="Other")
    assert send(other).content == b"effect 2"


@pytest.mark.parametrize("change", [{"content": "other"}, {"path": "/refunds"}])
def test_the_key_of_another_request_is_refused(user, change):
    send(user)
    with pytest.raises(KeyReusedForOtherRequest):
        send(user, **change)
    assert effects() == 1


@pytest.mark.parametrize("key", ["", " ", "x" * 201, "clé", "a\nb", "a\0b"])
def test_a_key_that_is_no_key_is_refused(user, key):
    with pytest.raises(BadKey):
        send(user, key=key)
    assert effects() == 0


def test_a_refusal_leaves_nothing_and_the_request_is_judged_again(user):
    def refuse():
        take_effect()
        raise Refused

    with pytest.raises(Refused):
        send(user, act=refuse)
    assert (effects(), StoredAnswer.objects.count()) == (0, 0)
    assert send(user).content == b"effect 1"


def test_an_answer_that_reports_an_error_is_undone_and_not_kept(user):
    def answer_with_error():
        take_effect()
        return HttpResponse("no", status=409)

    assert send(user, act=answer_with_error).status_code == 409
    assert (effects(), StoredAnswer.objects.count()) == (0, 0)


def test_a_redirect_leads_to_the_same_place_again(user):
    def lead():
        take_effect()
        return HttpResponseRedirect("/claims/R-1")

    send(user, act=lead)
    again = send(user, act=lead)
    assert (again.status_code, again["Location"], effects()) == (302, "/claims/R-1", 1)


def test_two_at_once_have_one_effect(user):
    holds, may_end = Event(), Event()

    def take_effect_slowly():
        answer = take_effect()
        holds.set()
        may_end.wait(10)
        return answer

    def in_own_connection(act):
        try:
            return send(user, act=act).content
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(in_own_connection, take_effect_slowly)
        holds.wait(10)
        second = pool.submit(in_own_connection, take_effect)
        may_end.set()
        assert (first.result(10), second.result(10)) == (b"effect 1", b"effect 1")
    assert effects() == 1


def test_it_costs_two_statements(user):
    with CaptureQueriesContext(connection) as bare:
        send(user, key=None)
    with CaptureQueriesContext(connection) as kept:
        send(user)
    assert len(kept) == len(bare) + 2


def test_a_form_sent_twice_has_one_effect(user):
    field = Template("{% load idempotency %}{% idempotency_key %}").render(Context())
    key = field.split('value="')[1].split('"')[0]
    for token in ("masked-one-way", "masked-another-way"):
        request = RequestFactory().post("/claims", {"idempotency_key": key, "csrfmiddlewaretoken": token, "line": "1"})
        request.user = user
        answer = once_posted(request, take_effect, now=NOW)
        assert (answer.content, effects()) == (b"effect 1", 1)


def test_answers_are_forgotten_after_their_time_and_not_before(user):
    send(user, key="old", now=NOW - KEPT - timedelta(seconds=1))
    send(user, key="young", now=NOW - KEPT)
    assert forget_old_answers(now=NOW) == 1
    assert list(StoredAnswer.objects.values_list("key", flat=True)) == ["young"]
