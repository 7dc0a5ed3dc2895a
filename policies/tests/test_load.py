"""The terms in policies/terms are loaded once, and again when they change."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from policies.actions import FileNotUnderstood, documents, load_all
from policies.in_force import in_force, terms_of, typed_terms
from policies.models import Version

ASK = """
policy: ask_merchant
terms:
  window_days: {goods: 30}
  claims_per_line: 5
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "ask_merchant.yaml").write_text(ASK)
    return tmp_path


def test_every_file_holds_terms_that_fit_and_every_policy_has_a_file():
    read = list(documents())
    assert {document.policy for document in read if "" in document.markets} == set(settings.POLICY_RULES)
    for document in read:
        assert typed_terms(document.policy, 1, document.terms)


def test_new_terms_apply_from_now_on(folder, db, now):
    load_all(at=now, folder=folder)
    assert "ask_merchant" in in_force(["ask_merchant"], at=now)
    assert not in_force(["ask_merchant"], at=now - timedelta(seconds=1))
    assert not Version.objects.get().replay


def test_the_first_installation_may_reach_back(folder, db, now):
    load_all(at=now, effective_from=now - timedelta(days=90), folder=folder)
    version = in_force(["ask_merchant"], at=now - timedelta(days=90))["ask_merchant"]
    assert version.replay
    assert version.published_at == now


def test_loading_again_changes_nothing(folder, db, now):
    assert load_all(at=now, folder=folder).published == 1
    again = load_all(at=now + timedelta(days=1), effective_from=now - timedelta(days=90), folder=folder)
    assert (again.published, again.unchanged) == (0, 1)


def test_changed_terms_apply_to_new_orders_only(folder, db, now):
    later = now + timedelta(days=1)
    load_all(at=now, effective_from=now - timedelta(days=90), folder=folder)
    (folder / "ask_merchant.yaml").write_text(ASK.replace("30", "60"))
    load_all(at=later, effective_from=now - timedelta(days=90), folder=folder)
    versions = [in_force(["ask_merchant"], at=at)["ask_merchant"] for at in (now, later)]
    assert [terms_of(version).window_days["goods"] for version in versions] == [30, 60]
    assert [version.replay for version in versions] == [True, False]


def test_a_replays_terms_judge_its_own_markets_history(db, now):
    load_all(at=now)
    of_old = datetime(2010, 12, 1, tzinfo=UTC)
    assert not in_force(settings.POLICY_RULES, at=of_old)
    assert set(in_force(settings.POLICY_RULES, at=of_old, market="online-retail")) == {
        "lightning_refund", "ask_merchant", "clocks",
    }  # fmt: skip
    hotel = in_force(settings.POLICY_RULES, at=of_old, market="hotel-bookings")["hotel_overbooking"]
    assert (terms_of(hotel).worse_room_factor, terms_of(hotel).no_room_factor) == (1, 3)


BROKEN = {
    "no YAML": ("policy: [", ""),
    "no terms": ("policy: ask_merchant", "terms"),
    "nothing": ("", ""),
    "no such policy": (ASK.replace("ask_merchant", "free_lunch"), "free_lunch"),
    "an unknown name": (ASK + "author: me\n", "author: this name is not known here"),
    "terms that do not fit": (ASK.replace("5", "-5"), "claims_per_line: it cannot be below zero (-5)."),
    "no day": (ASK + "replays_from: soon\n", "replays_from: a date is expected, not “soon”."),
}


@pytest.mark.parametrize(("text", "problem"), list(BROKEN.values()), ids=list(BROKEN))
def test_a_file_that_cannot_be_used_is_named_and_nothing_is_loaded(folder, db, now, text, problem):
    (folder / "zzz.yaml").write_text(text)
    with pytest.raises(FileNotUnderstood) as refusal:
        load_all(at=now, folder=folder)
    assert refusal.value.sentence().startswith("zzz.yaml cannot be used:")
    assert problem in refusal.value.sentence()
    assert not Version.objects.exists()


def test_the_command_says_what_it_did(db, capsys):
    call_command("load_policies", "--effective-from", "2020-01-01")
    first = capsys.readouterr().out
    call_command("load_policies", "--json")
    count = sum(len(document.markets) for document in documents())
    assert first == f"{count} versions published, 0 unchanged.\n"
    assert json.loads(capsys.readouterr().out.splitlines()[-1]) == {"published": 0, "unchanged": count}
    assert Version.objects.filter(market="").earliest("effective_from").effective_from == datetime(
        2020, 1, 1, tzinfo=UTC
    )


def test_the_command_refuses_in_a_sentence(db, monkeypatch, folder):
    (folder / "zzz.yaml").write_text("policy: [")
    monkeypatch.setattr(
        "policies.management.commands.load_policies.load_all", lambda **it: load_all(**it, folder=folder)
    )
    with pytest.raises(CommandError, match=r"zzz\.yaml cannot be used"):
        call_command("load_policies")
