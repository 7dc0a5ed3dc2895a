"""What a consumer adds to a claim for the guarantee: read strictly, kept with the claim, and seen by every side."""

from http import HTTPStatus

import pytest
from django.urls import reverse

from disputes.actions import file_claim
from disputes.actions.file_claim import ParticularsNotUsable
from disputes.models import Claim, Status
from disputes.questions import answers_of
from orders.models import Booking, StoreClosure
from policies.traces import read

pytestmark = pytest.mark.usefixtures("enrolled_shop")


@pytest.fixture
def dinner(voucher_order):
    """Nobody put it on record that the store was closed."""
    StoreClosure.objects.all().delete()
    return voucher_order.lines.get()


def told(now, **changes):
    return {"happened_at": now.isoformat(), "latitude": 30.2501, "longitude": 120.1651, **changes}


def file(dinner, now, particulars, reason="store_closed", **given):
    return file_claim(
        consumer=dinner.order.consumer, order=dinner.order.number, line=dinner.pk, reason=reason,
        remedy="compensation", particulars=particulars, at=now, **given,
    )  # fmt: skip


@pytest.fixture
def noon(now):
    """At noon in the store's own time, at which it is open."""
    return now.replace(hour=4, minute=0, second=0, microsecond=0)


def test_it_is_kept_with_the_claim_and_judged_with_it(dinner, noon):
    claim = Claim.objects.get(pk=file(dinner, noon, told(noon)).pk)
    assert claim.particulars == {"happened_at": noon.isoformat(), "latitude": 30.2501, "longitude": 120.1651}
    assert claim.status == Status.AWAITING_MERCHANT
    assert claim.verdict is not None
    tests = {test.code: test.passed for test in read(claim.verdict.body).trace.tests}
    assert (tests["report_was_made_at_the_store"], tests["closure_was_on_record_then"]) == (True, False)
    assert [answer.question for answer in answers_of(claim)] == [
        "When were you at the store?", "Where were you then? Latitude", "Where were you then? Longitude",
    ]  # fmt: skip


def test_nothing_added_is_nothing_kept(dinner, noon):
    claim = file(dinner, noon, None)
    assert (claim.particulars, answers_of(claim)) == ({}, [])
    assert '"report"' not in claim.verdict.body


