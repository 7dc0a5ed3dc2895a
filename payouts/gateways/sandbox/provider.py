"""What the sandbox provider does: it keeps orders to pay in a file of its own and pays each reference at most once.

It knows nothing of the portal. An order is pending until its time has come, then paid; one that failed may be sent
again under the same key; one that was refused or cancelled is never paid, also when its order arrives later. One that
awaits its payee's confirmation expires when the payee's time is over.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from payouts.gateways.sandbox.faults import Fault
from payouts.gateways.sandbox.record import Record

TABLES = """
CREATE TABLE IF NOT EXISTS payments (
    id INTEGER PRIMARY KEY, reference TEXT UNIQUE NOT NULL, payee TEXT NOT NULL, amount INTEGER NOT NULL,
    currency TEXT NOT NULL, status TEXT NOT NULL, reason TEXT NOT NULL, tries INTEGER NOT NULL, settles_at REAL,
    confirm_by REAL
);
CREATE TABLE IF NOT EXISTS movements (
    id INTEGER PRIMARY KEY, reference TEXT NOT NULL, payee TEXT NOT NULL, amount INTEGER NOT NULL,
    currency TEXT NOT NULL, paid_at REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS events (
    id INTEGER PRIMARY KEY, reference TEXT NOT NULL, body TEXT NOT NULL, sends INTEGER NOT NULL DEFAULT 0,
    next_at REAL
);
CREATE INDEX IF NOT EXISTS events_due ON events (next_at) WHERE next_at IS NOT NULL;
CREATE TABLE IF NOT EXISTS faults (
    id INTEGER PRIMARY KEY, reference TEXT NOT NULL, operation TEXT NOT NULL, name TEXT NOT NULL, seconds REAL NOT NULL
);
"""

REASONS = {"failed": "the bank did not answer", "refused": "the payee's account is closed"}
FIELDS = {"reference": str, "payee": str, "amount": int, "currency": str}
LONGEST_PAUSE_SECONDS = 600.0


@dataclass(frozen=True)
class Reply:
    status: HTTPStatus
    body: Mapping[str, Any]


class MalformedOrder(Exception):
    """The order lacks a field, or a field is of the wrong kind."""


class Provider:
    """One provider with its record in the file `data`. All times are seconds since 1970."""

    def __init__(self, data: str, *, settle_after_seconds: float) -> None:
        self.settle_after_seconds = settle_after_seconds
        self._rows = Record(data, TABLES)
        if "confirm_by" not in {column["name"] for column in self._rows.execute("PRAGMA table_info(payments)")}:
            self._rows.execute("ALTER TABLE payments ADD COLUMN confirm_by REAL")

    # --- orders to pay -------------------------------------------------------------------------------

    def pay(
        self, key: str, order: Mapping[str, Any], *, now: float, ends: str = "", confirm_seconds: float = 0
    ) -> Reply:
        """Take an order, or answer with what became of it.

        `ends` makes this try end as "failed" or "refused", stay "pending" until `settle`, or be "awaiting" its payee's
        confirmation for so many seconds.
        """
        order = _checked(order)
        if key != order["reference"]:
            return Reply(HTTPStatus.BAD_REQUEST, {"error": "the idempotency key must be the reference"})
        with self._rows.change():
            known = self._payment(key)
            if known is None:
                self._insert(order, status="new")
            elif any(known[name] != value for name, value in order.items()):
                return Reply(HTTPStatus.CONFLICT, {"error": "the key stands for another order"})
            if known is None or known["status"] == "failed":
                self._try(key, now=now, ends=ends, confirm_by=now + confirm_seconds)
            self._settle(now)
            return self._reply(key, created=known is None)

    def find(self, reference: str, *, now: float) -> Reply:
        with self._rows.change():
            self._settle(now)
            return self._reply(reference)

    def call_off(self, reference: str, order: Mapping[str, Any], *, now: float) -> Reply:
        """Never pay this reference, unless it is paid or on its way already. Also for one that has yet to arrive."""
        order = _checked(order)
        with self._rows.change():
            self._settle(now)
            if self._payment(reference) is None:
                self._insert(order, status="new")
            self._rows.execute(
                "UPDATE payments SET status = 'cancelled', reason = 'called off' "
                "WHERE reference = ? AND status IN ('new', 'failed', 'awaiting')",
                [reference],
            )
            return self._reply(reference)

    def _insert(self, order: Mapping[str, Any], *, status: str) -> None:
        self._rows.execute(
            "INSERT INTO payments (reference, payee, amount, currency, status, reason, tries) "
            "VALUES (:reference, :payee, :amount, :currency, :status, '', 0)",
            {**order, "status": status},
        )

    def _try(self, reference: str, *, now: float, ends: str, confirm_by: float) -> None:
        settles_at = None if ends else now + self.settle_after_seconds
        self._rows.execute(
            "UPDATE payments SET status = ?, reason = ?, tries = tries + 1, settles_at = ?, confirm_by = ? "
            "WHERE reference = ?",
            [ends or "pending", REASONS.get(ends, ""), settles_at, confirm_by, reference],
        )
        if ends:
            self._tell(reference, f"payment.{ends}", now)

    def settle(self, reference: str, *, now: float) -> Reply:
        """Pay an order that was to stay pending."""
        with self._rows.change():
            self._rows.execute("UPDATE payments SET settles_at = ? WHERE reference = ?", [now, reference])
            self._settle(now)
            return self._reply(reference)

    def confirm(self, reference: str, *, now: float) -> Reply:
        """The payee takes the money, if it is not too late."""
        with self._rows.change():
            self._settle(now)
            self._rows.execute(
                "UPDATE payments SET status = 'pending', settles_at = ? WHERE reference = ? AND status = 'awaiting'",
                [now, reference],
            )
            self._settle(now)
            return self._reply(reference)

    def settle_due(self, *, now: float) -> None:
        """Pay the orders whose time has come, and take back what nobody confirmed in time."""
        with self._rows.change():
            self._settle(now)

    def _settle(self, now: float) -> None:
        expired = (
            "UPDATE payments SET status = 'expired' WHERE status = 'awaiting' AND confirm_by <= ? RETURNING reference"
        )
        for payment in self._rows.execute(expired, [now]).fetchall():
            self._tell(payment["reference"], "payment.expired", now)
        due = self._rows.execute("SELECT * FROM payments WHERE status = 'pending' AND settles_at <= ?", [now])
        for payment in due.fetchall():
            self._rows.execute("UPDATE payments SET status = 'paid' WHERE id = ?", [payment["id"]])
            self._rows.execute(
                "INSERT INTO movements (reference, payee, amount, currency, paid_at) VALUES (?, ?, ?, ?, ?)",
                [payment["reference"], payment["payee"], payment["amount"], payment["currency"], now],
            )
            self._tell(payment["reference"], "payment.paid", now)

    def _payment(self, reference: str) -> dict[str, Any] | None:
        row = self._rows.execute("SELECT * FROM payments WHERE reference = ?", [reference]).fetchone()
        return dict(row) if row else None

    def _reply(self, reference: str, *, created: bool = False) -> Reply:
        payment = self._payment(reference)
        if payment is None:
            return Reply(HTTPStatus.NOT_FOUND, {"error": "no such payment", "unknown": reference})
        body = {name: payment[name] for name in (*FIELDS, "status", "reason")} | {"id": f"pay_{payment['id']}"}
        if payment["status"] == "awaiting":
            body["confirm_by"] = payment["confirm_by"]
        declined = {"failed": HTTPStatus.PAYMENT_REQUIRED, "refused": HTTPStatus.UNPROCESSABLE_ENTITY}
        return Reply(declined.get(payment["status"], HTTPStatus.CREATED if created else HTTPStatus.OK), body)

    # --- what went out, and what is told -------------------------------------------------------------

    def movements(self, reference: str = "") -> list[dict[str, Any]]:
        """Every sum that was paid, of one reference or of all: the provider's side of a reconciliation."""
        with self._rows.change():
            rows = self._rows.execute("SELECT * FROM movements WHERE ? IN ('', reference) ORDER BY id", [reference])
            return [dict(row) for row in rows]

    def events(self, reference: str) -> list[dict[str, Any]]:
        with self._rows.change():
            rows = self._rows.execute("SELECT * FROM events WHERE reference = ? ORDER BY id", [reference])
            return [dict(row) for row in rows]

    def events_due(self, *, now: float) -> list[dict[str, Any]]:
        with self._rows.change():
            rows = self._rows.execute("SELECT * FROM events WHERE next_at <= ? ORDER BY next_at LIMIT 50", [now])
            return [dict(row) for row in rows]

    def record_delivery(self, event: int, *, received: bool, now: float) -> None:
        """An event that was not received is sent again, after a pause that doubles."""
        with self._rows.change():
            sends = self._rows.execute("SELECT sends FROM events WHERE id = ?", [event]).fetchone()["sends"] + 1
            next_at = None if received else now + min(LONGEST_PAUSE_SECONDS, 0.25 * 2**sends)
            self._rows.execute("UPDATE events SET sends = ?, next_at = ? WHERE id = ?", [sends, next_at, event])

    def _tell(self, reference: str, kind: str, now: float) -> None:
        body = json.dumps({"type": kind, "timestamp": now, "data": {"reference": reference}})
        self._rows.execute("INSERT INTO events (reference, body, next_at) VALUES (?, ?, ?)", [reference, body, now])

    # --- faults on request ---------------------------------------------------------------------------

    def plan_faults(self, reference: str, operation: str, faults: list[Fault]) -> None:
        """The next calls of this operation ("payment", "query", "cancellation") for this reference go wrong so."""
        with self._rows.change():
            self._rows.executemany(
                "INSERT INTO faults (reference, operation, name, seconds) VALUES (?, ?, ?, ?)",
                [(reference, operation, fault.name, fault.seconds) for fault in faults],
            )

    def next_fault(self, reference: str, operation: str) -> Fault | None:
        with self._rows.change():
            row = self._rows.execute(
                "DELETE FROM faults WHERE id = (SELECT min(id) FROM faults WHERE reference = ? AND operation = ?) "
                "RETURNING name, seconds",
                [reference, operation],
            ).fetchone()
            return Fault(row["name"], row["seconds"]) if row else None


def _checked(order: Mapping[str, Any]) -> dict[str, Any]:
    """The order's own fields. Raises MalformedOrder."""
    for name, kind in FIELDS.items():
        if type(order.get(name)) is not kind:
            raise MalformedOrder(f"{name} is missing or malformed")
    if order["amount"] <= 0:
        raise MalformedOrder("amount must be more than zero")
    return {name: order[name] for name in FIELDS}
