"""A case in the hands of a verb: locked, with the person's side known, and moved on with its turn and deadline.

Every verb opens a case here first. Locks are taken in one order everywhere: claim, order line, balances.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.crash_points import crash_point
from common.errors import Refusal
from common.states import move_to
from disputes.deadlines import clocks_of, lengthy_at, turn_and_due
from disputes.models import Claim, CloseReason, Deed, Event, Party, Status
from disputes.rights import FINAL, PARTIES, Act, Standing, is_overdue, may, party_of, standing_of


class NotYourCase(Refusal):
    """For this person the case does not exist."""

    code = "not_found"
    message = _("There is no such claim.")
    http_status = HTTPStatus.NOT_FOUND


class NotPossibleNow(Refusal):
    """The state of the case, or the side the person is on, does not allow it. `status` is the state in words."""

    code = "not_possible_now"
    message = _("This is not possible now. The claim’s state: %(status)s.")


class DeadlinePassed(Refusal):
    """`due_at` is when it had to be done by."""

    code = "deadline_passed"
    message = _("The time for this ended on %(due_at)s. The claim moves on by itself within moments.")


@dataclass(slots=True)
class Case:
    """A claim that is locked until the transaction ends, and who acts in it when."""

    claim: Claim
    standing: Standing
    by: User | None
    party: Party
    at: datetime

    @property
    def number(self) -> str:
        return self.claim.number

    def move(self, status: Status, deed: Deed, *, values: Mapping[str, Any] | None = None, **changes: Any) -> None:
        """Move the claim to a status that is not final: its turn and deadline follow from the table."""
        level = changes.get("level", self.claim.level)
        clocks = clocks_of(self.claim.order)
        turn, due_at = turn_and_due(status, level, clocks=clocks, kind=self.claim.order.kind, at=self.at)
        if status == Status.AWAITING_EVIDENCE:
            changes["advance_due_at"] = lengthy_at(self.claim)
        begun = {"turn": turn, "due_at": due_at, "turned_at": self.at, "reminded_minutes": None, "stumbled_at": None}
        self._move(status, deed, values, replayed=False, **begun, **changes)

    def finish(
        self,
        status: Status,
        deed: Deed,
        reason: CloseReason,
        *,
        values: Mapping[str, Any] | None = None,
        **changes: Any,
    ) -> None:
        """Move the claim to a final status."""
        self._move(status, deed, values, turn="", due_at=None, closed_at=self.at, close_reason=reason, **changes)

    def note(self, deed: Deed, **values: Any) -> None:
        """Write an entry of the timeline that changes nothing."""
        Event.objects.create(claim=self.claim, kind=deed, at=self.at, values=values, **self._actor())

    def _move(self, status: Status, deed: Deed, values: Mapping[str, Any] | None, **changes: Any) -> None:
        history = {"kind": deed, "values": dict(values or {}), **self._actor()}
        crash_point("disputes.before_move")
        move_to(self.claim, status, at=self.at, history=history, **changes)
        crash_point("disputes.after_move")

    def _actor(self) -> dict[str, Any]:
        return {"party": self.party, "actor": self.by}


def open_case(claim: Claim, *, by: User, act: Act, at: datetime) -> Case:
    """Lock the claim for a person who wants to act in it.

    Raises NotYourCase for a stranger, DeadlinePassed and NotPossibleNow when the act is not among the person's rights.
    """
    locked = lock(claim)
    party, standing = refuse_unless_possible(locked, by=by, act=act, at=at)
    return Case(claim=locked, standing=standing, by=by, party=party, at=at)


def refuse_unless_possible(claim: Claim, *, by: User, act: Act, at: datetime) -> tuple[Party, Standing]:
    """The person's side and the standing of the claim, which is taken as it was read. Raises as `open_case`."""
    party = party_of(claim, by)
    if party is None:
        raise NotYourCase
    standing = standing_of(claim)
    if not may(act, claim, standing, party=party, user=by, now=at):
        raise _refusal(claim, party, at)
    return party, standing


def open_for_the_clock(claim: Claim, *, at: datetime) -> Case | None:
    """Lock the claim because its deadline passed; None when somebody acted in the meantime."""
    locked = lock(claim)
    if not is_overdue(locked, at):
        return None
    return Case(claim=locked, standing=standing_of(locked), by=None, party=Party.CLOCK, at=at)


def lock(claim: Claim) -> Claim:
    """The claim as it is now, nobody else's to change until the transaction ends, with what verbs need around it."""
    rows = Claim.objects.select_related("order", "line", "merchant", "consumer", "verdict")
    return rows.select_for_update(of=("self",), no_key=True).get(pk=claim.pk)


def _refusal(claim: Claim, party: Party, at: datetime) -> Refusal:
    if claim.status not in FINAL and party in PARTIES and is_overdue(claim, at):
        return DeadlinePassed(due_at=claim.due_at)
    return NotPossibleNow(status=claim.get_status_display())
