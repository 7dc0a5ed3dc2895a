"""The analyser's two doors: the command, and the page of a version."""

import json

import pytest
from django.core.management import CommandError, call_command

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


def test_the_page_says_when_nothing_is_wrong_and_when_nothing_is_searched(client, operator, published_policies):
    client.force_login(operator)
    assert "Nothing found" in client.get("/policies/return_first/1/analysis/").text
    assert "No rule reads these terms" in client.get("/policies/recovery/1/analysis/").text


def test_nobody_but_an_operator_sees_it(client, published_policies, consumer, merchant, agent, finance):
    for person in (consumer, merchant, agent, finance):
        client.force_login(person)
        assert client.get("/policies/return_first/1/analysis/").status_code == 404
