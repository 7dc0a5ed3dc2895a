"""What waits for a second person, through the API: read and approved by finance alone, once for each key."""

import pytest
from django.utils import timezone

from payouts.actions import approve, call_off
from payouts.models import Approval, Attention, Payout, Status

pytestmark = pytest.mark.django_db

LARGE = 10_000_01
APPROVALS = "/api/v1/approvals"
WHY = {"because": "Compared with the invoice."}


@pytest.fixture
def held_back(pay, finance):
    payout = pay("claim:1:refund:1", "wallet", amount=LARGE)
    Approval.objects.filter(payout=payout).update(made_by=finance)
    return payout


@pytest.fixture
def to_be_called_off(pay, finance, now):
    payout = pay("claim:2:refund:1", "sandbox", amount=LARGE)
    approve(payout=payout, by=finance, because="The invoice says so.", at=now)
    Payout.objects.filter(pk=payout.pk).update(attention=Attention.KEY_WINDOW, status=Status.UNKNOWN, next_at=None)
    call_off(payout=payout.pk, by=finance, at=now)
    return payout


def address(payout):
    return f"/api/v1/payouts/{payout.pk}/approval"


def moment(at):
    return at.isoformat().replace("+00:00", "Z")


def test_what_waits_is_listed_whoever_has_waited_longest_first(
    api, finance, finance2, held_back, to_be_called_off, now
):
    first, second = Approval.objects.waiting().order_by("id")
    answer = api(finance2).get(APPROVALS).json()
    assert answer["next"] is None
    assert answer["results"][0] == {
        "id": first.pk,
        "about": "leaving",
        "payout": {"id": held_back.pk, "status": "reserved", "amount": LARGE, "currency": "GBP"},
        "made_by_you": False,
        "conspicuous": ["large"],
        "asked_at": moment(now),
        "due_at": moment(first.due_at),
        "approved_at": None,
        "because": "",
    }
    assert [(it["id"], it["about"], it["payout"]["id"]) for it in answer["results"]] == [
        (first.pk, "leaving", held_back.pk),
        (second.pk, "calling_off", to_be_called_off.pk),
    ]
    assert [it["made_by_you"] for it in api(finance).get(APPROVALS).json()["results"]] == [True, True]


def test_what_is_approved_leaves_the_list_and_goes_on(api, finance2, held_back, to_be_called_off, finance):
    for payout in (held_back, to_be_called_off):
        answer = api(finance2).post(address(payout), WHY, format="json")
        assert (answer.status_code, answer.json()["because"], answer.json()["due_at"]) == (201, WHY["because"], None)
    assert api(finance2).get(APPROVALS).json()["results"] == []
    held_back.refresh_from_db()
    to_be_called_off.refresh_from_db()
    assert (held_back.attention, to_be_called_off.called_off_by) == (Attention.NONE, finance)
    assert all(payout.next_at and payout.next_at <= timezone.now() for payout in (held_back, to_be_called_off))


def test_the_same_request_twice_is_answered_alike_and_another_body_is_refused(api, finance2, held_back):
    key = {"HTTP_IDEMPOTENCY_KEY": "approve-1"}
    first, again = (api(finance2).post(address(held_back), WHY, format="json", **key) for _ in range(2))
    assert (first.status_code, first.content) == (again.status_code, again.content)
    other = api(finance2).post(address(held_back), {"because": "Another."}, format="json", **key)
    assert other.status_code == 422


@pytest.mark.parametrize("made_by_reader", [True, False])
def test_its_maker_is_refused_and_nothing_moves(api, finance, finance2, held_back, made_by_reader):
    answer = api(finance if made_by_reader else finance2).post(address(held_back), WHY, format="json")
    assert answer.status_code == (403 if made_by_reader else 201)
    assert Approval.objects.waiting().exists() == made_by_reader
    if made_by_reader:
        assert answer.json()["error"] == "maker_is_not_checker"


def test_who_comes_later_is_told_so(api, finance, finance2, pay):
    payout = pay("claim:1:refund:1", "wallet", amount=LARGE)
    assert api(finance).post(address(payout), WHY, format="json").status_code == 201
    answer = api(finance2).post(address(payout), WHY, format="json")
    assert (answer.status_code, answer.json()["error"]) == (409, "not_waiting_for_approval")


@pytest.mark.parametrize(
    "body", [{}, {"because": " "}, {"because": "x" * 501}, {"because": 1}, {"because": "x", "agreed": True}, [], "x"]
)
def test_bad_input_is_refused_and_nothing_moves(api, finance2, held_back, body):
    assert api(finance2).post(address(held_back), body, format="json").status_code == 400
    assert Approval.objects.waiting().count() == 1


@pytest.mark.parametrize("pk", ["0", "x", str(2**63), "9" * 400])
def test_what_is_no_payout_is_404(api, finance2, pk):
    assert api(finance2).post(f"/api/v1/payouts/{pk}/approval", WHY, format="json").status_code == 404


def test_what_nobody_asked_about_is_refused(api, finance2, pay):
    assert api(finance2).post(address(pay(gateway="wallet")), WHY, format="json").status_code == 409


@pytest.mark.parametrize("person", ["consumer", "merchant", "agent", "senior", "operator"])
def test_nobody_but_finance_reads_or_approves(api, request, person, held_back):
    client = api(request.getfixturevalue(person))
    assert client.get(APPROVALS).status_code == 403
    assert client.post(address(held_back), WHY, format="json").status_code == 403
    assert Approval.objects.waiting().count() == 1


def test_on_the_page_of_what_is_stuck_it_stands_as_well(client, finance2, held_back, to_be_called_off):
    client.force_login(finance2)
    page = client.get("/payouts/stuck/")
    assert {kind: number for kind, _label, number in page.context["kinds"]} == {
        "approval": 1, "key_window": 1, "to_call_off": 1,
    }  # fmt: skip
    narrowed = client.get("/payouts/stuck/?kind=to_call_off")
    assert narrowed.context["payouts"] == [to_be_called_off]
    assert f"/payouts/{to_be_called_off.pk}/approval/" in narrowed.text
