"""The pages of events: what agents see and say, and what consumers read and contest."""

from datetime import timedelta

import pytest
from django.utils import timezone

from compensation.models import Affected, Happening
from disputes.happenings import look_through_events, pay_for_events
from disputes.models import Claim
from orders.models import StoreClosure

pytestmark = pytest.mark.django_db


@pytest.fixture
def announced(client, agent, closed_store, voucher_order, now):
    """An agent announces on the page that the store is closed; the answer."""
    StoreClosure.objects.all().delete()
    client.force_login(agent)
    starts_at = (now - timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M")
    return client.post("/events/", {"kind": "store_closed", "store": closed_store.code, "starts_at": starts_at})


@pytest.fixture
def paid(announced):
    look_through_events(now=timezone.now())
    pay_for_events(now=timezone.now())
    return Affected.objects.get()


def test_an_agent_announces_an_event_and_sees_what_becomes_of_it(announced, paid, client):
    happening = Happening.objects.get()
    assert announced.url == f"/events/{happening.pk}/"
    page = client.get(announced.url).content.decode()
    assert "Paid" in page
    assert "V-1001" in page
    assert "V-1001" in client.get(f"{announced.url}?status=paid&because=").content.decode()
    assert "V-1001" not in client.get(f"{announced.url}?status=refused&because=").content.decode()
    assert happening.store.name in client.get("/events/").content.decode()


@pytest.mark.parametrize("given", [{"store": "nowhere"}, {"starts_at": "soon"}, {"kind": ""}, {"kind": "hotel_walk"}])
def test_a_form_that_needs_mending_comes_back(client, agent, closed_store, given):
    client.force_login(agent)
    said = {"kind": "store_closed", "store": closed_store.code, "starts_at": "2026-01-01T10:00"} | given
    assert client.post("/events/", said).status_code == 422
    assert not Happening.objects.exists()


def test_an_agent_changes_and_cancels_it(announced, client, now):
    happening = Happening.objects.get()
    starts_at, ends_at = (at.strftime("%Y-%m-%dT%H:%M") for at in (now, now + timedelta(days=2)))
    client.post(f"/events/{happening.pk}/change/", {"starts_at": starts_at, "ends_at": ends_at})
    closure = StoreClosure.objects.get()
    assert closure.ends_at == closure.starts_at + timedelta(days=2)
    mended = client.post(f"/events/{happening.pk}/change/", {"starts_at": ends_at, "ends_at": starts_at})
    assert mended.status_code == 422
    client.post(f"/events/{happening.pk}/cancellation/")
    assert not StoreClosure.objects.exists()


def test_a_parked_line_is_tried_again_or_let_go(announced, client):
    look_through_events(now=timezone.now())
    Affected.objects.update(status="parked", because="could_not_be_paid", due_at=None)
    row = Affected.objects.get()
    path = f"/events/{row.happening_id}/lines/{row.pk}"
    assert "Try it again" in client.get(f"/events/{row.happening_id}/").content.decode()
    client.post(f"{path}/dismissal/", {"because": ""})
    assert Affected.objects.get().status == "parked"
    client.post(f"{path}/retry/")
    assert Affected.objects.get().status == "found"
    Affected.objects.update(status="parked", because="could_not_be_paid", due_at=None)
    client.post(f"{path}/dismissal/", {"because": "The guest was there."})
    row.refresh_from_db()
    assert (row.status, row.moves.get(became="dropped").because) == ("dropped", "The guest was there.")


def test_the_consumer_reads_why_it_was_paid_and_contests_it(paid, client, consumer, agent):
    client.force_login(consumer)
    page = client.get("/orders/V-1001/").content.decode()
    assert "Paid without a claim" in page
    path = f"/orders/V-1001/lines/{paid.line_id}/events/{paid.pk}/contest/"
    assert path in page
    assert client.post(path, {"amount": "1000.00", "statement": "All."}).status_code == 422
    answer = client.post(path, {"amount": "20.00", "statement": "The taxi there."})
    claim = Claim.objects.get()
    assert answer.url == f"/claims/{claim.number}/?filed"
    assert "Paid without a claim" in client.get(answer.url).content.decode()
    client.force_login(agent)
    assert "Paid without a claim" in client.get(f"/claims/{claim.number}/").content.decode()


def test_nobody_contests_what_is_somebody_elses(paid, client, consumer2):
    client.force_login(consumer2)
    assert client.get(f"/orders/V-1001/lines/{paid.line_id}/events/{paid.pk}/contest/").status_code == 404
