"""Whatever is sent to file a claim: never an error of ours, always the one shape, and money only for what was paid."""

import json

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger.models import Transfer
from orders.models import Exposure

CLAIMS = "/api/v1/claims"


ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=20),
    st.text(alphabet="\0\ud800\U0001f4a5\u202e %'\"\\", max_size=5),
    st.lists(st.integers(), max_size=2),
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
)


def usually(*values):
    return st.one_of(st.sampled_from(values), st.sampled_from(values), ODD)


def claim_bodies(line):
    fields = {
        "order": usually("G-1001", "G-9999"),
        "line": usually(line, line + 1, 0),
        "reason": usually("damaged", "not_received", "changed_mind", "no_room"),
        "remedy": usually("refund", "return", "upgrade"),
    }
    optional = {
        "quantity": usually(1, 2, 0, -1),
        "amount": usually(1, 45_00, 45_01, 10**18, -1),
        "currency": usually("CNY", "USD"),
        "statement": usually("Broken.", ""),
        "note": ODD,
    }
    return st.fixed_dictionaries(fields, optional=optional)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(data=st.data())
def test_a_claim_of_any_shape_is_filed_or_refused_clearly(api, consumer, mug, data):
    body = json.dumps(data.draw(claim_bodies(mug.pk)))
    answer = api(consumer).post(CLAIMS, body, content_type="application/json", HTTP_IDEMPOTENCY_KEY=str(hash(body)))
    assert answer.status_code in {201, 400, 404, 409}, (body, answer.content)
    if answer.status_code != 201:
        assert set(answer.json()) == {"error", "message", "fields"}
        assert answer.json()["message"]
    assert sum(Exposure.objects.filter(line=mug).values_list("amount", flat=True)) <= mug.paid


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(body=st.one_of(st.binary(max_size=60), ODD.map(lambda value: json.dumps(value).encode())))
def test_a_body_of_any_bytes_is_refused_clearly(api, consumer, mug, body):
    answer = api(consumer).post(CLAIMS, body, content_type="application/json")
    assert answer.status_code == 400, (body, answer.content)
    assert set(answer.json()) == {"error", "message", "fields"}
    assert not Transfer.objects.exists()
