"""A payment provider in memory, behind the sandbox gateway's own HTTP: its record is the other side of every check.

It pays a key once for 24 hours after it first saw it. Then it forgets the key, as real providers do, and pays again
whoever sends it again. Between the wire and the record anything may go wrong, by the seed.
"""

import json
import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

import httpx

REMEMBERS = timedelta(hours=24)

# What may happen to a call: most often nothing. "before" and "after" say whether the provider has acted.
COURSES = {
    "well": 60,
    "lost before": 4,
    "lost after": 6,
    "no connection": 4,
    "reset before": 3,
    "reset after": 4,
    "error before": 3,
    "error after": 5,
    "too many": 3,
    "garbled": 3,
    "another sum": 2,
    "fail": 8,
    "refuse": 2,
    "pending": 8,
}
ENDS = {"fail": "failed", "refuse": "refused", "pending": "pending"}


@dataclass
class Payment:
    """One order under a key, and the sums that were really paid for it."""

    number: int
    order: dict[str, Any]
    first_seen: datetime
    status: str = "new"
    paid: list[int] = field(default_factory=list)


class Provider:
    """`now` is the walk's clock. While `well` nothing goes wrong."""

    def __init__(self, seed: int, now: datetime) -> None:
        self.seed, self.now, self.well = seed, now, False
        self.payments: dict[str, Payment] = {}
        self.events: list[tuple[str, bytes]] = []
        self.sent_too_late: list[str] = []
        self._calls: dict[str, int] = {}

    def client(self) -> httpx.Client:
        return httpx.Client(transport=httpx.MockTransport(self._answer))

    # --- the wire -------------------------------------------------------------------------------------

    def _answer(self, request: httpx.Request) -> httpx.Response:
        course = "well" if self.well else self._course(request)
        if course == "no connection":
            raise httpx.ConnectError("refused", request=request)
        if course == "too many":
            return httpx.Response(HTTPStatus.TOO_MANY_REQUESTS, json={"error": "too many calls"})
        if course in ("lost before", "reset before", "error before"):
            return self._lose(course, request)
        status, body = self._act(request, ENDS.get(course, ""))
        if course in ("lost after", "reset after", "error after"):
            return self._lose(course, request)
        if course == "garbled":
            return httpx.Response(status, content=json.dumps(body).encode()[: len(str(body)) // 2])
        if course == "another sum" and "amount" in body:
            body = {**body, "amount": body["amount"] + 1}
        return httpx.Response(status, json=body)

    def _course(self, request: httpx.Request) -> str:
        """By the seed, the key in order of appearance, and how often it was called about: not by who came first."""
        key = json.loads(request.content)["reference"] if request.content else request.url.path.split("/")[-1]
        self._calls[key] = self._calls.get(key, 0) + 1
        place = list(self._calls).index(key)
        chance = random.Random(f"{self.seed}:{place}:{self._calls[key]}")
        return chance.choices(list(COURSES), list(COURSES.values()))[0]

    def _lose(self, course: str, request: httpx.Request) -> httpx.Response:
        if course.startswith("lost"):
            raise httpx.ReadTimeout("no answer", request=request)
        if course.startswith("reset"):
            raise httpx.ReadError("reset", request=request)
        return httpx.Response(HTTPStatus.INTERNAL_SERVER_ERROR, json={"error": "something broke"})

    # --- the record -----------------------------------------------------------------------------------

    def _act(self, request: httpx.Request, ends: str) -> tuple[HTTPStatus, dict[str, Any]]:
        match request.method, request.url.path.strip("/").split("/"):
            case "POST", ["payments"]:
                return self._pay(json.loads(request.content), ends)
            case "GET", ["payments", key]:
                return self._shown(key)
            case "POST", ["payments", key, "cancellation"]:
                return self._call_off(key, json.loads(request.content))
        raise LookupError(f"The provider has no {request.method} {request.url.path}")

    def _pay(self, order: dict[str, Any], ends: str) -> tuple[HTTPStatus, dict[str, Any]]:
        key = order["reference"]
        payment = self.payments.get(key)
        if payment is None:
            payment = self._taken_down(key, order)
        elif self.now >= payment.first_seen + REMEMBERS and payment.status != "cancelled":
            payment.status = "new"  # forgotten: to the provider this is another order
            self.sent_too_late.append(key)
        elif payment.order != order:
            return HTTPStatus.CONFLICT, {"error": "the key stands for another order"}
        if payment.status in ("new", "failed"):
            self._become(payment, ends or "paid")
        return self._shown(key)

    def _call_off(self, key: str, order: dict[str, Any]) -> tuple[HTTPStatus, dict[str, Any]]:
        payment = self.payments.get(key) or self._taken_down(key, order)
        if payment.status in ("new", "failed"):
            payment.status = "cancelled"
        return self._shown(key)

    def _taken_down(self, key: str, order: dict[str, Any]) -> Payment:
        self.payments[key] = Payment(len(self.payments) + 1, order, first_seen=self.now)
        return self.payments[key]

    def _become(self, payment: Payment, status: str) -> None:
        payment.status = status
        if status == "paid":
            payment.paid.append(payment.order["amount"])
        data = {"reference": payment.order["reference"]}
        body = {"type": f"payment.{status}", "timestamp": self.now.timestamp(), "data": data}
        self.events.append((f"evt_{len(self.events)}", json.dumps(body).encode()))

    def _shown(self, key: str) -> tuple[HTTPStatus, dict[str, Any]]:
        payment = self.payments.get(key)
        if payment is None:
            return HTTPStatus.NOT_FOUND, {"error": "no such payment", "unknown": key}
        declined = {"failed": HTTPStatus.PAYMENT_REQUIRED, "refused": HTTPStatus.UNPROCESSABLE_ENTITY}
        body = payment.order | {"status": payment.status, "reason": "", "id": f"pay_{payment.number}"}
        return declined.get(payment.status, HTTPStatus.OK), body

    # --- what it does by itself -----------------------------------------------------------------------

    def pay_pending(self, share: int) -> None:
        """Pay every so-manieth of those that are pending."""
        for payment in self.payments.values():
            if payment.status == "pending" and payment.number % share == 0:
                self._become(payment, "paid")
