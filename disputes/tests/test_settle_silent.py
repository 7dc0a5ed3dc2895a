"""Silent merchants' claims settled together: the same rows as one by one, in a few statements."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.db.models import Model
from django.test.utils import CaptureQueriesContext

from disputes import overdue
from disputes.actions import settle_silent, time_out
from disputes.models import Claim
from disputes.tests.conftest import breaks, deeds, due, fresh, in_wallet, told
from ledger.actions import set_floor
from ledger.chart import settlement_of
from orders.models import Line
from policies.models import Verdict

ROOMS = ("disputes", "refunds", "compensation", "payouts", "ledger", "notices", "orders", "policies")


@pytest.fixture
def three(file, jackets, mug) -> list[Claim]:
    return [file(jackets, quantity=1), file(jackets, amount=700_00), file(mug, reason="changed_mind")]


@pytest.fixture
def beyond_the_price(file, jackets) -> Claim:
    """A part of it goes beyond what was paid: a refund and a compensation."""
    claim = file(jackets, amount=300_00, reason="wrong_item")
    Claim.objects.filter(pk=claim.pk).update(remedy="compensation", compensation=120_00)
    return fresh(claim)


def test_every_row_is_the_same_as_one_by_one(three, beyond_the_price):
    at = max(due(claim) for claim in (*three, beyond_the_price))
    one_by_one = rows_written(lambda: [time_out(claim=claim, at=at) for claim in (*three, beyond_the_price)])
    together = rows_written(lambda: overdue.time_out_due(now=at))
    assert together == one_by_one
    for table in ("compensation_honouring", "refunds_refund", "payouts_move", "notices_notice"):
        assert one_by_one[table]


def test_all_plain_claims_are_settled_together(three, consumer, merchant, clerk):
    settled = settle(three, at=due(three[0]))
    assert settled == [claim.number for claim in three]
    assert in_wallet(consumer) == sum(claim.amount for claim in three)
    assert all(deeds(claim) == ["filed", "merchant_silent"] for claim in three)
    assert told(clerk).count("deadline_passed") == 3
    assert breaks() == []


def test_the_statements_are_as_many_for_one_as_for_three(three):
    counts = []
    for limit in (1, 1, 3):  # the first reads the terms
        with undone(), CaptureQueriesContext(connection) as sent:
            assert overdue.time_out_due(now=due(three[0]), limit=limit) == limit
        counts.append(len(sent))
    assert counts[1] == counts[2]


def test_what_is_not_due_is_left_alone(three):
    assert settle(three, at=due(three[0]) - timedelta(microseconds=1)) == []


def test_an_offer_a_return_and_another_gateway_are_left_to_the_single_way(countered, returnable, file, mug):
    elsewhere = file(mug, reason="changed_mind")
    type(elsewhere.order).objects.filter(pk=elsewhere.order_id).update(paid_through="sandbox")
    assert settle([countered, returnable, elsewhere], at=due(countered)) == []


def test_a_settlement_pays_what_it_can_and_the_rest_is_left_to_the_single_way(three, shop, special_fund):
    set_floor(account=settlement_of(shop.pk, "CNY"), floor=-(three[0].amount + three[2].amount))
    assert settle(three, at=due(three[0])) == [three[0].number, three[2].number]
    assert overdue.time_out_due(now=due(three[0])) == 1
    assert fresh(three[1]).paid == three[1].amount, "the fund stands in"
    assert breaks() == []


def test_a_claim_whose_verdict_comes_out_differently_is_not_settled_unseen(three):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE policies_verdict DISABLE TRIGGER USER")
        cursor.execute(
            "UPDATE policies_verdict SET facts = jsonb_set(facts, '{paid}', '1') WHERE id = %s", [three[1].verdict_id]
        )
        cursor.execute("ALTER TABLE policies_verdict ENABLE TRIGGER USER")
    assert settle(three, at=due(three[0])) == [three[0].number, three[2].number]
    assert Verdict.objects.count() == 3


def test_one_that_spoils_the_batch_is_met_alone(three, monkeypatch, caplog):
    def fails(*, claims, at):
        settle_silent(claims=claims, at=at)
        raise RuntimeError("poison")

    monkeypatch.setattr(overdue, "settle_silent", fails)
    assert overdue.time_out_due(now=due(three[0])) == 3
    assert "could not be settled together" in caplog.text
    assert [deeds(claim).count("merchant_silent") for claim in three] == [1, 1, 1]
    assert breaks() == []


@contextmanager
def undone() -> Iterator[None]:
    """Whatever is done in the block is undone after it."""
    before = transaction.savepoint()
    yield
    transaction.savepoint_rollback(before)


def settle(claims: list[Claim], *, at: Any) -> list[str]:
    rows = [fresh(claim) for claim in claims]
    for row in rows:
        row.line.order = row.order
    return [claim.number for claim in settle_silent(claims=rows, at=at)]


def rows_written(act: Any) -> dict[str, Counter[str]]:
    """All rows after `act`, which is undone: but for what is each row's own, with the names of what they point to."""
    with undone():
        act()
        return {
            model._meta.db_table: Counter(str(named(row)) for row in model._base_manager.all())
            for room in ROOMS
            for model in apps.get_app_config(room).get_models()
        }


def named(row: Model) -> dict[str, Any]:
    own = ("id", "provider_key", "recorded_at", "opened_at")  # the row's number, chance, and the database's clock
    fields = [field for field in row._meta.local_concrete_fields if field.name not in own]
    return {field.name: name_of(getattr(row, field.name)) if field.is_relation else getattr(row, field.name)
            for field in fields}  # fmt: skip


def name_of(row: Model | None) -> str:
    return str(row if not isinstance(row, Line) else row.pk)
