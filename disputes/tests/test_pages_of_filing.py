"""Filing on the pages: four short steps, nothing lost on the way, and what was seen is what is sent."""

import pytest

from disputes.models import Claim
from orders import actions as orders

pytestmark = pytest.mark.django_db


@pytest.fixture
def visitor(client, consumer):
    client.force_login(consumer)
    return client


def steps(line):
    return f"/orders/{line.order.number}/lines/{line.pk}/claim/"


def to_the_last_step(visitor, line, *, reason="damaged", remedy="refund", **details):
    """Walks the steps; the fields that the last page would send."""
    visitor.post(steps(line) + "reason/", {"reason": reason})
    visitor.post(steps(line) + "remedy/", {"remedy": remedy})
    visitor.post(steps(line) + "details/", {"statement": "The handle came off.", **details})
    page = visitor.get(steps(line) + "check/")
    form = page.context["form"]
    shown = {name: value for name in form.fields if (value := form.get_initial_for_field(form.fields[name], name))}
    return {**shown, "idempotency_key": page.context["draft"].key}


def test_a_lightning_refund_is_in_the_wallet_when_the_next_page_opens(visitor, mug):
    sent = visitor.post(steps(mug) + "check/", to_the_last_step(visitor, mug))
    claim = Claim.objects.get()
    assert (claim.status, claim.paid, claim.statement) == ("settled", 45_00, "The handle came off.")
    assert sent.url == f"/claims/{claim.number}/?filed"
    page = visitor.get(sent.url).text
    assert "CN¥45.00 is in your wallet." in page
    assert claim.number in page


def test_what_no_rule_settles_waits_for_the_merchant_and_says_until_when(visitor, jackets):
    sent = visitor.post(steps(jackets) + "check/", to_the_last_step(visitor, jackets, quantity="1"))
    claim = Claim.objects.get()
    assert (claim.status, claim.amount) == ("awaiting_merchant", 1_299_00)
    page = visitor.get(sent.url).text
    assert "Your claim was sent" in page
    assert "The merchant’s turn" in page
    assert "If the merchant does not answer in time, you get CN¥1,299.00." in page


def test_sending_twice_files_one_claim_and_leads_to_it_both_times(visitor, mug):
    shown = to_the_last_step(visitor, mug)
    first, second = (visitor.post(steps(mug) + "check/", shown) for _time in range(2))
    assert first["Location"] == second["Location"]
    assert Claim.objects.count() == 1


def test_each_step_leads_to_the_next_and_only_the_last_files(visitor, jackets):
    assert visitor.post(steps(jackets) + "reason/", {"reason": "damaged"}).url == steps(jackets) + "remedy/"
    assert visitor.post(steps(jackets) + "remedy/", {"remedy": "refund"}).url == steps(jackets) + "details/"
    assert visitor.post(steps(jackets) + "details/", {"quantity": "2"}).url == steps(jackets) + "check/"
    assert not Claim.objects.exists()


@pytest.mark.parametrize(
    ("step", "given", "sentence"),
    [
        ("reason/", {}, "Choose what went wrong."),
        ("reason/", {"reason": "no_room"}, "Choose what went wrong."),
        ("remedy/", {}, "Choose what would put it right."),
        ("details/", {"quantity": "0"}, "Enter a whole number from 1 to 2."),
        ("details/", {"quantity": "3"}, "Enter a whole number from 1 to 2."),
        ("details/", {"quantity": "1", "statement": "x" * 2_001}, "at most 2000 characters"),
    ],
)
def test_an_answer_that_does_not_do_comes_back_with_what_to_mend(visitor, jackets, step, given, sentence):
    to_the_last_step(visitor, jackets, quantity="1")
    answer = visitor.post(steps(jackets) + step, given)
    assert answer.status_code == 422
    assert "<title>Error:" in answer.text
    assert sentence in answer.text


