"""Money that comes in: one person of finance writes it down, another agrees, and only then it is in the books."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.actions import issue_token
from compensation import proofs
from compensation.actions.filling import (
    AlreadyAnswered,
    FundHoldsLess,
    NotAskedHere,
    UnknownBudget,
    UnknownCurrency,
    UnknownMerchant,
    answer_filling,
    lapse_due_fillings,
    propose_filling,
)
from compensation.models import Filling
from ledger import chart
from ledger import proofs as ledger_proofs
from ledger.models import Transfer
from payouts.actions import SecondPersonNeeded
from payouts.statements import ReasonMissing

CNY = "CNY"


def posted(name):
    return chart.balance_of(name).posted


def books_are_right():
    return [*proofs.prove(), *ledger_proofs.prove()] == []


@pytest.fixture
def propose(finance, now):
    def propose(kind="fund", amount=100_00, **changes):
        given = {"currency": CNY, "because": "bank 4711", "by": finance, "at": now}
        return propose_filling(kind=kind, amount=amount, **(given | changes))

    return propose


def test_a_second_person_fills_the_fund_sets_it_aside_and_takes_a_deposit_in(propose, finance2, shop, now):
    for proposed in (propose(), propose("budget", 60_00, budget="empathy"), propose("deposit", merchant=shop.code)):
        assert not Transfer.objects.filter(key=proposed.key).exists()
        assert answer_filling(filling=proposed, agreed=True, by=finance2, at=now).agreed
    assert posted(chart.owner_capital(CNY)) == 100_00
    assert (posted(chart.fund_cash(CNY)), posted(chart.fund_budget("empathy", CNY))) == (40_00, 60_00)
    assert posted(chart.deposit_of(shop.pk, CNY)) == posted(chart.client_cash(CNY)) == 100_00
    assert books_are_right()


def test_nobody_agrees_to_what_they_proposed_themselves(propose, finance, now):
    proposed = propose()
    with pytest.raises(SecondPersonNeeded), transaction.atomic():
        answer_filling(filling=proposed, agreed=True, by=finance, at=now)
    with pytest.raises(IntegrityError, match="filling_checker_is_not_its_maker"), transaction.atomic():
        Filling.objects.update(agreed=True, answered_by=finance, answered_at=now, due_at=None)
    answer_filling(filling=proposed, agreed=False, by=finance, at=now)
    assert not Transfer.objects.exists()
    assert books_are_right()


def test_it_is_answered_once(propose, finance2, now):
    proposed = propose()
    answer_filling(filling=proposed, agreed=True, by=finance2, at=now)
    for agreed in (True, False):
        with pytest.raises(AlreadyAnswered), transaction.atomic():
            answer_filling(filling=proposed, agreed=agreed, by=finance2, at=now)
    assert posted(chart.fund_cash(CNY)) == 100_00


def test_what_nobody_answers_in_time_lapses_and_whoever_wrote_it_down_is_told(propose, finance, finance2, now):
    proposed = propose()
    assert proposed.due_at == now + timedelta(days=14)
    assert lapse_due_fillings(now=proposed.due_at - timedelta(seconds=1)) == 0
    assert lapse_due_fillings(now=proposed.due_at) == 1
    proposed.refresh_from_db()
    assert (proposed.agreed, proposed.answered_by, proposed.due_at) == (False, None, None)
    assert (finance.notices.get().kind, finance2.notices.count()) == ("filling_lapsed", 0)
    with pytest.raises(AlreadyAnswered), transaction.atomic():
        answer_filling(filling=proposed, agreed=True, by=finance2, at=proposed.answered_at)
    assert not Transfer.objects.exists()


def test_no_more_is_set_aside_than_the_fund_holds(propose, finance2, now):
    answer_filling(filling=propose(), agreed=True, by=finance2, at=now)
    too_much = propose("budget", 100_01, budget="special")
    with pytest.raises(FundHoldsLess), transaction.atomic():
        answer_filling(filling=too_much, agreed=True, by=finance2, at=now)
    too_much.refresh_from_db()
    assert (too_much.answered_at, posted(chart.fund_cash(CNY))) == (None, 100_00)


@pytest.mark.parametrize(
    ("kind", "changes", "refusal"),
    [
        ("fund", {"merchant": "x"}, NotAskedHere),
        ("deposit", {"budget": "special"}, NotAskedHere),
        ("deposit", {"merchant": "nobody"}, UnknownMerchant),
        ("deposit", {}, UnknownMerchant),
        ("budget", {"budget": "mine"}, UnknownBudget),
        ("fund", {"currency": "cny"}, UnknownCurrency),
        ("fund", {"because": " "}, ReasonMissing),
    ],
)
def test_what_is_not_clear_is_refused(propose, kind, changes, refusal):
    with pytest.raises(refusal), transaction.atomic():
        propose(kind, **changes)
    assert not Filling.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_many_answers_at_once_one_counts(propose, finance2, now):
    proposed = propose()

    def agree(_attempt):
        try:
            answer_filling(filling=proposed, agreed=True, by=finance2, at=now)
        except AlreadyAnswered:
            return 0
        finally:
            connection.close()
        return 1

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(agree, range(16))) == 1
    assert posted(chart.fund_cash(CNY)) == 100_00
    assert books_are_right()


def test_finance_does_it_on_the_page(client, finance, finance2, shop):
    form = {
        "kind": "deposit", "currency": CNY, "amount": "5,000.00", "merchant": shop.code, "budget": "",
        "because": "bank 4711", "idempotency_key": "one",
    }  # fmt: skip
    client.force_login(finance)
    assert client.post("/fund/money-in/", form | {"amount": "12,5"}).status_code == 422
    assert client.post("/fund/money-in/", form | {"merchant": "nobody"}).status_code == 422
    for _repeated in range(2):
        assert client.post("/fund/money-in/", form).status_code == 302
    proposed = Filling.objects.get()
    assert "bank 4711" in client.get("/fund/money-in/").content.decode()
    client.post(f"/fund/money-in/{proposed.pk}/answer/", {"agreed": "yes", "idempotency_key": "two"})
    assert posted(chart.deposit_of(shop.pk, CNY)) == 0
    client.force_login(finance2)
    client.post(f"/fund/money-in/{proposed.pk}/answer/", {"agreed": "yes", "idempotency_key": "three"})
    assert posted(chart.deposit_of(shop.pk, CNY)) == 5_000_00
    assert proposed.key in client.get("/fund/money-in/").content.decode()


def test_programs_of_finance_do_it_over_the_api(client, finance, finance2):
    def send(path, body, *, by, key):
        headers = {"Authorization": f"Token {issue_token(user=by).token}", "Idempotency-Key": key}
        return client.post(f"/api/v1/fund/money-in{path}", body, content_type="application/json", headers=headers)

    body = {"kind": "fund", "amount": 100_00, "currency": CNY, "because": "bank 4711"}
    first, again = (send("", body, by=finance, key="one") for _ in range(2))
    assert (first.status_code, first.json()["agreed"], again.json()) == (201, None, first.json())
    answer = f"/{first.json()['id']}/answer"
    assert send(answer, {"agreed": True}, by=finance, key="two").json()["error"] == "second_person_needed"
    assert send(answer, {"agreed": True}, by=finance2, key="three").json()["agreed"] is True
    assert posted(chart.fund_cash(CNY)) == 100_00
