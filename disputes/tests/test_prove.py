"""The proofs find what does not agree."""

import pytest
from django.db import IntegrityError, connection

from common.constraints import broken_constraint
from disputes.models import Claim
from disputes.proofs import count, prove


def spoil(statement: str) -> None:
    """As a person at the database's own prompt might."""
    with connection.cursor() as cursor:
        cursor.execute(statement)


BREAKS = {
    "a sum that was never paid": (
        "UPDATE disputes_claim SET paid = 1 WHERE status = 'settled'",
        "says that 1 CNY was paid",
    ),
    "more than was claimed": (
        "UPDATE disputes_claim SET amount = 4400 WHERE status = 'settled'",
        "which is more than the 4400",
    ),
    "paid before anybody decided": (
        "UPDATE disputes_claim SET paid = 5 WHERE status = 'awaiting_merchant'",
        "before anybody decided",
    ),
    "a hold that was not given back": (
        "UPDATE disputes_claim SET status = 'closed', turn = '', due_at = NULL, closed_at = now(), "
        "close_reason = 'withdrawn' WHERE status = 'awaiting_merchant'",
        "has ended and still holds 129900",
    ),
    "a hold that is gone": (
        "DELETE FROM orders_exposure WHERE amount = 129900",
        "holds 0 of its line's price instead of 129900",
    ),
    "a story that ends elsewhere": (
        "INSERT INTO disputes_event (claim_id, kind, party, at, was, became, values) "
        "SELECT id, 'rejected', 'merchant', now(), '', 'rejected', '{}' FROM disputes_claim",
        "but the last entry of its timeline says rejected",
    ),
    "another claim's verdict": (
        "UPDATE disputes_claim SET verdict_id = (SELECT max(id) FROM policies_verdict)",
        "was judged by a verdict that belongs to",
    ),
    "a debt that was never paid": (
        "INSERT INTO disputes_debt (claim_id, number, refund, compensation, as_expense, owed_at, paid_at) "
        "SELECT id, 2, 1, 0, true, now(), now() FROM disputes_claim",
        "is paid, but no payment carries its key",
    ),
}


@pytest.fixture
def claims(file, mug, claim: Claim) -> list[Claim]:
    return [claim, file(mug)]


def test_what_is_right_has_no_break(claims):
    assert list(prove()) == []
    assert count() == {"claims": 2}


@pytest.mark.parametrize(("statement", "says"), list(BREAKS.values()), ids=list(BREAKS))
def test_what_is_off_is_named(claims, statement, says):
    spoil(statement)
    assert any(says in found.sentence for found in prove())


@pytest.mark.parametrize(
    ("statement", "promise"),
    [
        ("UPDATE disputes_event SET at = now()", "events_never_change"),
        ("DELETE FROM disputes_event", "events_never_change"),
        ("UPDATE disputes_decision SET amount = 0", "decisions_never_change"),
        ("DELETE FROM disputes_message", "messages_never_change"),
        ("DELETE FROM disputes_claim", "claims_are_never_deleted"),
    ],
)
def test_what_happened_never_changes(claims, statement, promise):
    with pytest.raises(IntegrityError) as refused:
        spoil(statement)
    assert broken_constraint(refused.value) == promise


def test_a_claim_that_waits_for_nobody_cannot_be_stored(claim: Claim):
    with pytest.raises(IntegrityError) as refused:
        Claim.objects.filter(pk=claim.pk).update(due_at=None)
    assert broken_constraint(refused.value) == "claim_never_sticks"
