"""An operator asks whom a draft would have paid, watches it, reads it, and goes down to the claims."""

import csv
import io
import json
from copy import deepcopy
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from disputes.actions.backtest import go_on, try_version
from disputes.backtests.processes import work_through
from disputes.management.commands import backtest as command
from disputes.models import Backtest, BacktestChange
from policies.actions import draft
from policies.models import Version

LIGHTNING = "lightning_refund"


@pytest.fixture
def drafted(enrolled_shop, operator, now) -> Version:
    """Lightning refunds up to 2,000.00 for everybody."""
    terms = deepcopy(Version.objects.get(policy__code=LIGHTNING, market="").terms)
    limit = {"CNY": "2000.00"}
    terms |= {
        "consumer_limits": [{"standing": 0, "per_claim": limit, "per_day": {"CNY": "100000.00"}}],
        "limit_per_claim": limit,
    }
    return draft(policy=LIGHTNING, terms=terms, effective_from=now + timedelta(days=9), by=operator, at=now)


@pytest.fixture
def address(drafted) -> str:
    return f"/policies/{LIGHTNING}/{drafted.number}/backtests/"


@pytest.fixture
def signed_in(client, operator):
    client.force_login(operator)
    return client


def done(now) -> Backtest:
    while go_on(now=now):
        pass
    return Backtest.objects.get()


def test_it_is_asked_for_watched_and_read(signed_in, address, claim, now):
    assert "Judge past claims again" in signed_in.get(address).text
    asked = signed_in.post(address)
    assert asked.status_code == 302
    assert "Waiting to begin" in signed_in.get(asked.url).text
    done(now)
    page = signed_in.get(asked.url)
    assert "1 consumer would have got more money." in page.text
    assert "<svg" in page.text
    (found,) = page.context["found"]
    assert (found.currency, found.total.difference) == ("CNY", 1_299_00)
    assert [line.name for line in found.merchants] == ["Corner Shop"]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_claims_that_change_stand_in_a_list_and_in_a_file(signed_in, address, claim, mug, file, now, language):
    file(mug)
    signed_in.cookies["redress_language"] = language
    asked = signed_in.post(address).url
    done(now)
    listed = signed_in.get(f"{asked}claims/")
    assert [change.claim for change, *_rest in listed.context["rows"]] == [claim]
    assert signed_in.get(f"{asked}claims/?effect=less").context["rows"] == []
    answer = signed_in.get(f"{asked}claims.csv")
    (row,) = csv.DictReader(io.StringIO(answer.getvalue().decode("utf-8-sig")))
    assert (row["claim"], row["sure_was"], row["sure_becomes"]) == (claim.number, "0.00", "1299.00")


def test_a_result_says_when_the_draft_changed_since(signed_in, address, drafted, now):
    asked = signed_in.post(address).url
    done(now)
    assert "The terms were changed since" not in signed_in.get(asked).text
    Version.objects.filter(pk=drafted.pk).update(terms={**drafted.terms, "undelivered_after_days": 5})
    assert "The terms were changed since" in signed_in.get(asked).text
    assert "Changed since" in signed_in.get(address).text


@pytest.mark.parametrize(
    "days", [{"first": "2026-03-09", "last": "2026-03-02"}, {"first": "soon"}, {"last": "0001-13-40"}]
)
def test_days_that_make_no_period_are_refused(signed_in, address, days):
    answer = signed_in.post(address, days)
    assert answer.status_code == 422
    assert "aria-invalid" in answer.text
    assert not Backtest.objects.exists()


def test_terms_that_no_rule_reads_have_nothing_to_judge(signed_in):
    assert "No rule reads these terms" in signed_in.get("/policies/clocks/1/backtests/").text
    assert signed_in.post("/policies/clocks/1/backtests/").status_code == 422
    assert not Backtest.objects.exists()


def test_what_is_not_there_is_not_found(signed_in, published_policies):
    for path in ("/policies/nothing/1/backtests/", f"/policies/{LIGHTNING}/99/backtests/", "/backtests/1/"):
        assert signed_in.get(path).status_code == 404


def test_nobody_but_an_operator_sees_it(client, address, drafted, consumer, merchant, agent, finance):
    for person in (consumer, merchant, agent, finance):
        client.force_login(person)
        assert client.get(address).status_code == client.post(address).status_code == 404


# --- the command -------------------------------------------------------------------------------------


@pytest.fixture
def in_this_process(monkeypatch):
    """A forked process would not see what the test has not committed."""

    def work(backtest, *, processes):
        while go_on(now=timezone.now()):
            pass
        return 1.0

    monkeypatch.setattr(command, "work_through", work)


def test_the_command_tells_the_cost_as_one_json_object(in_this_process, drafted, claim, capsys):
    call_command("backtest", LIGHTNING, str(drafted.number), "--json")
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (told["claims"], told["changed"], told["more"], told["broken"]) == (1, 1, 1, 0)
    assert told["cost"]["CNY"]["sure_then"] - told["cost"]["CNY"]["sure_now"] == 1_299_00
    assert told["by_merchant"]["CNY"]["corner-shop"]["merchants_difference"] == 1_299_00


def test_the_command_tells_it_to_people(in_this_process, drafted, claim, capsys):
    call_command("backtest", LIGHTNING, str(drafted.number))
    assert "1 claims, of which 1 would change" in capsys.readouterr().out


@pytest.mark.parametrize("asked", [[LIGHTNING, "99"], ["nothing", "1"], [], ["clocks", "1"], ["--file", "no.yaml"]])
def test_the_command_refuses_what_is_not_there(published_policies, asked):
    with pytest.raises(CommandError):
        call_command("backtest", *asked)
    assert not Backtest.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_processes_count_each_claim_once(drafted, claim, jackets, file, now):
    file(jackets, quantity=1)
    asked = try_version(version=drafted, by=None, at=now + timedelta(minutes=1))
    work_through(asked.pk, processes=2)
    asked.refresh_from_db()
    assert asked.result is not None
    assert (asked.status, asked.result["claims"]) == ("done", 2)
    assert BacktestChange.objects.count() == 2
