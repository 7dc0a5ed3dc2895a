"""A draft is checked or sent back by another person, published or withdrawn; each step stands in its history."""

from dataclasses import dataclass
from datetime import timedelta

import pytest

from common.states import IllegalMove
from policies.actions import (
    AnotherTakesEffectThen,
    CheckedByTheSamePerson,
    FindingsNeedAReason,
    NotADraft,
    ReasonMissing,
    RevisedMeanwhile,
    SentBackByTheSamePerson,
    check,
    draft,
    publish,
    revise,
    send_back,
    withdraw,
)
from policies.in_force import in_force
from policies.models import Version

TERMS = {"window_days": {"goods": 30}, "claims_per_line": 5}
OTHER = {"window_days": {"goods": 31}, "claims_per_line": 5}


@pytest.fixture(autouse=True)
def without_findings(settings) -> None:
    """What the analyser says of these terms is not the question here."""
    settings.POLICY_ANALYSER = "policies.tests.test_steps.nothing_found"


def nothing_found(version: object) -> tuple[()]:
    return ()


@pytest.fixture
def soon(now):
    return now + timedelta(days=1)


@pytest.fixture
def drafted(operator, now, soon):
    return draft(policy="ask_merchant", terms=TERMS, effective_from=soon, by=operator, at=now)


def steps(version):
    return [(event.kind, event.by and event.by.name, event.because) for event in version.events.order_by("pk")]


def test_every_step_stands_in_the_history_with_its_person_and_reason(drafted, operator, operator2, now, soon):
    send_back(version=drafted, by=operator2, because="Thirty days are too few.", at=now)
    revise(version=drafted, revision=1, terms=OTHER, effective_from=soon, by=operator, at=now)
    drafted.refresh_from_db()
    check(version=drafted, by=operator2, at=now, revision=2)
    publish(version=drafted, by=operator, at=now, revision=2)
    assert steps(drafted) == [
        ("drafted", "Operator", ""),
        ("sent_back", "Operator2", "Thirty days are too few."),
        ("revised", "Operator", ""),
        ("checked", "Operator2", ""),
        ("published", "Operator", ""),
    ]
    stored = Version.objects.get()
    assert (stored.published_by, stored.checked_by, stored.terms) == (operator, operator2, OTHER)


def test_what_was_checked_can_still_be_sent_back_and_is_checked_anew(drafted, operator, operator2, now):
    check(version=drafted, by=operator2, at=now)
    send_back(version=drafted, by=operator2, because="I overlooked a figure.", at=now)
    stored = Version.objects.get()
    assert (stored.status, stored.checked_by, stored.checked_at) == ("sent_back", None, None)
    with pytest.raises(IllegalMove):
        publish_checked(stored, now)


def publish_checked(version, now):
    check(version=version, by=None, at=now)


def test_whoever_wrote_a_draft_withdraws_it_and_cannot_send_it_back(drafted, operator, operator2, now):
    with pytest.raises(SentBackByTheSamePerson):
        send_back(version=drafted, by=operator, because="I think again.", at=now)
    check(version=drafted, by=operator2, at=now)
    send_back(version=drafted, by=operator, because="I think again.", at=now)
    assert Version.objects.get().status == "sent_back"


@pytest.mark.parametrize("because", ["", "  "])
def test_nothing_is_sent_back_without_a_reason(drafted, operator2, now, because):
    with pytest.raises(ReasonMissing):
        send_back(version=drafted, by=operator2, because=because, at=now)
    assert Version.objects.get().status == "draft"


def test_a_withdrawn_draft_stays_on_record_and_goes_nowhere(drafted, operator, operator2, now, soon):
    withdraw(version=drafted, by=operator, at=now)
    assert steps(drafted)[-1] == ("withdrawn", "Operator", "")
    with pytest.raises(IllegalMove):
        check(version=drafted, by=operator2, at=now)
    with pytest.raises(NotADraft):
        revise(version=drafted, revision=1, terms=OTHER, effective_from=soon, by=operator, at=now)


def test_whoever_wrote_a_part_of_it_cannot_check_it(drafted, operator2, now, soon):
    revise(version=drafted, revision=1, terms=OTHER, effective_from=soon, by=operator2, at=now)
    with pytest.raises(CheckedByTheSamePerson):
        check(version=drafted, by=operator2, at=now)


def test_nobody_agrees_to_what_they_did_not_see(drafted, operator, operator2, now, soon):
    revise(version=drafted, revision=1, terms=OTHER, effective_from=soon, by=operator, at=now)
    with pytest.raises(RevisedMeanwhile):
        check(version=drafted, by=operator2, at=now, revision=1)
    with pytest.raises(RevisedMeanwhile):
        revise(version=drafted, revision=1, terms=TERMS, effective_from=soon, by=operator, at=now)
    with pytest.raises(RevisedMeanwhile):
        send_back(version=drafted, revision=1, because="Too few.", by=operator2, at=now)
    with pytest.raises(RevisedMeanwhile):
        withdraw(version=drafted, revision=1, by=operator2, at=now)
    stored = Version.objects.get()
    assert (stored.terms, stored.status) == (OTHER, "draft")