def test_the_same_event_again_gives_the_first_claim_back(dinner, noon):
    first = file(dinner, noon, told(noon), key="event:1")
    assert file(dinner, noon, None, key="event:1") == first
    assert Claim.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "place", "says"),
    [
        ({"latitude": 91}, "particulars.latitude", "Where were you then? Latitude: degrees from -90 to 90"),
        ({"happened_at": "noon"}, "particulars.happened_at", "When were you at the store?: a date with time"),
        ({"shoe_size": 43}, "particulars.shoe_size", "shoe_size: this name is not known here"),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_is_filed(dinner, noon, changes, place, says):
    with pytest.raises(ParticularsNotUsable) as refusal:
        file(dinner, noon, told(noon, **changes))
    assert refusal.value.where() == place
    assert refusal.value.sentence().startswith(says)
    assert not Claim.objects.exists()


# --- in the API --------------------------------------------------------------------------------------


@pytest.fixture
def post(api, dinner):
    def send(particulars, **changes):
        body = {
            "order": dinner.order.number, "line": dinner.pk, "reason": "store_refused", "remedy": "compensation",
            "statement": "", "particulars": particulars, **changes,
        }  # fmt: skip
        return api(dinner.order.consumer).post("/api/v1/claims", body, format="json")

    return send


def test_the_api_takes_and_shows_it(post, noon):
    answer = post({"latitude": 30.25, "longitude": 120.165})
    assert answer.status_code == HTTPStatus.CREATED
    assert answer.json()["particulars"] == {"happened_at": None, "latitude": 30.25, "longitude": 120.165}


@pytest.mark.parametrize(
    ("particulars", "place"),
    [
        ({"latitude": "30.25", "longitude": 120.165}, "particulars.latitude"),
        ({"latitude": 30.25}, "particulars.longitude"),
        ({"latitude": 30.25, "longitude": 120.165, "altitude": 12}, "particulars.altitude"),
        ([30.25, 120.165], "particulars"),
        ("here", "particulars"),
        (None, "particulars"),
    ],
)
def test_the_api_says_which_field_cannot_be_used(post, particulars, place):
    answer = post(particulars)
    assert answer.status_code == HTTPStatus.BAD_REQUEST
    assert list(answer.json()["fields"]) == [place]
    assert not Claim.objects.exists()


def test_a_reason_that_asks_nothing_takes_nothing(post):
    answer = post({"latitude": 1, "longitude": 1}, reason="unused_voucher", remedy="refund")
    assert (answer.status_code, answer.json()["error"]) == (HTTPStatus.BAD_REQUEST, "particulars_not_usable")


# --- on the pages ------------------------------------------------------------------------------------


@pytest.fixture
def step(client, dinner, consumer):
    client.force_login(consumer)

    def go(name, **posted):
        address = reverse(f"claim-{name}", args=[dinner.order.number, dinner.pk])
        return client.post(address, posted) if posted else client.get(address)

    return go


def test_the_questions_come_between_the_reason_and_the_remedy(step):
    assert step("reason", reason="store_refused").url.endswith("/claim/particulars/")
    assert step("remedy").url.endswith("/claim/particulars/")
    assert "Step 2 of 5" in step("particulars").content.decode()
    assert step("particulars", latitude="30.2501", longitude="120.1651").url.endswith("/claim/remedy/")
    page = step("remedy").content.decode()
    assert "Step 3 of 5" in page
    assert "15 metres away" in page


def test_a_reason_that_asks_nothing_has_four_steps(step):
    assert step("reason", reason="unused_voucher").url.endswith("/claim/remedy/")
    assert "Step 2 of 4" in step("remedy").content.decode()
    assert step("particulars").url.endswith("/claim/remedy/")


def test_an_answer_that_does_not_fit_comes_back_with_its_error(step):
    step("reason", reason="store_refused")
    answer = step("particulars", latitude="91", longitude="0")
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "degrees from -90 to 90 are expected." in answer.content.decode()


def test_the_last_page_shows_the_answers_and_sends_just_them(step, client, dinner, noon):
    step("reason", reason="store_refused")
    step("particulars", latitude="30.2501", longitude="120.1651")
    step("remedy", remedy="compensation")
    step("details", statement="")
    page = step("check")
    assert "30.2501" in page.content.decode()
    form = page.context["form"]
    sent = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    posted = {name: form.fields[name].prepare_value(value) for name, value in sent.items() if value is not None}
    answer = client.post(page.request["PATH_INFO"], posted)
    assert answer.status_code == HTTPStatus.FOUND
    assert Claim.objects.get().particulars["latitude"] == 30.2501


def test_a_tampered_answer_is_not_sent(step, client, dinner):
    step("reason", reason="store_refused")
    step("particulars", latitude="30.2501", longitude="120.1651")
    step("remedy", remedy="compensation")
    step("details", statement="")
    posted = {
        "reason": "store_refused", "remedy": "compensation", "particulars": '{"latitude": 99}', "owed": 24440,
        "settles": "after_merchant",
    }  # fmt: skip
    assert step("check", **posted).status_code == HTTPStatus.CONFLICT
    assert not Claim.objects.exists()


@pytest.mark.parametrize("reader", ["consumer", "merchant", "agent"])
def test_every_side_reads_it_on_the_claim(request, client, dinner, noon, reader):
    claim = file(dinner, noon, told(noon))
    client.force_login(request.getfixturevalue(reader))
    page = client.get(claim.get_absolute_url()).content.decode()
    assert "Where were you then? Latitude" in page
    assert "30.2501" in page


def test_where_the_answers_give_nothing_the_way_on_leads_back_to_them_as_they_were(client, table_order, consumer):
    table = table_order.lines.get()
    Booking.objects.filter(line=table).update(queue_joined_at=None, called_at=None)
    client.force_login(consumer)
    steps = [reverse(f"claim-{name}", args=["B-1001", table.pk]) for name in ("reason", "particulars", "remedy")]
    reason, particulars, remedy = steps
    client.post(reason, {"reason": "long_queue"})
    client.post(particulars, {"waited_minutes": "3"})
    page = client.get(remedy).content.decode()
    assert "The rules give nothing for this" in page
    assert f'href="{particulars}"' in page.split("The rules give nothing for this")[1]
    assert 'value="3"' in client.get(particulars).content.decode()