def test_a_statement_stays_when_the_sum_beside_it_is_mended(visitor, mug):
    to_the_last_step(visitor, mug)
    answer = visitor.post(steps(mug) + "details/", {"amount": "45.01", "statement": "Only the handle."})
    assert answer.status_code == 422
    assert "Enter at most CN¥45.00." in answer.text
    assert "Only the handle." in answer.text


def test_a_part_of_the_sum_is_what_the_last_page_shows_and_sends(visitor, mug):
    visitor.post(steps(mug) + "check/", to_the_last_step(visitor, mug, amount="20.00"))
    assert Claim.objects.get().paid == 20_00


def test_later_steps_lead_back_to_what_is_missing(visitor, mug):
    assert visitor.get(steps(mug) + "remedy/").url == steps(mug) + "reason/"
    assert visitor.get(steps(mug) + "check/").url == steps(mug) + "reason/"
    visitor.post(steps(mug) + "reason/", {"reason": "damaged"})
    assert visitor.get(steps(mug) + "details/").url == steps(mug) + "remedy/"


def test_what_is_changed_on_the_last_page_leads_straight_back_to_it(visitor, jackets):
    to_the_last_step(visitor, jackets, quantity="1")
    assert visitor.post(steps(jackets) + "reason/?change", {"reason": "wrong_item"}).url == steps(jackets) + "check/"
    page = visitor.get(steps(jackets) + "check/").text
    assert "It is not what I ordered" in page
    assert "The handle came off." in page


def test_an_entitlement_chosen_on_the_order_page_goes_straight_to_the_details(visitor, mug):
    answer = visitor.get(steps(mug) + "remedy/?reason=damaged&remedy=refund")
    assert answer.url == steps(mug) + "details/"
    assert visitor.get(answer.url).status_code == 200


def test_a_reason_that_gives_nothing_says_why(visitor, mug):
    orders.take(key="elsewhere", line_id=mug.pk, amount=45_00, quantity=1, at=mug.bought_at)
    page = visitor.get(steps(mug) + "remedy/?reason=damaged")
    assert page.status_code == 200
    assert "The rules give nothing for this" in page.text
    assert "Everything that was paid for this has been given back or promised already." in page.text


def test_nothing_is_sent_when_what_is_owed_changed_since_it_was_shown(visitor, mug):
    shown = to_the_last_step(visitor, mug)
    answer = visitor.post(steps(mug) + "check/", {**shown, "owed": "9900"})
    assert answer.status_code == 409
    assert "What you are owed has changed since you looked." in answer.text
    assert not Claim.objects.exists()


def test_a_refusal_of_the_action_leads_on_with_its_reason(visitor, mug):
    shown = to_the_last_step(visitor, mug)
    orders.take(key="elsewhere", line_id=mug.pk, amount=45_00, quantity=1, at=mug.bought_at)
    answer = visitor.post(steps(mug) + "check/", shown, follow=True)
    assert not Claim.objects.exists()
    assert len(answer.context["messages"]) == 1
    assert "The rules give nothing for this" in answer.text


@pytest.mark.parametrize("step", ["reason/", "remedy/", "details/", "check/"])
def test_somebody_elses_line_is_not_there(client, consumer2, merchant, mug, step):
    for stranger in (consumer2, merchant):
        client.force_login(stranger)
        assert client.get(steps(mug) + step).status_code == 404
        assert client.post(steps(mug) + step, {}).status_code == 404


def test_anonymous_visitors_sign_in_first_and_come_back(client, mug):
    answer = client.get(steps(mug) + "reason/")
    assert answer.url == f"/sign-in/?next={steps(mug)}reason/"


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_step_speaks_both_languages(visitor, jackets, language):
    visitor.cookies["redress_language"] = language
    to_the_last_step(visitor, jackets, quantity="1")
    for step in ("reason/", "remedy/", "details/", "check/"):
        page = visitor.get(steps(jackets) + step)
        assert page.status_code == 200
        assert ("雨衣" in page.text) == (language == "zh-hans")
