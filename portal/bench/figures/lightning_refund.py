"""The lightning refund over the public API: one POST files, decides, pays over the wallet, tells, and answers."""

import json
import uuid
from collections.abc import Callable, Iterable
from itertools import islice

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portal.bench import load
from portal.bench.frame import Bench, FiguresMeanNothing, InRounds, Sample
from portal.bench.marketplace import Purchase, stock

REFUNDS = {1: 300, 4: 1_200}
WARM_UPS = 100
CREATED = 201


def lightning_requests(purchases: Iterable[Purchase]) -> list[bytes]:
    """One raw request for each purchase, with a key of its own."""
    return [
        load.request(
            "POST",
            "/api/v1/claims",
            {
                "Authorization": f"Token {purchase.token}",
                "Content-Type": "application/json",
                "Idempotency-Key": str(uuid.uuid4()),
            },
            _body(purchase),
        )
        for purchase in purchases
    ]


def _prepare(bench: Bench) -> Callable[[int], Sample]:
    purchases = iter(stock(bench.rounds * sum(REFUNDS.values()) + WARM_UPS + 2, now=timezone.now()))
    _statements_of(next(purchases))  # the first opens accounts and reads what this process keeps
    sql = _statements_of(next(purchases))
    load.sample(bench, [lightning_requests(islice(purchases, WARM_UPS))])

    def take(clients: int) -> Sample:
        raw = lightning_requests(islice(purchases, REFUNDS[clients]))
        return load.sample(bench, [raw[number::clients] for number in range(clients)], sql=sql)

    return take


def _statements_of(purchase: Purchase) -> int:
    """How many SQL statements one lightning refund sends, BEGIN and COMMIT among them."""
    headers = {"Authorization": f"Token {purchase.token}", "Idempotency-Key": str(purchase.line)}
    client = Client(SERVER_NAME="localhost", headers=headers)
    with CaptureQueriesContext(connection) as sent:
        answer = client.post("/api/v1/claims", _body(purchase), content_type="application/json")
    if answer.status_code != CREATED or answer.json()["status"] != "settled":
        raise FiguresMeanNothing(f"The lightning refund was not paid: {answer.content.decode()}")
    return len(sent)


def _body(purchase: Purchase) -> bytes:
    wanted = {
        "order": purchase.order,
        "line": purchase.line,
        "reason": "damaged",
        "remedy": "refund",
        "statement": "It arrived in pieces.",
    }
    return json.dumps(wanted).encode()


FIGURE = InRounds(name="lightning_refund", clients=(1, 4), prepare=_prepare)
