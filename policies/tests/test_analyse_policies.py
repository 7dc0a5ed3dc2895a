"""The analyser's two doors: the command, and the page of a version."""

import json
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Role
from conftest import person
from policies.actions import publish
from policies.models import Version

SHORT = """
policy: return_first
terms:
  at_fault: [damaged]
  at_fault_days: 15
  by_choice: [changed_mind{more}]
  by_choice_days: 7
  kept_categories: []
  freight: {{CNY: "12.00"}}
"""


def test_a_file_without_a_fault_is_fine(tmp_path, capsys):
    file = tmp_path / "terms.yaml"
    file.write_text(SHORT.format(more=""))
    call_command("analyse_policies", str(file), "--json")
    assert json.loads(capsys.readouterr().out.splitlines()[-1]) == {
        "files": 1, "findings": [], "not_searched": [], "ok": True,
    }  # fmt: skip


def test_a_fault_is_told_with_its_place_and_ends_with_one(tmp_path, capsys):
    file = tmp_path / "terms.yaml"
    file.write_text(SHORT.format(more=", damaged"))
    with pytest.raises(SystemExit) as ended:
        call_command("analyse_policies", str(file))
    assert ended.value.code == 1
    assert "“by_choice[1]” can never apply" in capsys.readouterr().out
    with pytest.raises(SystemExit):
        call_command("analyse_policies", str(file), "--json")
    (finding,) = json.loads(capsys.readouterr().out.splitlines()[-1])["findings"]
    assert (finding["policy"], finding["kind"], finding["path"]) == ("return_first", "never_decides", "by_choice[1]")
    assert finding["example"]["facts"]["reason"] == "damaged"


@pytest.mark.parametrize("text", ["policy: return_first\nterms: {}\n", "policy: nothing\nterms: {}\n", "]["])
def test_a_file_that_cannot_be_read_is_refused(tmp_path, text):
    file = tmp_path / "terms.yaml"
    file.write_text(text)
    with pytest.raises(CommandError):
        call_command("analyse_policies", str(file))


def test_a_file_that_is_not_there_is_refused():
    with pytest.raises(CommandError, match="There is no file"):
        call_command("analyse_policies", "no-such-file.yaml")


@pytest.mark.parametrize(
    ("language", "place"),
    [
        ("en", "Reasons of the consumer’s own choice › It arrived damaged"),
        ("zh-hans", "消费者自身的原因 › 收到时已损坏"),
    ],
)
def test_the_page_shows_each_finding_with_its_example(client, operator, published_policies, language, place):
    version = Version.objects.get(policy__code="return_first", market="")
    terms = {**version.terms, "by_choice": ["changed_mind", "damaged"]}
    Version.objects.create(
        policy=version.policy, number=99, terms=terms, effective_from=version.effective_from,
        drafted_at=version.drafted_at,
    )  # fmt: skip
    client.force_login(operator)
    client.cookies["redress_language"] = language
    page = client.get("/policies/return_first/99/analysis/")
    assert [finding.path for finding in page.context["findings"]] == [place]
    assert place in page.text


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "“Reasons of the consumer’s own choice › It arrived damaged” can never apply"),
        ("zh-hans", "“消费者自身的原因 › 收到时已损坏”"),
    ],
)
def test_the_step_and_the_history_name_the_term_and_lead_to_it(
    client, operator, published_policies, language, said, now
):
    base = Version.objects.get(policy__code="return_first", market="")
    terms = {**base.terms, "by_choice": ["changed_mind", "damaged"]}
    version = Version.objects.create(
        policy=base.policy, number=99, terms=terms, effective_from=now + timedelta(days=9), drafted_at=now,
        status="checked", drafted_by=person("operator2", Role.OPERATOR), checked_by=operator, checked_at=now,
    )  # fmt: skip
    client.force_login(operator)
    client.cookies["redress_language"] = language
    way = 'href="/policies/return_first/99/#by_choice"'
    page = client.get("/policies/return_first/99/publication/").text
    assert (said in page, way in page) == (True, True)
    publish(version=version, by=operator, because="It is meant so.", at=now)
    page = client.get("/policies/return_first/99/").text
    assert (said in page, way in page, 'id="by_choice"' in page) == (True, True, True)


def test_the_page_says_when_nothing_is_wrong_and_when_nothing_is_searched(client, operator, published_policies):
    client.force_login(operator)
    assert "Nothing found" in client.get("/policies/return_first/1/analysis/").text
    assert "No rule reads these terms" in client.get("/policies/recovery/1/analysis/").text


def test_nobody_but_an_operator_sees_it(client, published_policies, consumer, merchant, agent, finance):
    for reader in (consumer, merchant, agent, finance):
        client.force_login(reader)
        assert client.get("/policies/return_first/1/analysis/").status_code == 404
