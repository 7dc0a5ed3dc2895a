import pytest

from payouts.models import Payout, Status

PAYOUTS = "/api/v1/payouts"


@pytest.fixture
def payout(consumer, now):
    return Payout.objects.create(
        key="claim:R-1:refund:1",
        payee=consumer,
        amount=45_00,
        currency="CNY",
        gateway="sandbox",
        created_at=now,
        next_at=now,
    )


def test_a_payout_shows_how_far_it_is(api, consumer, payout, now):
    assert api(consumer).get(f"{PAYOUTS}/{payout.pk}").json() == {
        "id": payout.pk,
        "status": "reserved",
        "amount": 45_00,
        "currency": "CNY",
        "gateway": "sandbox",
        "created_at": now.isoformat().replace("+00:00", "Z"),
        "ended_at": None,
        "confirm_by": None,
        "replaced_by": None,
    }


def test_a_payout_that_was_called_off_names_the_one_that_carries_its_sum(api, consumer, payout, now):
    Payout.objects.update(status=Status.RELEASED, next_at=None, ended_at=now)
    replacement = Payout.objects.create(
        key="claim:R-1:refund:1:wallet",
        payee=consumer,
        amount=45_00,
        currency="CNY",
        gateway="wallet",
        created_at=now,
        ended_at=now,
        status=Status.SETTLED,
        replaces=payout,
    )
    shown = api(consumer).get(f"{PAYOUTS}/{payout.pk}").json()
    assert (shown["status"], shown["replaced_by"]) == ("released", replacement.pk)


@pytest.mark.parametrize("person", ["agent", "senior", "finance"])
def test_the_platform_s_people_see_it_too(api, person, request, payout):
    assert api(request.getfixturevalue(person)).get(f"{PAYOUTS}/{payout.pk}").status_code == 200


@pytest.mark.parametrize("person", ["consumer2", "merchant", "outsider", "operator"])
def test_for_everybody_else_it_does_not_exist(api, person, request, payout):
    client = api(request.getfixturevalue(person))
    foreign, unknown = client.get(f"{PAYOUTS}/{payout.pk}"), client.get(f"{PAYOUTS}/{payout.pk + 1}")
    assert (foreign.status_code, unknown.status_code) == (404, 404)
    assert foreign.json() == unknown.json()


@pytest.mark.parametrize("pk", ["0", "-1", "x", "1.5", str(2**63), "9" * 400])
def test_an_id_no_payout_can_have_is_404(api, consumer, pk):
    assert api(consumer).get(f"{PAYOUTS}/{pk}").status_code == 404


def test_a_stranger_is_asked_who_they_are(client, payout):
    assert client.get(f"{PAYOUTS}/{payout.pk}").status_code == 401
