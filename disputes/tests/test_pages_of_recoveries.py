"""The pages and the API of the fund's other side: what merchants owe, force majeure, and help in hardship."""

from datetime import timedelta

import pytest

from accounts.models import AgentLevel, Role
from compensation import actions as fund
from compensation.models import ForceMajeure, Grant, Recovery
from conftest import person
from disputes.advances import advance_due
from disputes.tests.conftest import breaks, fresh, in_wallet

pytestmark = pytest.mark.django_db


@pytest.fixture
def owed(claim, shop, special_fund, now) -> Recovery:
    """100.00 that the fund paid in the merchant's place."""
    fund.pay_from_fund(
        key="first", payee=claim.consumer, amount=100_00, currency="CNY", gateway="wallet", at=now, as_expense=False,
        merchant=shop,
    )  # fmt: skip
    return Recovery.objects.get()


@pytest.fixture
def signed_in(client):
    def sign_in(person):
        client.force_login(person)
        return client

    return sign_in


def fresh_of(recovery: Recovery) -> Recovery:
    assert breaks() == []
    return Recovery.objects.get(pk=recovery.pk)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_merchant_sees_what_it_owes_and_why(signed_in, owed, merchant, language):
    pages = signed_in(merchant)
    pages.cookies["redress_language"] = language
    assert f"/recoveries/{owed.pk}/" in pages.get("/recoveries/").text
    page = pages.get(f"/recoveries/{owed.pk}/")
    assert "100.00" in page.text
    assert set(page.context["forms"]) == {"dispute"}


def test_a_stranger_does_not_see_it(signed_in, owed, outsider, consumer, agent):
    for stranger in (outsider, consumer, agent):
        assert signed_in(stranger).get(f"/recoveries/{owed.pk}/").status_code == 404
    assert f"/recoveries/{owed.pk}/" not in signed_in(outsider).get("/recoveries/").text


def test_the_merchant_disputes_it_and_finance_says_that_it_is_owed(signed_in, owed, merchant, finance):
    there = f"/recoveries/{owed.pk}/"
    assert signed_in(merchant).post(f"{there}dispute/", {"dispute-because": ""}).status_code == 422
    assert fresh_of(owed).status == "open"
    signed_in(merchant).post(f"{there}dispute/", {"dispute-because": "Never ours."})
    assert fresh_of(owed).status == "disputed"
    page = signed_in(finance).get(there)
    assert "Never ours." in page.text
    assert set(page.context["forms"]) == {"payment", "relief", "verdict"}
    signed_in(finance).post(f"{there}verdict/", {"verdict-because": "It was yours."})
    assert fresh_of(owed).status == "open"
    assert "It was yours." in signed_in(merchant).get(there).text


def test_finance_books_a_payment_and_never_more_than_is_owed(signed_in, owed, finance):
    there = f"/recoveries/{owed.pk}/payment/"
    for amount in ("100.01", "0", "", "x"):
        refused = signed_in(finance).post(there, {"payment-amount": amount, "payment-because": "Bank, 1."})
        assert refused.status_code == 422
    signed_in(finance).post(there, {"payment-amount": "60.00", "payment-because": "Bank, 1."})
    assert fresh_of(owed).open == 40_00


def test_two_people_give_it_up_on_the_page(signed_in, owed, finance):
    second = person("finance2", Role.FINANCE)
    there = f"/recoveries/{owed.pk}/"
    signed_in(finance).post(f"{there}relief/", {"relief-kind": "write_off", "relief-because": "They are gone."})
    proposed = signed_in(finance).get(there).context["proposed"]
    refused = signed_in(finance).post(f"{there}answer/", {"agreed": "yes", "relief": proposed.pk})
    assert refused.status_code == 422
    assert "somebody else has to agree" in refused.text
    assert "They are gone." in signed_in(second).get(there).text
    signed_in(second).post(f"{there}answer/", {"agreed": "yes", "relief": proposed.pk})
    assert fresh_of(owed).status == "written_off"


def test_nobody_agrees_to_another_proposal_than_the_one_on_the_page(signed_in, owed, finance):
    second = person("finance2", Role.FINANCE)
    there = f"/recoveries/{owed.pk}/"
    signed_in(finance).post(f"{there}relief/", {"relief-kind": "write_off", "relief-because": "They are gone."})
    looked_at = signed_in(second).get(there).context["proposed"]
    assert f'name="relief" value="{looked_at.pk}"' in signed_in(second).get(there).text
    signed_in(finance).post(f"{there}answer/", {"agreed": "no", "relief": looked_at.pk})
    signed_in(finance).post(f"{there}relief/", {"relief-kind": "waive", "relief-because": "A favour."})
    for relief in (looked_at.pk, ""):
        refused = signed_in(second).post(f"{there}answer/", {"agreed": "yes", "relief": relief})
        assert (refused.status_code, fresh_of(owed).status) == (422, "open")
        assert "has changed since you looked at it" in refused.text
    assert "A favour." in refused.text


def test_the_fund_page_shows_the_identity_in_figures(signed_in, owed, finance):
    [shown] = signed_in(finance).get("/fund/").context["funds"]
    assert (shown.sums.advanced, shown.sums.receivable) == (100_00, 100_00)
    assert [(stage.status, stage.number, stage.open) for stage in shown.stages] == [("open", 1, 100_00)]


