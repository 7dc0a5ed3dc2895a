"""The lightning refund over the public API: one POST files, decides, pays over the wallet, tells, and answers."""

import json
import uuid
from collections.abc import Iterable

from portal.bench.load import request
from portal.bench.marketplace import Purchase

NOOP = request("GET", "/healthz", {})


def lightning_requests(purchases: Iterable[Purchase]) -> list[bytes]:
    """One raw request for each purchase, with a key of its own."""
    return [
        request(
            "POST",
            "/api/v1/claims",
            {
                "Authorization": f"Token {purchase.token}",
                "Content-Type": "application/json",
                "Idempotency-Key": str(uuid.uuid4()),
            },
            claim_body(purchase),
        )
        for purchase in purchases
    ]


def claim_body(purchase: Purchase) -> bytes:
    wanted = {
        "order": purchase.order,
        "line": purchase.line,
        "reason": "damaged",
        "remedy": "refund",
        "statement": "It arrived in pieces.",
    }
    return json.dumps(wanted).encode()
