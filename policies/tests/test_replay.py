"""A stored verdict holds all it was made from: judged again it gives the same bytes."""

from dataclasses import replace
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from common.proofs import Break
from compensation.options import LINE_RELATED, circumstances, options
from orders.models import Line
from policies.actions import on_record, replay
from policies.models import Verdict, Version
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
        Version.objects.all().delete()


def record(**given: Any) -> Verdict:
    kept = on_record(**given)
    kept.save()
    return kept
