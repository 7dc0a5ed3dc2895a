"""The page of a case: each side sees its own view and can do just what the server accepts, once."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from disputes import actions
from disputes.models import Claim, Decision, Evidence, Message, Offer
from orders.models import RoomType

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


@pytest.fixture
def as_(client):
    def signed_in(person, language="en"):
        client.force_login(person)
        client.cookies["redress_language"] = language
        return client

    return signed_in


def page_of(claim):
    return f"/claims/{claim.number}/"


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_each_side_reads_the_case_in_its_language(as_, consumer, merchant, clerk, agent, senior, disputed, language):
    for person in (consumer, merchant, clerk, agent, senior):
        page = as_(person, language).get(page_of(disputed))
        assert page.status_code == 200
        assert f'lang="{"zh-Hans" if language == "zh-hans" else "en"}"' in page.text
        assert ("雨衣" in page.text) == (language == "zh-hans")


def test_for_everybody_else_there_is_no_such_case(as_, consumer2, outsider, finance, operator, claim):
    verbs = ["answer", "offers", "escalation", "withdrawal", "messages", "evidence", "decision", "appeal", "receipt"]
    for person in (consumer2, outsider, finance, operator):
        assert as_(person).get(page_of(claim)).status_code == 404
        for verb in verbs:
            assert as_(person).post(f"{page_of(claim)}{verb}/", {"kind": "accept"}).status_code == 404


def test_anonymous_visitors_sign_in_first(client, claim):
    assert client.get(page_of(claim)).url == f"/sign-in/?next={page_of(claim)}"
    assert client.get("/claims/").url == "/sign-in/?next=/claims/"


def test_a_made_up_number_is_404(as_, consumer):
    assert as_(consumer).get("/claims/R-00000000/").status_code == 404


# --- the merchant answers ----------------------------------------------------------------------


def test_the_merchant_accepts_once_however_often_it_is_sent(as_, merchant, claim):
    sent = {"kind": "accept", "idempotency_key": "one"}
    for _time in range(2):
        assert as_(merchant).post(f"{page_of(claim)}answer/", sent)["Location"] == page_of(claim)
    claim.refresh_from_db()
    assert (claim.status, claim.paid) == ("settled", 1_299_00)
    page = as_(merchant).get(page_of(claim)).text
    assert page.count("Your answer was sent.") == 1


def test_a_rejection_without_a_reason_keeps_its_words_and_says_what_is_missing(as_, merchant, claim):
    answer = as_(merchant).post(f"{page_of(claim)}answer/", {"kind": "reject", "reject-statement": "It left us whole."})
    assert answer.status_code == 422
    assert "Choose the reason for rejecting." in answer.text
    assert "It left us whole." in answer.text
    assert "<title>Error:" in answer.text


@pytest.mark.parametrize(
    ("amount", "sentence"),
    [
        ("", "Enter the sum."),
        ("0", "Enter at least CN¥0.01."),
        ("-5", "Enter at least CN¥0.01."),
        ("1300", "Enter at most CN¥1,299.00."),
        ("1.234", "Enter a sum with at most 2 decimals."),
        ("much", "Enter a sum in figures"),
    ],
)
def test_an_offer_that_cannot_be_is_refused_beside_its_field(as_, merchant, claim, amount, sentence):
    answer = as_(merchant).post(f"{page_of(claim)}answer/", {"kind": "offer", "offer-amount": amount})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert not Offer.objects.exists()


def test_an_unknown_answer_is_nothing(as_, merchant, claim):
    assert as_(merchant).post(f"{page_of(claim)}answer/", {"kind": "maybe"}).status_code == 404


def test_the_consumer_sees_the_offer_beside_what_is_owed_and_accepts_it(as_, consumer, merchant, claim):
    as_(merchant).post(f"{page_of(claim)}answer/", {"kind": "offer", "offer-amount": "900"})
    page = as_(consumer).get(page_of(claim)).text
    assert "CN¥399.00 less than what the rules say is owed" in page
    assert "If you do not answer in time, you get what was offered and the claim ends." in page
    offer = Offer.objects.get()
    as_(consumer).post(f"{page_of(claim)}offers/{offer.pk}/acceptance/", {"idempotency_key": "one"})
    claim.refresh_from_db()
    assert (claim.status, claim.paid) == ("settled", 900_00)


def test_an_offer_that_is_gone_is_said_on_the_page(as_, consumer, merchant, claim):
    as_(merchant).post(f"{page_of(claim)}answer/", {"kind": "offer", "offer-amount": "900"})
    offer = Offer.objects.get()
    actions.withdraw(claim=claim, by=consumer, at=claim.filed_at)
    page = as_(consumer).post(f"{page_of(claim)}offers/{offer.pk}/acceptance/", {}, follow=True)
    assert "This is not possible now." in page.text


def test_a_counter_offer_below_the_offer_is_refused_beside_the_sum(as_, consumer, merchant, claim):
    as_(merchant).post(f"{page_of(claim)}answer/", {"kind": "offer", "offer-amount": "900"})
    answer = as_(consumer).post(f"{page_of(claim)}offers/", {"counter-amount": "800", "counter-statement": "No."})
    assert answer.status_code == 422
    assert "An offer is at least CN¥900.01" in answer.text
    assert 'value="800"' in answer.text


def test_the_inbox_and_the_case_name_the_sum_that_was_last_asked_for(as_, consumer, merchant, claim):
    as_(merchant).post(f"{page_of(claim)}answer/", {"kind": "offer", "offer-amount": "900"})
    as_(consumer).post(f"{page_of(claim)}offers/", {"counter-amount": "1000"})
    assert "The consumer gets CN¥1,000.00." in as_(merchant).get("/desk/").text
    silence = "If you do not answer in time, the consumer gets CN¥1,000.00."
    assert silence in as_(merchant).get(page_of(claim)).text


# --- the platform decides ----------------------------------------------------------------------


def test_a_rejection_goes_to_the_platform_with_a_reason(as_, consumer, rejected):
    page = as_(consumer).get(page_of(rejected)).text
    assert "It left whole." in page
    assert as_(consumer).post(f"{page_of(rejected)}escalation/", {}).status_code == 422
    as_(consumer).post(f"{page_of(rejected)}escalation/", {"escalation-statement": "It came broken."})
    rejected.refresh_from_db()
    assert rejected.status == "awaiting_evidence"


def test_an_agent_decides_once_and_the_outcome_was_not_chosen_for_them(as_, agent, disputed):
    page = as_(agent).get(page_of(disputed))
    form = page.context["leading"].form
    assert form["outcome"].value() is None
    assert not form["statement"].value()
    sent = {
        "decision-outcome": "consumer",
        "decision-reason": "evidence_for_consumer",
        "decision-statement": "The photo shows it.",
        "idempotency_key": "one",
    }
    for _time in range(2):
        assert as_(agent).post(f"{page_of(disputed)}decision/", sent)["Location"] == page_of(disputed)
    disputed.refresh_from_db()
    assert (disputed.status, disputed.paid) == ("decided", 1_299_00)
    assert Decision.objects.count() == 1


def test_what_a_rule_said_about_the_matter_stands_in_the_decision_form(as_, agent, stay_order, file):
    RoomType.objects.filter(code="deluxe").update(mean_rate_rank=None)
    unclear = file(stay_order.lines.get(), reason="worse_room", remedy="compensation")
    form = as_(agent).get(page_of(unclear)).context["leading"].form
    assert "One of the two rooms has no known rate to compare" in form["statement"].value()
    assert form["outcome"].value() is None


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"decision-outcome": "split"}, "Enter the sum the consumer gets."),
        ({"decision-outcome": "split", "decision-amount": "1299"}, "The sum does not fit the outcome"),
        ({"decision-outcome": "merchant", "decision-amount": "5"}, "Leave the sum empty when the merchant is right."),
        ({"decision-outcome": ""}, "Choose the decision."),
        ({"decision-outcome": "consumer", "decision-reason": ""}, "Choose the reason of the decision."),
        ({"decision-outcome": "consumer", "decision-statement": " "}, "Say in your own words why: the others read it."),
    ],
)
def test_a_decision_that_cannot_be_comes_back_with_its_words(as_, agent, disputed, given, sentence):
    whole = {"decision-reason": "both_in_part", "decision-statement": "Each is right."}
    answer = as_(agent).post(f"{page_of(disputed)}decision/", {**whole, **given})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert not Decision.objects.exists()


def test_appeals_wait_for_a_senior_agent_and_nobody_else(as_, agent, senior, merchant, disputed, now):
    actions.decide(
        claim=disputed, by=agent, outcome="consumer", reason="terms_say_so", statement="The terms say so.", at=now
    )
    as_(merchant).post(f"{page_of(disputed)}appeal/", {"appeal-statement": "Look at the scan."})
    assert disputed.number not in as_(agent).get("/queue/").text
    assert disputed.number in as_(senior).get("/queue/").text
    assert as_(agent).get(page_of(disputed)).context["leading"] is None
    sent = {
        "decision-outcome": "merchant",
        "decision-reason": "evidence_for_merchant",
        "decision-statement": "The scan shows it.",
    }
    as_(senior).post(f"{page_of(disputed)}decision/", sent)
    disputed.refresh_from_db()
    assert disputed.close_reason == "decided_for_merchant"
    assert disputed.is_final()


# --- words and documents -----------------------------------------------------------------------


def test_internal_notes_stay_with_the_platform(as_, agent, consumer, merchant, disputed):
    as_(agent).post(f"{page_of(disputed)}messages/", {"internal": "yes", "note-body": "Third one this month."})
    assert Message.objects.get().internal
    assert "Third one this month." in as_(agent).get(page_of(disputed)).text
    for side in (consumer, merchant):
        assert "Third one this month." not in as_(side).get(page_of(disputed)).text


def test_a_consumer_writes_no_internal_note(as_, consumer, disputed):
    answer = as_(consumer).post(f"{page_of(disputed)}messages/", {"internal": "yes", "note-body": "Psst."})
    assert answer.status_code == 422
    assert not Message.objects.exists()


def test_a_message_reaches_the_other_side(as_, consumer, merchant, claim):
    as_(consumer).post(f"{page_of(claim)}messages/", {"message-body": "Any news?"})
    assert "Any news?" in as_(merchant).get(page_of(claim)).text


def test_a_document_is_shown_to_both_sides_and_to_no_stranger(as_, consumer, merchant, consumer2, claim):
    file = SimpleUploadedFile("bill.pdf", PDF, "application/pdf")
    as_(consumer).post(f"{page_of(claim)}evidence/", {"evidence-kind": "receipt", "evidence-file": file})
    document = f"{page_of(claim)}evidence/{Evidence.objects.get().pk}/"
    for side in (consumer, merchant):
        assert document in as_(side).get(page_of(claim)).text
        answer = as_(side).get(document)
        assert b"".join(answer.streaming_content) == PDF
        assert answer["Content-Disposition"] == 'attachment; filename="bill.pdf"'
        assert answer["X-Content-Type-Options"] == "nosniff"
    assert as_(consumer2).get(document).status_code == 404


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (None, "Choose a file first."),
        (SimpleUploadedFile("page.pdf", b"<html>"), "This file is none of them, or damaged."),
        (SimpleUploadedFile("empty.pdf", b""), "This file is empty."),
    ],
)
def test_a_file_that_will_not_do_is_refused_beside_its_field(as_, consumer, claim, given, sentence):
    sent = {"evidence-kind": "photo"} | ({"evidence-file": given} if given else {})
    answer = as_(consumer).post(f"{page_of(claim)}evidence/", sent)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert not Evidence.objects.exists()


def test_an_action_that_came_too_late_keeps_its_words(as_, consumer, rejected, now):
    actions.withdraw(claim=rejected, by=consumer, at=now)
    answer = as_(consumer).post(f"{page_of(rejected)}escalation/", {"escalation-statement": "I insist."})
    assert answer.status_code == 422
    assert "This is not possible now." in answer.text
    assert "I insist." in answer.text


def test_the_consumer_withdraws_and_is_told_what_it_means(as_, consumer, claim):
    assert "You can claim again while there is time." in as_(consumer).get(page_of(claim)).text
    as_(consumer).post(f"{page_of(claim)}withdrawal/", {})
    claim.refresh_from_db()
    assert claim.close_reason == "withdrawn"


def test_an_ended_case_offers_nothing_to_do(as_, consumer, mug, file):
    page = as_(consumer).get(page_of(file(mug)))
    assert (page.context["leading"], page.context["further"]) == (None, [])
    assert "CN¥45.00 is in your wallet." in page.text


# --- goods that come back ----------------------------------------------------------------------


def test_goods_go_back_and_the_consumer_is_paid_when_they_arrive(as_, consumer, merchant, returnable):
    as_(merchant).post(f"{page_of(returnable)}answer/", {"kind": "accept"})
    refused = as_(consumer).post(f"{page_of(returnable)}shipment/", {"shipment-carrier": "SF Express"})
    assert refused.status_code == 422
    assert 'value="SF Express"' in refused.text
    as_(consumer).post(
        f"{page_of(returnable)}shipment/", {"shipment-carrier": "SF Express", "shipment-tracking": "SF10928"}
    )
    assert "SF10928" in as_(merchant).get(page_of(returnable)).text
    as_(merchant).post(f"{page_of(returnable)}receipt/", {"idempotency_key": "one"})
    returnable.refresh_from_db()
    assert returnable.status == "settled"


# --- lists -------------------------------------------------------------------------------------


def test_claims_are_found_by_their_number(as_, consumer, claim, mug, file):
    other = file(mug)
    page = as_(consumer).get("/claims/", {"number": claim.number.lower()}).text
    assert claim.number in page
    assert other.number not in page
    assert "No claim has this number" in as_(consumer).get("/claims/", {"number": "R-1"}).text


@pytest.mark.parametrize("address", ["/claims/", "/desk/", "/queue/"])
def test_lists_ask_no_more_of_the_database_for_more_rows(as_, merchant, agent, disputed, address):
    reader = agent if address == "/queue/" else merchant
    as_(reader).get(address)
    with CaptureQueriesContext(connection) as few:
        assert disputed.number in as_(reader).get(address).text
    for index in range(8):
        Claim.objects.create(**copy_of(disputed, number=f"R-COPY{index}"))
    with CaptureQueriesContext(connection) as many:
        assert "R-COPY7" in as_(reader).get(address).text
    assert len(many) == len(few) <= 12


def test_a_page_of_a_case_asks_a_bounded_number_of_questions(as_, consumer, merchant, agent, disputed):
    for index in range(6):
        Claim.objects.create(**copy_of(disputed, number=f"R-COPY{index}"))
    for person in (consumer, merchant, agent):
        as_(person).get(page_of(disputed))
        with CaptureQueriesContext(connection) as queries:
            as_(person).get(page_of(disputed))
        assert len(queries) <= 20


def test_long_lists_go_on_where_the_page_ended(as_, agent, disputed):
    for index in range(30):
        Claim.objects.create(**copy_of(disputed, number=f"R-COPY{index:02}"))
    first = as_(agent).get("/queue/")
    second = as_(agent).get(first.context["next_href"])
    seen = [claim.number for page in (first, second) for claim, _reason in page.context["queue"]]
    assert len(seen) == len(set(seen)) == 31
    assert second.context["next_href"] is None
    assert as_(agent).get("/queue/?after=made-up").status_code == 400


def copy_of(claim, **changes):
    kept = ["status", "turn", "due_at", "reason", "remedy", "amount", "currency", "settles", "filed_at"]
    rows = {name: getattr(claim, name) for name in kept}
    related = {name: getattr(claim, name) for name in ("consumer", "merchant", "order", "line", "verdict")}
    return {**rows, **related, **changes}
