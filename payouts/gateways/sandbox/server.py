"""The sandbox provider as a process: `python -m payouts.gateways.sandbox.server --port 8001 --data sandbox.sqlite3`.

POST /payments with an Idempotency-Key, GET /payments/{reference}, POST /payments/{reference}/cancellation.
GET /movements and GET /events show its record. POST /faults {"reference", "operation", "faults": ["fail", …]} makes the
next calls go wrong, and POST /payments/{reference}/settlement pays what was told to stay pending.
Webhooks are signed with SANDBOX_SECRET and sent to --webhook-url until they are received.
"""

import argparse
import json
import os
import socket
import struct
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx

from common.webhook_signatures import sign
from payouts.gateways.sandbox.provider import Fault, MalformedOrder, Provider, Reply

BODY_LIMIT_BYTES = 64 * 1024
LOOK_AROUND_EVERY_SECONDS = 0.05
WEBHOOK_TIMEOUT_SECONDS = 5.0
DEFAULT_FAULT_SECONDS = 30.0


@dataclass(frozen=True)
class Course:
    """How a call with a fault goes: what is done, when, and what the caller gets to see of it."""

    acts: bool = True
    waits: str = ""  # "before" or "after" it acts
    ends: str = ""  # how the try to pay ends, where it is not paid
    answers: str = "truly"


FAULTS = {
    "fail": Course(ends="failed"),
    "refuse": Course(ends="refused"),
    "pending": Course(ends="pending"),
    "slow": Course(waits="before"),
    "late": Course(waits="before", answers="never"),
    "timeout_before": Course(acts=False, waits="before", answers="never"),
    "timeout_after": Course(waits="after", answers="never"),
    "error_before": Course(acts=False, answers="error"),
    "error_after": Course(answers="error"),
    "rate_limited": Course(acts=False, answers="too many"),
    "reset_before": Course(acts=False, answers="reset"),
    "reset_after": Course(answers="reset"),
    "garbled": Course(answers="half"),
    "other_sum": Course(answers="other sum"),
}


NOTHING_DONE = Reply(HTTPStatus.OK, {})
NO_SUCH_ADDRESS = Reply(HTTPStatus.NOT_FOUND, {"error": "no such address"})


class Handler(BaseHTTPRequestHandler):
    """One call: the provider decides what is done, the planned fault what the caller gets to see of it."""

    def __init__(self, provider: Provider, secret: str, *args: Any) -> None:
        self.provider = provider
        self.secret = secret
        super().__init__(*args)

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        wanted = parse_qs(address.query).get("reference", [""])[0]
        match address.path.strip("/").split("/"):
            case ["payments", reference]:
                self._go(reference, "query", lambda _: self.provider.find(reference, now=time.time()))
            case ["movements"]:
                self._answer(Reply(HTTPStatus.OK, {"movements": self.provider.movements(wanted)}))
            case ["events"]:
                signed = [signed_event(event, self.secret) for event in self.provider.events(wanted)]
                self._answer(Reply(HTTPStatus.OK, {"events": signed}))
            case _:
                self._answer(NO_SUCH_ADDRESS)

    def do_POST(self) -> None:
        try:
            self._post(self._body())
        except (MalformedOrder, ValueError) as error:
            self._answer(Reply(HTTPStatus.BAD_REQUEST, {"error": str(error)}))

    def _post(self, body: dict[str, Any]) -> None:
        match self.path.strip("/").split("/"):
            case ["payments"]:
                key = self.headers.get("Idempotency-Key", "")
                self._go(key, "payment", lambda ends: self.provider.pay(key, body, now=time.time(), ends=ends))
            case ["payments", reference, "cancellation"]:
                self._go(reference, "cancellation", lambda _: self.provider.call_off(reference, body, now=time.time()))
            case ["payments", reference, "settlement"]:
                self._answer(self.provider.settle(reference, now=time.time()))
            case ["faults"]:
                self.provider.plan_faults(str(body.get("reference")), body.get("operation", "payment"), _faults(body))
                self._answer(Reply(HTTPStatus.CREATED, {}))
            case _:
                self._answer(NO_SUCH_ADDRESS)

    def _body(self) -> dict[str, Any]:
        length = int(self.headers.get("Content-Length", 0))
        if not 0 <= length <= BODY_LIMIT_BYTES:
            raise MalformedOrder("the body is too large")
        body = json.loads(self.rfile.read(length))
        if not isinstance(body, dict):
            raise MalformedOrder("the body is no object")
        return body

    def _go(self, reference: str, operation: str, act: Callable[[str], Reply]) -> None:
        fault = self.provider.next_fault(reference, operation)
        course = FAULTS[fault.name] if fault else Course()
        if fault and course.waits == "before":
            time.sleep(fault.seconds)
        reply = act(course.ends) if course.acts else NOTHING_DONE
        if fault and course.waits == "after":
            time.sleep(fault.seconds)
        self._show(reply, course.answers)

    def _show(self, reply: Reply, answers: str) -> None:
        match answers:
            case "truly":
                self._answer(reply)
            case "error":
                self._answer(Reply(HTTPStatus.INTERNAL_SERVER_ERROR, {"error": "something broke"}))
            case "too many":
                self._answer(Reply(HTTPStatus.TOO_MANY_REQUESTS, {"error": "too many calls"}))
            case "other sum":
                self._answer(Reply(reply.status, {**reply.body, "amount": reply.body["amount"] + 1}))
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


def signed_event(event: dict[str, Any], secret: str) -> dict[str, Any]:
    """The event as it is sent: the same id each time, signed for the moment."""
    body = event["body"].encode()
    return {
        "headers": sign(secret, event_id=f"evt_{event['id']}", at=datetime.now(UTC), body=body),
        "body": event["body"],
        "sends": event["sends"],
    }


def deliver(provider: Provider, url: str, secret: str) -> None:
    """Settle what is due and send its events, for ever."""
    with httpx.Client(timeout=WEBHOOK_TIMEOUT_SECONDS, trust_env=False) as client:
        while True:
            provider.settle_due(now=time.time())
            for event in provider.events_due(now=time.time()) if url else []:
                signed = signed_event(event, secret)
                received = _received(client, url, signed)
                provider.record_delivery(event["id"], received=received, now=time.time())
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
    parser.add_argument("--settle-after", type=float, default=2.0, help="seconds from an order to its payment")
    arguments = parser.parse_args()
    secret = os.environ.get("SANDBOX_SECRET", "")
    provider = Provider(arguments.data, settle_after_seconds=arguments.settle_after)
    server = Server(("127.0.0.1", arguments.port), partial(Handler, provider, secret))
    Thread(target=deliver, args=(provider, arguments.webhook_url, secret), daemon=True).start()
    sys.stdout.write(f"The sandbox listens on http://127.0.0.1:{server.server_port}\n")
    sys.stdout.flush()
    with suppress(KeyboardInterrupt):
        server.serve_forever()


if __name__ == "__main__":
    main()