def test_the_api_does_what_the_pages_do(api, owed, merchant, finance, outsider):
    there = f"/api/v1/recoveries/{owed.pk}"
    assert api(merchant).get(there).json()["open"] == 100_00
    assert api(outsider).get(there).status_code == 404
    assert api(merchant).post(f"{there}/payment", {"amount": 1, "because": "x"}, format="json").status_code == 403
    answer = api(finance).post(f"{there}/payment", {"amount": 100_01, "because": "x"}, format="json")
    assert (answer.status_code, answer.json()["error"]) == (400, "more_than_is_owed")
    assert api(merchant).post(f"{there}/dispute", {"because": "No."}, format="json").json()["status"] == "disputed"
    assert api(finance).post(f"{there}/verdict", {"because": "Yes."}, format="json").json()["status"] == "open"
    paid = api(finance).post(f"{there}/payment", {"amount": 100_00, "because": "Bank, 1."}, format="json").json()
    assert (paid["status"], paid["open"], paid["entries"][-1]["deed"]) == ("paid", 0, "paid")
    assert [row["id"] for row in api(merchant).get("/api/v1/recoveries").json()["results"]] == [owed.pk]


def test_advances_stand_on_a_page_and_in_the_api(signed_in, api, disputed, special_fund, finance, merchant, now):
    advance_due(now=now + timedelta(days=20))
    assert disputed.number in signed_in(finance).get("/fund/advances/?status=outstanding").text
    (row,) = api(finance).get("/api/v1/fund/advances").json()["results"]
    assert (row["claim"], row["cause"], row["status"]) == (disputed.number, "lengthy", "outstanding")
    assert "before it was decided" in signed_in(merchant).get(disputed.get_absolute_url()).text


# --- force majeure -----------------------------------------------------------------------------------

DECLARED = {
    "kind": "storm", "place": "city", "where": "Hangzhou", "starts_at": "2026-01-01T00:00", "because": "A typhoon.",
}  # fmt: skip


def test_a_senior_agent_declares_and_ends_force_majeure_on_the_page(signed_in, hotel, senior, agent, finance):
    assert "Declare it" not in signed_in(agent).get("/force-majeure/").text
    assert signed_in(agent).post("/force-majeure/", DECLARED).status_code == 422
    assert signed_in(senior).post("/force-majeure/", {**DECLARED, "where": "Atlantis"}).status_code == 422
    assert not ForceMajeure.objects.exists()
    assert signed_in(senior).post("/force-majeure/", DECLARED).status_code == 302
    declared = ForceMajeure.objects.get()
    assert "A typhoon." in signed_in(finance).get("/force-majeure/").text
    signed_in(agent).post(f"/force-majeure/{declared.pk}/end/")
    assert ForceMajeure.objects.get().ends_at is None
    signed_in(senior).post(f"/force-majeure/{declared.pk}/end/")
    assert ForceMajeure.objects.get().ended_by == senior


def test_the_api_declares_it_for_seniors_only(api, hotel, senior, agent, consumer):
    body = {**DECLARED, "starts_at": "2026-01-01T00:00:00Z"}
    assert api(consumer).post("/api/v1/force-majeure", body, format="json").status_code == 403
    assert api(agent).post("/api/v1/force-majeure", body, format="json").status_code == 403
    made = api(senior).post("/api/v1/force-majeure", body, format="json")
    assert (made.status_code, made.json()["where"], made.json()["ends_at"]) == (201, "Hangzhou", None)
    bad = api(senior).post("/api/v1/force-majeure", {**body, "ends_at": "2025-01-01T00:00:00Z"}, format="json")
    assert (bad.status_code, bad.json()["error"]) == (400, "period_is_empty")
    ended = api(senior).post(f"/api/v1/force-majeure/{made.json()['id']}/end", {}, format="json")
    assert ended.json()["ends_at"]


# --- help in hardship --------------------------------------------------------------------------------


@pytest.fixture
def empathy_budget(now) -> int:
    fund.fund(amount=1_000_00, currency="CNY", key="e:fund", at=now)
    fund.budget(budget="empathy", amount=1_000_00, currency="CNY", key="e:budget", at=now)
    return 1_000_00


def test_an_agent_helps_from_the_bench(signed_in, claim, empathy_budget, agent, consumer):
    there = f"{claim.get_absolute_url()}empathy/"
    assert there in signed_in(agent).get(claim.get_absolute_url()).text
    wanted = {"amount": "50.00", "hardship": "illness", "because": "She broke her leg."}
    for bad in ({"because": " "}, {"amount": "0"}, {"amount": "5000"}, {"hardship": "x"}):
        assert signed_in(agent).post(there, wanted | bad).status_code == 422
    assert not Grant.objects.exists()
    assert signed_in(agent).post(there, wanted).status_code == 302
    assert in_wallet(consumer) == 50_00
    assert fresh(claim).paid == 0
    assert "She broke her leg." in signed_in(agent).get(there).text
    assert signed_in(consumer).get(there).status_code == 404
    assert breaks() == []


def test_a_large_sum_waits_for_a_second_agent(signed_in, api, claim, empathy_budget, agent, consumer):
    there = f"/api/v1/claims/{claim.number}/empathy"
    body = {"amount": 300_00, "hardship": "bereavement", "because": "Her mother died."}
    made = api(agent).post(there, body, format="json")
    assert (made.status_code, made.json()["status"], in_wallet(consumer)) == (201, "proposed", 0)
    own = api(agent).post(f"{there}/{made.json()['id']}/answer", {"agreed": True}, format="json")
    assert (own.status_code, own.json()["error"]) == (409, "second_person_needed")
    second = person("agent2", Role.AGENT, AgentLevel.GENERAL)
    assert f"{claim.get_absolute_url()}empathy/" not in signed_in(agent).get("/queue/").text
    assert f"{claim.get_absolute_url()}empathy/" in signed_in(second).get("/queue/").text
    page = f"{claim.get_absolute_url()}empathy/{made.json()['id']}/answer/"
    signed_in(second).post(page, {"agreed": "yes"})
    assert (Grant.objects.get().status, in_wallet(consumer)) == ("paid", 300_00)
