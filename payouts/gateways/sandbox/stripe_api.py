"""The part of Stripe's API that the portal uses, as Stripe documents it: refunds of payment intents, with its keys.

The first answer to a key is kept with its status, a 500 too, and given again; other parameters or another address
under the key are an error; after 24 hours a key is forgotten and starts anew. A limit on the rate, a wrong secret and
parameters that make no sense are answered before the key is looked at, and keep nothing.
"""

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl

from payouts.gateways.sandbox.faults import Course, Fault
from payouts.gateways.sandbox.provider import Reply
from payouts.gateways.sandbox.record import Record

TABLES = """
CREATE TABLE IF NOT EXISTS intents (
    id TEXT PRIMARY KEY, amount INTEGER NOT NULL, currency TEXT NOT NULL, metadata TEXT NOT NULL DEFAULT '{}'
);
CREATE TABLE IF NOT EXISTS refunds (
    number INTEGER PRIMARY KEY, payment_intent TEXT NOT NULL, amount INTEGER NOT NULL, currency TEXT NOT NULL,
    status TEXT NOT NULL, failure_reason TEXT, metadata TEXT NOT NULL, key TEXT NOT NULL, created REAL NOT NULL,
    settles_at REAL, confirm_by REAL, paid_at REAL
);
CREATE TABLE IF NOT EXISTS answers (
    key TEXT PRIMARY KEY, address TEXT NOT NULL, parameters TEXT NOT NULL, status INTEGER NOT NULL, body TEXT NOT NULL,
    kept_at REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS events (
    id INTEGER PRIMARY KEY, reference TEXT NOT NULL, body TEXT NOT NULL, sends INTEGER NOT NULL DEFAULT 0, next_at REAL
);
"""

ADD_REFUND = """
INSERT INTO refunds (payment_intent, amount, currency, status, failure_reason, metadata, key, created, settles_at,
    confirm_by)
VALUES (:payment_intent, :amount, :currency, :status, :failure_reason, :metadata, :key, :created, :settles_at,
    :confirm_by)
"""
DUE = """
SELECT number, status FROM refunds
WHERE (status = 'pending' AND settles_at <= ?) OR (status = 'requires_action' AND confirm_by <= ?)
"""
MOVEMENTS = """
SELECT 're_' || number AS id, key AS reference, payment_intent AS payee, amount, upper(currency) AS currency, paid_at
FROM refunds WHERE status = 'succeeded' AND ? IN ('', key) ORDER BY number
"""

KEPT_SECONDS = 24 * 60 * 60.0
LONGEST_PAUSE_SECONDS = 600.0
ENDS = {"failed": "failed", "refused": "failed", "pending": "pending", "awaiting": "requires_action"}
REASONS = {"failed": "unknown", "refused": "expired_or_canceled_card"}
STANDING = ("pending", "requires_action", "succeeded")
METADATA_KEY = "redress_payout"
BROKEN = Reply(HTTPStatus.INTERNAL_SERVER_ERROR, {"error": {"type": "api_error", "message": "Something broke."}})
TOO_MANY = Reply(HTTPStatus.TOO_MANY_REQUESTS, {"error": {"type": "invalid_request_error", "message": "Too many."}})
IN_USE = Reply(
    HTTPStatus.CONFLICT,
    {"error": {"type": "idempotency_error", "code": "idempotency_key_in_use", "message": "The key is in use."}},
)

Parameters = Mapping[str, Any]


class Refused(Exception):
    """The call is answered with an error. `executed`: it was looked into, so the answer is kept under the key."""

    def __init__(self, status: HTTPStatus, *, executed: bool = True, **error: str) -> None:
        super().__init__(status)
        self.reply = Reply(status, {"error": {"type": "invalid_request_error", **error}})
        self.executed = executed