def test_a_step_on_a_page_counts_for_the_revision_that_the_page_showed(client, drafted, operator, operator2, now, soon):
    revise(version=drafted, revision=1, terms=OTHER, effective_from=soon, by=operator, at=now)
    client.force_login(operator2)
    for step in ("return", "withdrawal"):
        taken = client.post(f"/policies/ask_merchant/1/{step}/", {"revision": 1, "because": "Too few."})
        assert (step, taken.status_code) == (step, 409)
    client.force_login(operator)
    own = client.post("/policies/ask_merchant/1/return/", {"revision": 2, "because": "Too few."})
    assert own.status_code == 403
    assert Version.objects.get().status == "draft"


def test_two_versions_never_begin_at_one_moment_in_one_market(drafted, operator, operator2, now, soon):
    check(version=drafted, by=operator2, at=now)
    publish(version=drafted, by=operator, at=now)
    for market, refused in (("", True), ("north", False)):
        again = draft(policy="ask_merchant", terms=OTHER, effective_from=soon, by=operator, at=now, market=market)
        check(version=again, by=operator2, at=now)
        if not refused:
            publish(version=again, by=operator, at=now)
            continue
        with pytest.raises(AnotherTakesEffectThen) as refusal:
            publish(version=again, by=operator, at=now)
        assert refusal.value.sentence().startswith("Version 1 takes effect for this market at the same moment.")
    assert in_force(["ask_merchant"], at=soon)["ask_merchant"].number == 1


@dataclass(frozen=True)
class Found:
    """A finding of an analyser that always finds one."""

    def sentence(self):
        return "No claim of 41 days is covered."

    def as_dict(self):
        return {"sentence": self.sentence()}


def finds_one(version):
    return [Found()]


def test_what_the_analyser_finds_is_published_with_a_reason_only(drafted, operator, operator2, now, settings):
    settings.POLICY_ANALYSER = "policies.tests.test_steps.finds_one"
    check(version=drafted, by=operator2, at=now)
    with pytest.raises(FindingsNeedAReason):
        publish(version=drafted, by=operator, at=now)
    assert Version.objects.get().status == "checked"
    publish(version=drafted, by=operator, because="It is meant so.", at=now)
    event = drafted.events.latest("pk")
    assert (event.because, event.findings) == ("It is meant so.", [{"sentence": "No claim of 41 days is covered."}])


# --- on the pages ----------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_two_people_bring_a_draft_into_force_on_the_pages(
    client, operator, operator2, published_policies, now, language
):
    client.cookies["redress_language"] = language
    base = in_force(["closed_store"], at=now)["closed_store"]
    version = draft(
        policy="closed_store", terms={**base.terms, "percent": 40}, effective_from=now + timedelta(days=2),
        by=operator, at=now,
    )  # fmt: skip
    here = f"/policies/closed_store/{version.number}/"
    client.force_login(operator)
    page = client.get(here)
    assert "30 %" in page.text
    assert "40 %" in page.text
    assert f'href="{here}check/"' not in page.text
    assert client.post(f"{here}check/", {"revision": 1}).status_code == 403
    client.force_login(operator2)
    assert f'href="{here}check/"' in client.get(here).text
    assert "40 %" in client.get(f"{here}check/").text
    assert client.post(f"{here}return/", {"because": ""}).status_code == 422
    assert client.post(f"{here}publication/", {"revision": 1}).status_code == 409
    assert client.post(f"{here}check/", {"revision": 1})["Location"] == here
    assert client.get(f"{here}publication/").status_code == 200
    assert client.post(f"{here}publication/", {"revision": 1, "because": "It is meant so."})["Location"] == here
    stored = Version.objects.get(pk=version.pk)
    assert (stored.status, stored.published_by) == ("published", operator2)
    assert client.get(f"{here}terms/")["Location"] == here


def test_everybody_reads_published_terms_in_words_and_nobody_a_draft(
    client, consumer, operator, published_policies, now
):
    version = in_force(["closed_store"], at=now)["closed_store"]
    drafted = draft(policy="closed_store", terms=version.terms, effective_from=now, by=operator, at=now)
    for reader in (None, consumer):
        if reader:
            client.force_login(reader)
        page = client.get(f"/policies/closed_store/{version.number}/")
        assert "Share of the price that comes on top" in page.text
        assert "30 %" in page.text
        assert client.get(f"/policies/closed_store/{drafted.number}/").status_code == 404


def test_an_older_version_says_until_when_and_which_applies_today(client, operator, published_policies, now):
    first = in_force(["closed_store"], at=now)["closed_store"]
    second = draft(policy="closed_store", terms=first.terms, effective_from=now, by=None, at=now)
    check(version=second, by=None, at=now)
    publish(version=second, at=now)
    page = client.get(f"/policies/closed_store/{first.number}/")
    assert f'href="/policies/closed_store/{second.number}/"' in page.text
    assert page.context["until"] == now
