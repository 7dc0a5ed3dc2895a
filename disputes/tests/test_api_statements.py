"""What filing costs the database is counted, not timed: the count is the same on every machine."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from accounts.actions import issue_token


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("first_payment", "most"), [(True, 20), (False, 18)], ids=["opens the accounts", "later"])
def test_a_lightning_refund_takes_few_statements(consumer, jackets, first_payment, most):
    client = APIClient(headers={"Authorization": f"Token {issue_token(user=consumer).token}"})

    def file(amount):
        claim = {"order": "G-1001", "line": jackets.pk, "reason": "damaged", "remedy": "refund", "amount": amount}
        return client.post("/api/v1/claims", claim, format="json", headers={"Idempotency-Key": f"k-{amount}"})

    client.get("/api/v1/orders/G-1001/entitlements")  # the terms in force are read once in a process
    if not first_payment:
        assert file(1_00).json()["status"] == "settled"
    with CaptureQueriesContext(connection) as queries:
        answer = file(2_00)
    assert answer.json()["status"] == "settled"
    assert len(queries) <= most, "\n".join(query["sql"][:160] for query in queries)