class StripeApi:
    """One account with its record in the file `data`. All times are seconds since 1970."""

    def __init__(self, data: str, *, settle_after_seconds: float) -> None:
        self.settle_after_seconds = settle_after_seconds
        self._rows = Record(data, TABLES)

    # --- calls -----------------------------------------------------------------------------------------

    def post(
        self, address: str, form: str, *, key: str, secret: str, now: float, fault: Fault | None, course: Course
    ) -> Reply:
        """Answer a POST as Stripe would, its key looked at first; what the fault says is done or not done."""
        parameters = _nested(form)
        with self._rows.change():
            try:
                _refuse_stranger(secret)
                if course.answers == "too many":
                    return TOO_MANY
                if course.answers == "busy":
                    return IN_USE
                if kept := self._kept(key, address, form, now):
                    return kept
                if not course.acts and not course.remembers:
                    return BROKEN
                reply = self._execute(address, parameters, key=key, now=now, fault=fault, course=course)
            except Refused as refused:
                if not refused.executed:
                    return refused.reply
                reply = refused.reply
            reply = BROKEN if course.answers == "error" else reply
            if course.acts or course.answers == "error":
                self._keep(key, address, form, reply, now)
            return reply

    def get(self, address: str, query: str, *, secret: str, now: float) -> Reply:
        parameters = dict(parse_qsl(query))
        with self._rows.change():
            self._settle(now)
            try:
                _refuse_stranger(secret)
                match address.strip("/").split("/"):
                    case ["v1", "payment_intents", intent]:
                        return _ok(self._intent(intent))
                    case ["v1", "refunds", refund]:
                        return _ok(_shown(self._refund(refund)))
                    case ["v1", "refunds"]:
                        return _ok(self._refunds_of(parameters))
                    case _:
                        raise _no_such(address)
            except Refused as refused:
                return refused.reply

    def _execute(
        self, address: str, parameters: Parameters, *, key: str, now: float, fault: Fault | None, course: Course
    ) -> Reply:
        if not course.acts:
            return BROKEN
        match address.strip("/").split("/"):
            case ["v1", "payment_intents"]:
                return _ok(self._add_intent(parameters, key))
            case ["v1", "payment_intents", intent]:
                return _ok(self._change_intent(intent, parameters))
            case ["v1", "refunds"]:
                number = self._add_refund(parameters, key, now, ends=course.ends, seconds=fault.seconds if fault else 0)
                self._settle(now)
                return _ok(_shown(self._refund(f"re_{number}")))
            case ["v1", "refunds", refund, "cancel"]:
                return _ok(self._cancel(refund, now))
            case _:
                raise _no_such(address)

    def _kept(self, key: str, address: str, form: str, now: float) -> Reply | None:
        self._rows.execute("DELETE FROM answers WHERE kept_at <= ?", [now - KEPT_SECONDS])
        row = self._rows.execute("SELECT * FROM answers WHERE key = ?", [key]).fetchone()
        if row is None:
            return None
        if (row["address"], row["parameters"]) != (address, form):
            same = (
                "endpoint they were first used for"
                if row["address"] != address
                else "parameters they were first used with"
            )
            raise Refused(
                HTTPStatus.BAD_REQUEST,
                executed=False,
                type="idempotency_error",
                message=f"Keys for idempotent requests can only be used for the same {same}.",
            )
        return Reply(HTTPStatus(row["status"]), json.loads(row["body"]))

    def _keep(self, key: str, address: str, form: str, reply: Reply, now: float) -> None:
        self._rows.execute(
            "INSERT INTO answers VALUES (?, ?, ?, ?, ?, ?)",
            [key, address, form, int(reply.status), json.dumps(reply.body), now],
        )

    # --- payment intents and refunds -------------------------------------------------------------------

    def _add_intent(self, parameters: Parameters, key: str) -> dict[str, Any]:
        intent = f"pi_{key.replace('-', '')}"
        self._rows.execute(
            "INSERT INTO intents (id, amount, currency) VALUES (?, ?, ?)",
            [intent, _whole(parameters, "amount"), str(parameters.get("currency", "")).lower()],
        )
        return self._intent(intent)

    def _change_intent(self, intent: str, parameters: Parameters) -> dict[str, Any]:
        metadata = {**self._intent(intent)["metadata"], **parameters.get("metadata", {})}
        self._rows.execute("UPDATE intents SET metadata = ? WHERE id = ?", [json.dumps(metadata), intent])
        return self._intent(intent)

    def _intent(self, intent: str) -> dict[str, Any]:
        row = self._rows.execute("SELECT * FROM intents WHERE id = ?", [intent]).fetchone()
        if row is None:
            raise _no_such(intent)
        return {**dict(row), "object": "payment_intent", "status": "succeeded", "metadata": json.loads(row["metadata"])}

    def _add_refund(self, parameters: Parameters, key: str, now: float, *, ends: str, seconds: float) -> int | None:
        intent = self._intent(str(parameters.get("payment_intent")))
        given = "SELECT coalesce(sum(amount), 0) FROM refunds WHERE payment_intent = ? AND status IN (?, ?, ?)"
        (returned,) = self._rows.execute(given, [intent["id"], *STANDING]).fetchone()
        amount = _whole(parameters, "amount") if "amount" in parameters else intent["amount"] - returned
        if returned >= intent["amount"]:
            raise Refused(
                HTTPStatus.BAD_REQUEST, code="charge_already_refunded", message="It has been refunded already."
            )
        if amount > intent["amount"] - returned:
            raise Refused(HTTPStatus.BAD_REQUEST, param="amount", message="Refund amount is greater than what is left.")
        values = {
            "payment_intent": intent["id"],
            "amount": amount,
            "currency": intent["currency"],
            "status": ENDS.get(ends, "pending"),
            "failure_reason": REASONS.get(ends),
            "metadata": json.dumps(parameters.get("metadata", {})),
            "key": parameters.get("metadata", {}).get(METADATA_KEY, key),
            "created": now,
            "settles_at": None if ends else now + self.settle_after_seconds,
            "confirm_by": now + seconds if ends == "awaiting" else None,
        }
        added = self._rows.execute(ADD_REFUND, values)
        self._tell(f"re_{added.lastrowid}", "refund.failed" if ends in REASONS else "refund.created", now)
        return added.lastrowid

    def _cancel(self, refund: str, now: float) -> dict[str, Any]:
        if self._refund(refund)["status"] != "requires_action":
            raise Refused(HTTPStatus.BAD_REQUEST, message="Only a refund that requires action can be canceled.")
        self._move(refund, "canceled", now)
        return _shown(self._refund(refund))

    def _refund(self, refund: str) -> dict[str, Any]:
        number = refund.removeprefix("re_")
        row = self._rows.execute("SELECT * FROM refunds WHERE number = ?", [number]).fetchone()
        if row is None:
            raise _no_such(refund)
        return dict(row)

    def _refunds_of(self, parameters: Parameters) -> dict[str, Any]:
        """A page of refunds, the latest first."""
        limit, intent = int(parameters.get("limit", 10)), parameters.get("payment_intent")
        before = str(parameters.get("starting_after", "re_9999999999")).removeprefix("re_")
        rows = self._rows.execute(
            "SELECT * FROM refunds WHERE payment_intent = ? AND number < ? ORDER BY number DESC LIMIT ?",
            [intent, int(before), limit + 1],
        ).fetchall()
        shown = [_shown(dict(row)) for row in rows[:limit]]
        return {"object": "list", "url": "/v1/refunds", "has_more": len(rows) > limit, "data": shown}

    def _settle(self, now: float) -> None:
        for refund in self._rows.execute(DUE, [now, now]).fetchall():
            status = "succeeded" if refund["status"] == "pending" else "failed"
            self._move(f"re_{refund['number']}", status, now)

    def _move(self, refund: str, status: str, now: float) -> None:
        paid_at = now if status == "succeeded" else None
        self._rows.execute(
            "UPDATE refunds SET status = ?, paid_at = ? WHERE number = ?", [status, paid_at, refund.removeprefix("re_")]
        )
        self._tell(refund, "refund.failed" if status == "failed" else "refund.updated", now)

    def _tell(self, refund: str, kind: str, now: float) -> None:
        row = self._refund(refund)
        body = {"object": "event", "type": kind, "created": int(now), "data": {"object": _shown(row)}}
        self._rows.execute(
            "INSERT INTO events (reference, body, next_at) VALUES (?, ?, ?)", [row["key"], json.dumps(body), now]
        )

    # --- for tests -------------------------------------------------------------------------------------

    def knows(self, reference: str) -> bool:
        return bool(self._rows_of("SELECT 1 FROM refunds WHERE key = ?", reference))

    def settle(self, reference: str, *, now: float) -> Reply:
        """Pay what was to stay pending, or what its payee was to confirm."""
        with self._rows.change():
            self._rows.execute(
                "UPDATE refunds SET status = 'pending', settles_at = ? "
                "WHERE key = ? AND status IN ('pending', 'requires_action') AND (confirm_by IS NULL OR confirm_by > ?)",
                [now, reference, now],
            )
            self._settle(now)
            return Reply(HTTPStatus.OK, {})

    def settle_due(self, *, now: float) -> None:
        with self._rows.change():
            self._settle(now)

    def movements(self, reference: str = "") -> list[dict[str, Any]]:
        """Every sum that was given back, of one key or of all."""
        return self._rows_of(MOVEMENTS, reference)

    def events(self, reference: str) -> list[dict[str, Any]]:
        return self._rows_of("SELECT * FROM events WHERE reference = ? ORDER BY id", reference)

    def events_due(self, *, now: float) -> list[dict[str, Any]]:
        return self._rows_of("SELECT * FROM events WHERE next_at <= ? ORDER BY next_at LIMIT 50", now)

    def record_delivery(self, event: int, *, received: bool, now: float) -> None:
        with self._rows.change():
            (sends,) = self._rows.execute("SELECT sends + 1 FROM events WHERE id = ?", [event]).fetchone()
            next_at = None if received else now + min(LONGEST_PAUSE_SECONDS, 0.25 * 2**sends)
            self._rows.execute("UPDATE events SET sends = ?, next_at = ? WHERE id = ?", [sends, next_at, event])

    def _rows_of(self, query: str, value: object) -> list[dict[str, Any]]:
        with self._rows.change():
            return [dict(row) for row in self._rows.execute(query, [value])]


