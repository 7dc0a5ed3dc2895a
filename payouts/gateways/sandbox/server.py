"""The sandbox provider as a process: `python -m payouts.gateways.sandbox.server --port 8001 --data sandbox.sqlite3`.

POST /payments with an Idempotency-Key, GET /payments/{reference}, POST /payments/{reference}/cancellation; and under
/v1 what the portal uses of Stripe's API. GET /movements and GET /events show the record, GET
/report.csv?from=…&until=… is the report for reconciliation. POST /faults {"reference",
"operation", "faults": ["fail", …]} makes the next calls go wrong, POST /payments/{reference}/settlement pays what was
told to stay pending, .../confirmation is the payee's, and POST /clock {"ahead_seconds"} moves the sandbox's clock.
Webhooks are signed with SANDBOX_SECRET, in either way, and sent until they are received.
"""

import argparse
import hashlib
import hmac
import json
import os
import socket
import struct
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import SplitResult, parse_qs, urlsplit

import httpx

from common.webhook_signatures import sign
from payouts.gateways.sandbox.faults import FAULTS, Course, Fault
from payouts.gateways.sandbox.provider import MalformedOrder, Provider, Reply
from payouts.gateways.sandbox.report import write_report
from payouts.gateways.sandbox.stripe_api import StripeApi

BODY_LIMIT_BYTES = 64 * 1024
LOOK_AROUND_EVERY_SECONDS = 0.05
WEBHOOK_TIMEOUT_SECONDS = 5.0
DEFAULT_FAULT_SECONDS = 30.0


NOTHING_DONE = Reply(HTTPStatus.OK, {})
NO_SUCH_ADDRESS = Reply(HTTPStatus.NOT_FOUND, {"error": "no such address"})


class Sandbox:
    """What the calls share: the two records, the secret of the webhooks, and the clock."""

    def __init__(self, data: str, secret: str, *, settle_after_seconds: float) -> None:
        self.provider = Provider(data, settle_after_seconds=settle_after_seconds)
        self.stripe = StripeApi(f"{data}.stripe", settle_after_seconds=settle_after_seconds)
        self.secret = secret
        self.ahead_seconds = 0.0

    def now(self) -> float:
        return time.time() + self.ahead_seconds


