"""The schema says what is true: it is made without a warning, and every answer of a long journey has its shape."""

import re
from io import StringIO

import pytest
from django.core.management import call_command
from django.urls import resolve
from drf_spectacular.generators import SchemaGenerator
from jsonschema import Draft7Validator

from disputes.models import Claim


def test_it_is_made_without_a_warning():
    call_command("spectacular", "--validate", "--fail-on-warn", stdout=StringIO())


@pytest.fixture(scope="module")
def schema():
    return SchemaGenerator().get_schema(public=True)


def test_every_operation_says_how_it_refuses(schema):
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            assert operation["summary"], (path, method)
            assert operation["description"], (path, method)
            assert "401" in operation["responses"], (path, method)
            assert ("{" in path) <= ("404" in operation["responses"]), (path, method)
            if method == "post" and not path.endswith(("tokens", "evidence")):
                names = [parameter["name"] for parameter in operation["parameters"]]
                assert "Idempotency-Key" in names, path


class Conversation:
    """Calls the API as several people and holds every answer against the schema."""

    def __init__(self, api, schema, people):
        self.clients = {name: api(person) for name, person in people.items()}
        self.schema = schema
        self.definitions = strict(schema["components"])

    def get(self, name, path, status=200):
        return self.checked("get", path, self.clients[name].get(path), status)

    def post(self, name, path, body, status=201):
        return self.checked("post", path, self.clients[name].post(path, body, format="json"), status)

    def checked(self, method, path, answer, status):
        assert answer.status_code == status, (path, answer.content)
        route = "/" + re.sub(r"<\w+:(\w+)>", r"{\1}", resolve(path.split("?")[0]).route).replace("{pk}", "{id}")
        described = self.schema["paths"][route][method]["responses"][str(status)]
        shape = strict(described["content"]["application/json"]["schema"])
        Draft7Validator({**shape, "components": self.definitions}).validate(answer.json())
        return answer.json()


def strict(shape):
    """An OpenAPI 3.0 schema as JSON Schema, in which nothing undocumented is let through."""
    if isinstance(shape, list):
        return [strict(inner) for inner in shape]
    if not isinstance(shape, dict):
        return shape
    strictly = {name: strict(inner) for name, inner in shape.items() if name != "nullable"}
    if shape.get("type") == "object" and "properties" in shape:
        strictly.setdefault("additionalProperties", False)
    return {"anyOf": [strictly, {"type": "null"}]} if shape.get("nullable") else strictly


@pytest.mark.django_db
def test_every_answer_has_the_shape_it_is_documented_with(api, schema, request, goods_order, enrolled_shop):
    names = ("consumer", "consumer2", "merchant", "agent", "senior", "finance")
    talk = Conversation(api, schema, {name: request.getfixturevalue(name) for name in names})
    mug, jackets = goods_order.lines.order_by("position")
    wanted = {"order": "G-1001", "line": mug.pk, "reason": "damaged", "remedy": "refund", "statement": "Broken."}

    talk.get("consumer", "/api/v1/orders")
    talk.get("consumer", "/api/v1/orders/G-1001")
    talk.get("consumer2", "/api/v1/orders/G-1001", 404)
    assert talk.get("consumer", "/api/v1/orders/G-1001/entitlements")["entitlements"]

    paid = talk.post("consumer", "/api/v1/claims", wanted)
    talk.get("consumer", f"/api/v1/payouts/{paid['payouts'][0]['id']}")
    talk.post("consumer", "/api/v1/claims", wanted, 409)
    talk.post("consumer", "/api/v1/claims", wanted | {"amount": 0}, 400)
    talk.post("merchant", "/api/v1/claims", wanted, 403)

    claim = f"/api/v1/claims/{talk.post('consumer', '/api/v1/claims', wanted | {'line': jackets.pk})['number']}"
    offered = talk.post("merchant", f"{claim}/answer", {"kind": "offer", "amount": 1_00, "statement": "Take it?"})
    talk.post("merchant", f"{claim}/offers/{offered['offers'][0]['id']}/acceptance", {}, 409)
    talk.post("consumer", f"{claim}/escalation", {"statement": "No."})
    talk.post("consumer", f"{claim}/messages", {"body": "Please look at the photos."})
    talk.get("merchant", f"{claim}/messages")
    talk.get("merchant", f"{claim}/evidence")
    ruling = {"outcome": "split", "amount": 100_00, "reason": "both_in_part", "statement": "Each in part."}
    talk.post("agent", f"{claim}/decision", ruling)
    talk.post("merchant", f"{claim}/appeal", {"statement": "It left whole."})
    talk.post("senior", f"{claim}/decision", ruling)
    talk.get("consumer", claim)
    talk.get("consumer", "/api/v1/claims")
    assert Claim.objects.filter(status="settled").count() == 2

    talk.post("merchant", "/api/v1/merchant/refunds", {"line": jackets.pk, "amount": 50_00})
    talk.get("merchant", "/api/v1/merchant/refunds")
    talk.get("finance", "/api/v1/ledger/accounts")
    talk.get("finance", "/api/v1/ledger/transfers")
    talk.get("finance", "/api/v1/ledger/transfers?kind=gift", 400)
    talk.get("consumer", "/api/v1/ledger/transfers", 403)


def test_the_examples_have_the_shape_they_are_examples_of(schema):
    definitions = strict(schema["components"])
    shown = [
        (content, example["value"])
        for operations in schema["paths"].values()
        for operation in operations.values()
        for part in (operation.get("requestBody", {}), *operation["responses"].values())
        for content in part.get("content", {}).values()
        for example in content.get("examples", {}).values()
    ]
    assert shown
    for content, example in shown:
        Draft7Validator({**strict(content["schema"]), "components": definitions}).validate(example)