def _refuse_stranger(secret: str) -> None:
    if not secret.startswith("sk_"):
        raise Refused(HTTPStatus.UNAUTHORIZED, executed=False, message="Invalid API Key provided.")


def _no_such(what: str) -> Refused:
    return Refused(HTTPStatus.NOT_FOUND, code="resource_missing", message=f"No such thing: '{what}'")


def _whole(parameters: Parameters, name: str) -> int:
    given = str(parameters.get(name, ""))
    if not given.isdigit() or int(given) == 0:
        raise Refused(HTTPStatus.BAD_REQUEST, executed=False, param=name, message=f"Invalid {name}.")
    return int(given)


def _ok(body: dict[str, Any]) -> Reply:
    return Reply(HTTPStatus.OK, body)


def _nested(form: str) -> dict[str, Any]:
    """The fields of a form; those named like metadata[key] under their common name."""
    fields: dict[str, Any] = {}
    for name, value in parse_qsl(form, keep_blank_values=True):
        outer, bracket, inner = name.partition("[")
        if bracket:
            fields.setdefault(outer, {})[inner.rstrip("]")] = value
        else:
            fields[name] = value
    return fields


def _shown(row: Mapping[str, Any]) -> dict[str, Any]:
    shown = {
        "id": f"re_{row['number']}",
        "object": "refund",
        "amount": row["amount"],
        "currency": row["currency"],
        "payment_intent": row["payment_intent"],
        "status": row["status"],
        "metadata": json.loads(row["metadata"]),
        "created": int(row["created"]),
    }
    if row["failure_reason"]:
        shown["failure_reason"] = row["failure_reason"]
    if row["status"] == "requires_action":
        shown["next_action"] = {"type": "display_details", "display_details": {"expires_at": int(row["confirm_by"])}}
    return shown