class Handler(BaseHTTPRequestHandler):
    """One call: the provider decides what is done, the planned fault what the caller gets to see of it."""

    def __init__(self, sandbox: Sandbox, *args: Any) -> None:
        self.sandbox = sandbox
        self.provider = sandbox.provider
        super().__init__(*args)

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        wanted = parse_qs(address.query).get("reference", [""])[0]
        match address.path.strip("/").split("/"):
            case ["payments", reference]:
                self._go(reference, "query", lambda _: self.provider.find(reference, now=self.sandbox.now()))
            case ["v1", *_]:
                self._get_as_stripe(address)
            case ["movements"]:
                found = [*self.provider.movements(wanted), *self.sandbox.stripe.movements(wanted)]
                self._answer(Reply(HTTPStatus.OK, {"movements": found}))
            case ["report.csv"]:
                self._answer_report(parse_qs(address.query))
            case ["events"]:
                self._answer(Reply(HTTPStatus.OK, {"events": events_of(self.sandbox, wanted)}))
            case _:
                self._answer(NO_SUCH_ADDRESS)

    def _answer_report(self, asked: dict[str, list[str]]) -> None:
        try:
            start, end = (datetime.fromisoformat(asked[name][0]).astimezone(UTC) for name in ("from", "until"))
        except (KeyError, ValueError):
            self._answer(Reply(HTTPStatus.BAD_REQUEST, {"error": "from and until are moments with their zone"}))
            return
        body = write_report(self.provider.movements(), start=start, end=end).encode()
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "text/csv; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        try:
            if self.path.startswith("/v1/"):
                self._post_as_stripe(self._text())
            else:
                self._post(self._body())
        except (MalformedOrder, ValueError) as error:
            self._answer(Reply(HTTPStatus.BAD_REQUEST, {"error": str(error)}))

    def _post(self, body: dict[str, Any]) -> None:
        now = self.sandbox.now
        match self.path.strip("/").split("/"):
            case ["payments"]:
                key = self.headers.get("Idempotency-Key", "")
                self._go(key, "payment", lambda fault: self._pay(key, body, fault))
            case ["payments", reference, "cancellation"]:
                self._go(reference, "cancellation", lambda _: self.provider.call_off(reference, body, now=now()))
            case ["payments", reference, "settlement" | "confirmation"] if self.sandbox.stripe.knows(reference):
                self._answer(self.sandbox.stripe.settle(reference, now=now()))
            case ["payments", reference, "settlement"]:
                self._answer(self.provider.settle(reference, now=now()))
            case ["payments", reference, "confirmation"]:
                self._answer(self.provider.confirm(reference, now=now()))
            case ["faults"]:
                self.provider.plan_faults(str(body.get("reference")), body.get("operation", "payment"), _faults(body))
                self._answer(Reply(HTTPStatus.CREATED, {}))
            case ["clock"]:
                self.sandbox.ahead_seconds = float(body.get("ahead_seconds", 0))
                self._answer(Reply(HTTPStatus.OK, {}))
            case _:
                self._answer(NO_SUCH_ADDRESS)

    def _pay(self, key: str, order: dict[str, Any], fault: Fault | None) -> Reply:
        ends, seconds = (FAULTS[fault.name].ends, fault.seconds) if fault else ("", 0.0)
        return self.provider.pay(key, order, now=self.sandbox.now(), ends=ends, confirm_seconds=seconds)

    def _post_as_stripe(self, form: str) -> None:
        key, address = self.headers.get("Idempotency-Key", ""), urlsplit(self.path).path
        operation = "cancellation" if address.startswith("/v1/payment_intents/") else "payment"

        def act(fault: Fault | None) -> Reply:
            return self.sandbox.stripe.post(
                address,
                form,
                key=key,
                secret=self._stripe_secret(),
                now=self.sandbox.now(),
                fault=fault,
                course=FAULTS[fault.name] if fault else Course(),
            )

        self._go(key, operation, act, always=True)

    def _get_as_stripe(self, address: SplitResult) -> None:
        """Calls that ask for the refunds of a payment intent go wrong by the name of that."""
        intent = parse_qs(address.query).get("payment_intent", [""])[0]
        secret = self._stripe_secret()

        def act(_: Fault | None) -> Reply:
            return self.sandbox.stripe.get(address.path, address.query, secret=secret, now=self.sandbox.now())

        self._go(intent, "query", act)

    def _stripe_secret(self) -> str:
        return self.headers.get("Authorization", "").removeprefix("Bearer ")

    def _text(self) -> str:
        length = int(self.headers.get("Content-Length", 0))
        if not 0 <= length <= BODY_LIMIT_BYTES:
            raise MalformedOrder("the body is too large")
        return self.rfile.read(length).decode()

    def _body(self) -> dict[str, Any]:
        body = json.loads(self._text())
        if not isinstance(body, dict):
            raise MalformedOrder("the body is no object")
        return body

    def _go(
        self, reference: str, operation: str, act: Callable[[Fault | None], Reply], *, always: bool = False
    ) -> None:
        """`always`: act whatever the fault, as the callee minds by itself what it leaves undone."""
        fault = self.provider.next_fault(reference, operation)
        course = FAULTS[fault.name] if fault else Course()
        if fault and course.waits == "before":
            time.sleep(fault.seconds)
        reached = course.acts or (always and course.answers not in ("never", "reset"))
        reply = act(fault) if reached else NOTHING_DONE
        if fault and course.waits == "after":
            time.sleep(fault.seconds)
        self._show(reply, course.answers, as_it_is=always)

    def _show(self, reply: Reply, answers: str, *, as_it_is: bool) -> None:
        match answers:
            case "error" | "too many" | "busy" if as_it_is:
                self._answer(reply)
            case "truly":
                self._answer(reply)
            case "error":
                self._answer(Reply(HTTPStatus.INTERNAL_SERVER_ERROR, {"error": "something broke"}))
            case "too many":
                self._answer(Reply(HTTPStatus.TOO_MANY_REQUESTS, {"error": "too many calls"}))
            case "busy":
                self._answer(Reply(HTTPStatus.CONFLICT, {"error": "another call for this is under way"}))
            case "other sum":
                self._answer(Reply(reply.status, {**reply.body, "amount": reply.body.get("amount", 0) + 1}))
            case "half":
                self._answer(reply, cut=True)
            case "reset":
                # Closing with a linger of zero sends a reset instead of a farewell.
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self.connection.close()

    def _answer(self, reply: Reply, *, cut: bool = False) -> None:
        body = json.dumps(reply.body).encode()
        self.send_response(reply.status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: len(body) // 2] if cut else body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 the name is the library's
        """Calls are not printed: the record shows them."""


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A caller who hung up, as callers of a slow provider do, is no error."""
        if not isinstance(sys.exception(), (OSError, ValueError)):
            super().handle_error(request, client_address)


def events_of(sandbox: Sandbox, reference: str) -> list[dict[str, Any]]:
    """The events as they are sent: the same id each time, signed for the moment."""
    own = [signed_event(event, sandbox.secret) for event in sandbox.provider.events(reference)]
    return own + [signed_as_stripe(event, sandbox.secret) for event in sandbox.stripe.events(reference)]


def signed_event(event: dict[str, Any], secret: str) -> dict[str, Any]:
    body = event["body"]
    headers = sign(secret, event_id=f"evt_{event['id']}", at=datetime.now(UTC), body=body.encode())
    return {"headers": headers, "body": body, "sends": event["sends"]}


def signed_as_stripe(event: dict[str, Any], secret: str) -> dict[str, Any]:
    """Signed as docs.stripe.com/webhooks says: HMAC-SHA256 over "<seconds>.<body>"."""
    body = json.dumps({"id": f"evt_stripe_{event['id']}", **json.loads(event["body"])})
    seconds = int(time.time())
    signature = hmac.new(secret.encode(), f"{seconds}.{body}".encode(), hashlib.sha256).hexdigest()
    headers = {"Stripe-Signature": f"t={seconds},v1={signature}"}
    return {"headers": headers, "body": body, "sends": event["sends"]}


def deliver(sandbox: Sandbox, url: str, stripe_url: str) -> None:
    """Settle what is due and send its events, for ever."""
    sides = ((sandbox.provider, url, signed_event), (sandbox.stripe, stripe_url, signed_as_stripe))
    with httpx.Client(timeout=WEBHOOK_TIMEOUT_SECONDS, trust_env=False) as client:
        while True:
            for side, address, signed in sides:
                side.settle_due(now=sandbox.now())
                for event in side.events_due(now=sandbox.now()) if address else []:
                    received = _received(client, address, signed(event, sandbox.secret))
                    side.record_delivery(event["id"], received=received, now=sandbox.now())
            time.sleep(LOOK_AROUND_EVERY_SECONDS)


def _received(client: httpx.Client, url: str, signed: dict[str, Any]) -> bool:
    try:
        headers = {**signed["headers"], "content-type": "application/json"}
        return client.post(url, content=signed["body"], headers=headers).is_success
    except httpx.HTTPError:
        return False


def _faults(body: dict[str, Any]) -> list[Fault]:
    """Each by its name, or as {"name", "seconds"}. Raises MalformedOrder."""
    given = [fault if isinstance(fault, dict) else {"name": fault} for fault in body.get("faults", [])]
    if any(fault.get("name") not in FAULTS for fault in given):
        raise MalformedOrder(f"faults are {', '.join(FAULTS)}")
    return [Fault(fault["name"], float(fault.get("seconds", DEFAULT_FAULT_SECONDS))) for fault in given]


def main() -> None:
    parser = argparse.ArgumentParser(description="A payment provider for tests and the demo.")
    parser.add_argument("--port", type=int, required=True, help="0 takes a free one")
    parser.add_argument("--data", required=True, help="the file with its record")
    parser.add_argument("--webhook-url", default="", help="where events are sent")
    parser.add_argument("--stripe-webhook-url", default="", help="where events of its Stripe side are sent")
    parser.add_argument("--settle-after", type=float, default=2.0, help="seconds from an order to its payment")
    arguments = parser.parse_args()
    secret = os.environ.get("SANDBOX_SECRET", "")
    sandbox = Sandbox(arguments.data, secret, settle_after_seconds=arguments.settle_after)
    server = Server(("127.0.0.1", arguments.port), partial(Handler, sandbox))
    Thread(target=deliver, args=(sandbox, arguments.webhook_url, arguments.stripe_webhook_url), daemon=True).start()
    sys.stdout.write(f"The sandbox listens on http://127.0.0.1:{server.server_port}\n")
    sys.stdout.flush()
    with suppress(KeyboardInterrupt):
        server.serve_forever()


if __name__ == "__main__":
    main()
