"""A case carried through the API from filing to appeal: every verb, what each side sees, and who may not."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from disputes.models import Claim, Evidence, Message
from disputes.rights import ACTS, Act
from ledger.chart import balance_of, wallet_of
from ledger.models import Transfer

CLAIMS = "/api/v1/claims"


@pytest.fixture
def as_(api, request):
    """The API as the person of that name."""
    return lambda person: api(request.getfixturevalue(person))


@pytest.fixture
def do(as_):
    """Post to a noun of a claim as somebody."""

    def do(person, claim, noun, **body):
        return as_(person).post(f"{CLAIMS}/{claim.number}/{noun}", body, format="json")

    return do


def wallet(person):
    return balance_of(wallet_of(person.pk, "CNY")).posted


def photo():
    written = BytesIO()
    Image.new("RGB", (8, 8), "teal").save(written, format="PNG")
    return SimpleUploadedFile("broken mug.png", written.getvalue(), content_type="image/png")


# --- the way of a case ---------------------------------------------------------------------------


def test_each_side_sees_its_own_view_and_exactly_what_it_may_do(as_, claim):
    consumer, merchant = (as_(person).get(f"{CLAIMS}/{claim.number}").json() for person in ("consumer", "merchant"))
    assert consumer["view"]["turn"] == merchant["view"]["turn"] == "merchant"
    assert "answer" in merchant["view"]["actions"]
    assert "answer" not in consumer["view"]["actions"]
    assert "withdrawal" in consumer["view"]["actions"]
    assert consumer["view"]["sentence"] != merchant["view"]["sentence"]


def test_the_merchant_accepts_and_the_consumer_is_paid(do, claim, consumer):
    answer = do("merchant", claim, "answer", kind="accept")
    assert (answer.status_code, answer.json()["status"]) == (201, "settled")
    assert answer.json()["payouts"][0]["amount"] == 1_299_00
    assert wallet(consumer) == 1_299_00


def test_an_offer_is_countered_and_accepted(do, claim, consumer):
    offered = do("merchant", claim, "answer", kind="offer", amount=500_00, currency="CNY", statement="Half of it?")
    assert offered.json()["status"] == "offer_pending"
    countered = do("consumer", claim, "offers", amount=900_00, statement="Rather this.")
    assert countered.json()["status"] == "awaiting_merchant"
    first, second = countered.json()["offers"]
    assert [(offer["by"], offer["amount"], offer["status"]) for offer in (first, second)] == [
        ("merchant", 500_00, "countered"),
        ("consumer", 900_00, "open"),
    ]
    accepted = do("clerk", claim, f"offers/{second['id']}/acceptance")
    assert (accepted.status_code, accepted.json()["status"]) == (201, "settled")
    assert wallet(consumer) == 900_00


def test_a_rejection_is_escalated_decided_appealed_and_decided_again(do, claim, consumer):
    rejected = do("merchant", claim, "answer", kind="reject", reason="delivered_as_ordered", statement="It was whole.")
    assert rejected.json()["status"] == "rejected"
    assert do("consumer", claim, "escalation", statement="It was not.").json()["status"] == "awaiting_evidence"
    decided = do(
        "agent", claim, "decision", outcome="split", amount=600_00, reason="both_in_part", statement="Half each."
    ).json()
    assert (decided["status"], decided["decision"]["by"], decided["decision"]["because"]) == (
        "decided",
        "agent",
        "Half each.",
    )
    assert wallet(consumer) == 600_00
    assert do("consumer", claim, "appeal", statement="Look again.").json()["status"] == "appeal_review"
    assert do("agent", claim, "decision", **FOR_THE_CONSUMER).status_code == 409
    final = do("senior", claim, "decision", **FOR_THE_CONSUMER).json()
    assert (final["status"], final["decision"]["on_appeal"], final["decision"]["amount"]) == ("settled", True, 1_299_00)
    assert [payout["amount"] for payout in final["payouts"]] == [600_00, 699_00]
    assert wallet(consumer) == 1_299_00


FOR_THE_CONSUMER = {"outcome": "consumer", "reason": "evidence_for_consumer", "statement": "The photos show it."}


def test_a_claim_is_withdrawn_without_a_word(do, claim, consumer):
    assert do("consumer", claim, "withdrawal").json()["status"] == "closed"
    assert wallet(consumer) == 0


def test_goods_go_back_and_the_money_follows(as_, do, consumer, jackets):
    wanted = {"order": "G-1001", "line": jackets.pk, "reason": "changed_mind", "remedy": "return", "quantity": 1}
    filed = as_("consumer").post(CLAIMS, wanted, format="json").json()
    assert (filed["status"], filed["decision"]["by"]) == ("awaiting_return", "rule")
    claim = Claim.objects.get(number=filed["number"])
    shipped = do("consumer", claim, "shipment", carrier="SF", tracking="SF123")
    assert (shipped.status_code, shipped.json()["status"]) == (201, "return_shipped")
    received = do("merchant", claim, "receipt")
    assert (received.status_code, received.json()["status"]) == (201, "settled")
    assert wallet(consumer) >= 1_299_00


def test_messages_are_said_and_read_and_notes_stay_with_the_platform(as_, do, disputed):
    assert do("consumer", disputed, "messages", body="Here is a photo.").status_code == 201
    assert do("agent", disputed, "messages", body="Looks genuine.", internal=True).status_code == 201
    assert do("merchant", disputed, "messages", body="A note.", internal=True).status_code == 400

    def heard(person):
        return [row["body"] for row in as_(person).get(f"{CLAIMS}/{disputed.number}/messages").json()["results"]]

    assert heard("merchant") == ["Here is a photo."]
    assert heard("senior") == ["Here is a photo.", "Looks genuine."]


def test_evidence_is_given_and_listed(as_, disputed, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    path = f"{CLAIMS}/{disputed.number}/evidence"
    answer = as_("consumer").post(path, {"kind": "photo", "file": photo()}, format="multipart")
    assert (answer.status_code, answer.json()["number"]) == (201, disputed.number)
    [document] = as_("merchant").get(path).json()["results"]
    assert (document["party"], document["kind"], document["name"]) == ("consumer", "photo", "broken mug.png")
    assert document["sealed_at"] is None


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"kind": "photo"}, "file"),
        ({"kind": "photo", "file": SimpleUploadedFile("empty.png", b"")}, "file"),
        ({"kind": "photo", "file": SimpleUploadedFile("x.png", b"<svg onload=alert(1)>")}, "file"),
        ({"kind": "poem", "file": SimpleUploadedFile("x.pdf", b"%PDF-1.7 %%EOF")}, "kind"),
        ({"kind": "photo", "file": "not a file"}, "file"),
    ],
)
def test_evidence_that_is_none_is_refused(as_, disputed, sent, field):
    answer = as_("consumer").post(f"{CLAIMS}/{disputed.number}/evidence", sent, format="multipart")
    assert (answer.status_code, set(answer.json()["fields"])) == (400, {field})
    assert not Evidence.objects.exists()


def test_json_is_no_evidence(as_, disputed):
    answer = as_("consumer").post(f"{CLAIMS}/{disputed.number}/evidence", {"kind": "photo"}, format="json")
    assert (answer.status_code, answer.json()["error"]) == (415, "unsupported_media_type")


# --- lists ---------------------------------------------------------------------------------------


def test_the_list_has_the_shape_of_the_single_claim(as_, do, claim, rejected):
    client = as_("consumer")
    [listed] = client.get(CLAIMS).json()["results"]
    assert listed == client.get(f"{CLAIMS}/{claim.number}").json()


@pytest.mark.usefixtures("claim")
def test_a_list_costs_the_same_however_many_claims(as_, file, mug, jackets, django_assert_max_num_queries):
    client = as_("merchant")
    file(mug)
    with django_assert_max_num_queries(6) as two:
        client.get(CLAIMS)
    file(jackets, quantity=1)
    with django_assert_max_num_queries(len(two)):
        assert len(client.get(CLAIMS).json()["results"]) == 3


# --- refused, with nothing changed ---------------------------------------------------------------


VERBS = [
    (("merchant", "answer"), {"kind": "maybe"}, "kind"),
    (("merchant", "answer"), {}, "kind"),
    (("merchant", "answer"), {"kind": "offer"}, "amount"),
    (("merchant", "answer"), {"kind": "offer", "amount": 0}, "amount"),
    (("merchant", "answer"), {"kind": "offer", "amount": -5}, "amount"),
    (("merchant", "answer"), {"kind": "offer", "amount": 1_299_01}, "amount"),
    (("merchant", "answer"), {"kind": "offer", "amount": 5_00, "currency": "EUR"}, "currency"),
    (("merchant", "answer"), {"kind": "reject", "statement": "No."}, "reason"),
    (("merchant", "answer"), {"kind": "reject", "reason": "delivered_as_ordered"}, "statement"),
    (("merchant", "answer"), {"kind": "reject", "reason": "because", "statement": "No."}, "reason"),
    (("merchant", "offers"), {"statement": "Nothing."}, "amount"),
    (("consumer", "messages"), {}, "body"),
    (("consumer", "messages"), {"body": "  "}, "statement"),
    (("consumer", "withdrawal"), {"statement": 7}, "statement"),
    (("consumer", "withdrawal"), {"reason": "x"}, "reason"),
]


@pytest.mark.parametrize(("who", "body", "field"), VERBS)
def test_a_bad_request_is_refused_by_field(do, claim, who, body, field):
    person, noun = who
    answer = do(person, claim, noun, **body)
    assert (answer.status_code, set(answer.json()["fields"])) == (400, {field}), answer.json()
    assert untouched(claim)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "outcome"),
        ({"outcome": "draw", "reason": "both_in_part", "statement": "x"}, "outcome"),
        ({"outcome": "split", "reason": "both_in_part", "statement": "x"}, "amount"),
        ({"outcome": "split", "reason": "both_in_part", "statement": "x", "amount": 1_299_00}, "amount"),
        ({"outcome": "consumer", "reason": "both_in_part", "statement": "x", "amount": 1_299_01}, "amount"),
        ({"outcome": "consumer", "reason": "both_in_part", "statement": "x", "amount": -1}, "amount"),
        ({"outcome": "merchant", "reason": "both_in_part", "statement": "x", "amount": 5}, "amount"),
        ({"outcome": "consumer", "reason": "mood", "statement": "x"}, "reason"),
        ({"outcome": "consumer", "reason": "both_in_part", "statement": " "}, "statement"),
        ({"outcome": "consumer", "reason": "both_in_part", "statement": "x", "currency": "USD"}, "currency"),
    ],
)
def test_a_decision_that_is_none_is_refused(do, disputed, body, field):
    answer = do("agent", disputed, "decision", **body)
    refused = set(answer.json()["fields"])
    assert (answer.status_code, field in refused) == (400, True), answer.json()
    assert untouched(disputed)


def test_what_the_state_does_not_allow_is_409(do, claim):
    assert do("consumer", claim, "appeal", statement="Too early.").status_code == 409
    assert do("consumer", claim, "escalation", statement="Too early.").status_code == 409
    assert do("consumer", claim, "shipment", carrier="SF", tracking="1").status_code == 409
    assert do("merchant", claim, "receipt").status_code == 409
    assert do("agent", claim, "decision", **FOR_THE_CONSUMER).status_code == 409
    assert do("merchant", claim, "offers/1/acceptance").status_code == 409
    assert untouched(claim)


def test_after_the_deadline_it_is_too_late(do, claim, now):
    Claim.objects.update(due_at=now - timedelta(seconds=1))
    answer = do("merchant", claim, "answer", kind="accept")
    assert (answer.status_code, answer.json()["error"]) == (409, "deadline_passed")
    assert untouched(claim)


def test_sent_twice_with_one_key_it_happens_once(as_, claim, consumer):
    client, path = as_("merchant"), f"{CLAIMS}/{claim.number}/answer"
    first, second = (
        client.post(path, {"kind": "accept"}, format="json", headers={"Idempotency-Key": "k-1"}) for _time in range(2)
    )
    assert (second.status_code, second.content) == (201, first.content)
    assert wallet(consumer) == 1_299_00


def untouched(claim):
    fresh = Claim.objects.get(pk=claim.pk)
    return fresh.status == claim.status and not Transfer.objects.exists() and not Message.objects.exists()


# --- who may not ---------------------------------------------------------------------------------

NOUNS = [act for act in Act if act != Act.ACCEPTANCE]
SIDES = {"consumer": "consumer", "merchant": "merchant", "clerk": "merchant", "agent": "agent", "senior": "senior"}


@pytest.mark.parametrize("person", ["consumer2", "outsider", "finance", "operator"])
def test_for_a_stranger_the_claim_does_not_exist(as_, person, claim):
    client = as_(person)
    paths = ["", *(f"/{noun}" for noun in NOUNS), "/offers/1/acceptance"]
    for path in paths:
        foreign = client.post(f"{CLAIMS}/{claim.number}{path}") if path else client.get(f"{CLAIMS}/{claim.number}")
        unknown = client.post(f"{CLAIMS}/R-NOBODYS{path}") if path else client.get(f"{CLAIMS}/R-NOBODYS")
        assert (foreign.status_code, foreign.json()) == (404, unknown.json()), path
    assert client.get(CLAIMS).json()["results"] == []
    assert untouched(claim)


@pytest.mark.parametrize(("person", "side"), SIDES.items())
def test_a_verb_of_another_side_is_403(as_, claim, person, side):
    client = as_(person)
    for noun in NOUNS:
        answer = client.post(f"{CLAIMS}/{claim.number}/{noun}", {"nonsense": 1}, format="json")
        may = side in ACTS[noun]
        assert (answer.status_code == 403) is not may, (noun, answer.json())
    assert untouched(claim)
