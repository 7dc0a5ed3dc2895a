from contextlib import suppress

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from common.errors import Refusal
from common.transactions import atomic


class Refused(Refusal):
    code = "refused_in_a_test"


@atomic
def note(name, *, refuse=False):
    ContentType.objects.create(app_label="test", model=name)
    if refuse:
        raise Refused


@atomic
def note_twice(*, refuse_second=False):
    note("first")
    note("second", refuse=refuse_second)


def noted():
    return set(ContentType.objects.filter(app_label="test").values_list("model", flat=True))


@pytest.mark.django_db(transaction=True)
def test_an_action_in_an_action_opens_no_savepoint():
    with CaptureQueriesContext(
        connection,
    ) as queries:
        note_twice()
    assert [query["sql"].split()[0] for query in queries] == ["BEGIN", "INSERT", "INSERT", "COMMIT"]


@pytest.mark.django_db(transaction=True)
def test_a_refusal_inside_undoes_the_whole():
    with suppress(Refused):
        note_twice(refuse_second=True)
    assert noted() == set()


@pytest.mark.django_db(transaction=True)
def test_a_savepoint_around_the_call_survives_its_refusal():
    with atomic():
        note("kept")
        with suppress(Refused), transaction.atomic():
            note("undone", refuse=True)
    assert noted() == {"kept"}


@pytest.mark.django_db
def test_a_refusal_leaves_the_test_that_provoked_it_usable():
    note("kept")
    with suppress(Refused):
        note_twice(refuse_second=True)
    assert noted() == {"kept"}
