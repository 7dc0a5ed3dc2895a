"""Files are the second door: what is exported comes back the same, and loading undoes nothing that people published."""

import json
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from accounts.models import Role
from conftest import person
from policies.actions import check, draft, exported, import_draft, load_all, publish
from policies.in_force import in_force
from policies.models import Version
from policies.written import read_file, read_terms, rewritten

pytestmark = pytest.mark.django_db


def test_every_published_version_goes_out_and_comes_back_byte_for_byte(published_policies, operator, now, tmp_path):
    later = now + timedelta(days=1)
    for version in Version.objects.select_related("policy").order_by("pk"):
        text = exported(version)
        path = tmp_path / f"{version.pk}.yaml"
        path.write_text(text, encoding="utf-8")
        (back,) = import_draft(path=path, by=operator, at=now, effective_from=later)
        assert (back.terms, back.written, back.market) == (version.terms, version.written, version.market)
        assert exported(back).replace(later.isoformat(), version.effective_from.isoformat()) == text
        assert (back.status, back.drafted_by) == (Version.Status.DRAFT, operator)


def test_the_repositorys_comments_are_kept(published_policies, now):
    text = exported(in_force(["closed_store"], at=now)["closed_store"])
    assert "  # How far another store may be, as the crow flies. Ours.\n  alternative_within_metres: 3000\n" in text


def test_what_does_not_change_stays_as_it_was_written():
    text = "# top\n\na: [1,  2]   # as it is\n# about b\nb: {x: 1}\n# the end\n"
    assert rewritten(text, {"a": [1, 2], "b": {"x": 2}, "c": "200.00"}) == (
        "# top\n\na: [1,  2]   # as it is\n# about b\nb: {x: 2}\nc: 200.00\n# the end\n"
    )
    assert rewritten(text, {"b": {"x": 1}}) == "# about b\nb: {x: 1}\n# the end\n"


@pytest.mark.parametrize("word", ["yes", "NO", "1:30", "1_000", "0x1F", "2026-12-01", "200.00", "1e3"])
def test_yaml_takes_nothing_for_what_it_does_not_look_like(word):
    assert read_terms(f"a: {word}\n") == {"a": word}


def test_loading_leaves_what_people_published(published_policies, operator, now):
    base = in_force(["closed_store"], at=now)["closed_store"]
    theirs = draft(policy="closed_store", terms={**base.terms, "percent": 40}, effective_from=now, by=operator, at=now)
    check(version=theirs, by=person("operator2", Role.OPERATOR), at=now)
    publish(version=theirs, at=now)
    assert load_all(at=now + timedelta(hours=1)).published == 0
    assert in_force(["closed_store"], at=now + timedelta(days=1))["closed_store"] == theirs


def test_the_commands_take_a_file_along_and_back(published_policies, operator, now, tmp_path, capsys):
    path = tmp_path / "terms.yaml"
    call_command("export_policy", "closed_store", "--to", str(path))
    terms = read_file(path.read_text(encoding="utf-8")).terms
    path.write_text(path.read_text(encoding="utf-8").replace("percent: 30", "percent: 45"), encoding="utf-8")
    tomorrow = (now + timedelta(days=1)).isoformat()
    call_command("import_policy", str(path), "--by", operator.email, "--effective-from", tomorrow, "--json")
    said = json.loads(capsys.readouterr().out.splitlines()[-1])
    begun = Version.objects.get(policy__code="closed_store", number=said["drafts"][0])
    assert begun.terms == {**terms, "percent": 45}
    assert begun.status == Version.Status.DRAFT


WRONG = {
    "percent: lots": "percent: a whole number is expected, not “lots”.",
    "percent: [": "Line",
    "percent: 3\n  percent: 4": "“percent” stands here a second time.",
}


@pytest.mark.parametrize(("written", "sentence"), list(WRONG.items()))
def test_a_file_that_cannot_be_used_is_refused_and_nothing_is_drafted(
    published_policies, operator, now, tmp_path, written, sentence
):
    path = tmp_path / "terms.yaml"
    text = exported(in_force(["closed_store"], at=now)["closed_store"])
    path.write_text(text.replace("percent: 30", written), encoding="utf-8")
    count = Version.objects.count()
    with pytest.raises(CommandError, match=r"terms\.yaml cannot be used") as refusal:
        call_command("import_policy", str(path), "--by", operator.email)
    assert sentence in str(refusal.value)
    with pytest.raises(CommandError, match="no operator"):
        call_command("import_policy", str(path), "--by", "nobody@example.com")
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("import_policy", str(tmp_path / "none.yaml"), "--by", operator.email)
    assert Version.objects.count() == count


def test_a_file_whose_moment_has_passed_is_refused(published_policies, operator, now, tmp_path):
    path = tmp_path / "terms.yaml"
    path.write_text(exported(in_force(["closed_store"], at=now)["closed_store"]), encoding="utf-8")
    with pytest.raises(CommandError, match="cannot take effect in the past"):
        call_command("import_policy", str(path), "--by", operator.email)
