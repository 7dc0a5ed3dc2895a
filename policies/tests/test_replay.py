"""A stored verdict holds all it was made from: judged again it gives the same bytes."""

import hashlib
import json
from dataclasses import replace
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import IntegrityError, transaction

from accounts.models import Role
from common.proofs import Break
from compensation.options import LINE_RELATED, circumstances, options
from conftest import person
from orders.models import Line
from policies.actions import check, draft, on_record, publish, replay, replayed
from policies.models import Verdict, Version, VersionEvent
from policies.proofs import prove
from policies.traces import canonical, read
from policies.words import Reason


@pytest.fixture
def stored(enrolled_shop, goods_order, stay_order, voucher_order, now):
    """The verdict of every rule on every line for every reason."""
    for line in Line.objects.select_related(*LINE_RELATED):
        around = circumstances(line.order, now=now)
        for reason in Reason:
            found = options(line, reason=reason, circumstances=around, now=now)
            everything = [*found.offered, *(aside.option for aside in found.set_aside)]
            for number, option in enumerate(everything):
                key = f"{line.pk}:{reason}:{number}"
                record(key=key, version=option.version, facts=option.facts, judged_at=now, verdict=option.verdict)
    return Verdict.objects.select_related("version__policy")


def test_every_stored_verdict_replays_to_the_same_bytes(stored):
    assert {verdict.version.policy.code for verdict in stored} == {
        "lightning_refund", "refund_without_return", "return_first", "ask_merchant", "hotel_overbooking",
        "closed_store",
    }  # fmt: skip
    for verdict in stored:
        assert replay(verdict) == verdict.body
        assert canonical(read(verdict.body)) == verdict.body
    assert list(prove()) == []


@pytest.fixture
def option(enrolled_shop, goods_order, now):
    """What is offered for the damaged mug."""
    line = goods_order.lines.select_related(*LINE_RELATED).first()
    return options(line, reason=Reason.DAMAGED, circumstances=circumstances(goods_order, now=now), now=now).best


def test_a_verdict_is_one_insert(option, now, django_assert_num_queries):
    with django_assert_num_queries(1):
        record(key="claim:R-1", version=option.version, facts=option.facts, judged_at=now, verdict=option.verdict)


def test_a_verdict_that_comes_out_differently_is_found(option, now):
    other = replace(option.verdict, amount=option.verdict.amount + 1)
    record(key="claim:R-1", version=option.version, facts=option.facts, judged_at=now, verdict=other)
    assert list(prove()) == [
        Break("policies", "Verdict claim:R-1 under lightning_refund v1 comes out differently today.")
    ]


def test_verdicts_never_change(stored):
    with pytest.raises(IntegrityError, match="Verdicts never change"), transaction.atomic():
        Verdict.objects.update(body="")
    with pytest.raises(IntegrityError, match="Verdicts never change"), transaction.atomic():
        Verdict.objects.all().delete()


def test_published_versions_never_change(published_policies):
    with pytest.raises(IntegrityError, match="Published versions never change"), transaction.atomic():
        Version.objects.update(terms={})
    with pytest.raises(IntegrityError, match="Published versions never change"), transaction.atomic():
        Version.objects.all()._raw_delete("default")
    with pytest.raises(IntegrityError, match="Steps of a version never change"), transaction.atomic():
        VersionEvent.objects.update(because="")
    with pytest.raises(IntegrityError, match="Steps of a version never change"), transaction.atomic():
        VersionEvent.objects.all().delete()


def record(**given: Any) -> Verdict:
    kept = on_record(**given)
    kept.save()
    return kept


def test_the_command_judges_again_and_says_so_by_its_exit(option, now, capsys):
    record(key="claim:R-1", version=option.version, facts=option.facts, judged_at=now, verdict=option.verdict)
    call_command("replay_verdict", "claim:R-1", "--json")
    said = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert said["same"] is True
    assert said["kept"] == said["again"] == hashlib.sha256(canonical(option.verdict).encode()).hexdigest()
    other = replace(option.verdict, amount=option.verdict.amount + 1)
    record(key="claim:R-2", version=option.version, facts=option.facts, judged_at=now, verdict=other)
    with pytest.raises(SystemExit) as end:
        call_command("replay_verdict", "claim:R-2")
    assert end.value.code == 1
    with pytest.raises(CommandError, match="no verdict"):
        call_command("replay_verdict", "claim:R-3")


def test_it_comes_out_the_same_after_the_policy_changed(option, operator, now):
    kept = record(key="claim:R-1", version=option.version, facts=option.facts, judged_at=now, verdict=option.verdict)
    policy = option.version.policy.code
    newer = draft(policy=policy, terms=OTHER_TERMS[policy], effective_from=now, by=operator, at=now)
    check(version=newer, by=person("operator2", Role.OPERATOR), at=now)
    publish(version=newer, at=now)
    assert replayed(Verdict.objects.select_related("version__policy").get(pk=kept.pk)).is_same


OTHER_TERMS = {
    "lightning_refund": {"merchant_must_enrol": True, "reasons": [], "window_days": {}},
    "ask_merchant": {"window_days": {"goods": 1}, "claims_per_line": 1},
}


def test_the_page_shows_both_to_those_who_answer_for_the_rules(client, agent, operator, consumer, option, now):
    kept = record(key="claim:R-1", version=option.version, facts=option.facts, judged_at=now, verdict=option.verdict)
    for reader in (agent, operator):
        client.force_login(reader)
        page = client.get(f"/verdicts/{kept.pk}/")
        assert "It comes out the same, to the last byte." in page.text
        assert page.text.count(hashlib.sha256(kept.body.encode()).hexdigest()) == 2
    client.force_login(consumer)
    assert client.get(f"/verdicts/{kept.pk}/").status_code == 404
