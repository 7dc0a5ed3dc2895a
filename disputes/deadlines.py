"""The deadline contract: every status that is not final names who is waited for, until when, and what happens then.

The table is data, so that a test can walk it and fail if any case could stick. How long a clock runs stands in the
`clocks` policy: a case keeps the clocks that were in force when its order was placed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from common.formats import money_text
from compensation.fund_terms import AdvanceTerms
from disputes.models import Claim, Deed, Party, Status
from orders.models import Order
from policies.clocks import Clocks
from policies.in_force import in_force, in_force_at_each, terms_of
from policies.words import Remedy

CLOCKS = "clocks"
# What the fund may pay first: all other remedies are goods on their way, or no money.
IN_MONEY = (Remedy.REFUND, Remedy.COMPENSATION)


class Clock(StrEnum):
    """The clocks of the `clocks` policy; each is the name of its minutes there."""

    MERCHANT_ANSWER = "merchant_answer_minutes"
    OFFER_ANSWER = "offer_answer_minutes"
    ESCALATION = "escalation_minutes"
    RETURN_SHIPPING = "return_shipping_minutes"
    RETURN_RECEIPT = "return_receipt_minutes"
    EVIDENCE = "evidence_minutes"
    DECISION = "decision_minutes"
    SENIOR_DECISION = "senior_decision_minutes"
    APPEAL = "appeal_minutes"
    APPEAL_DECISION = "appeal_decision_minutes"


@dataclass(frozen=True, slots=True)
class Deadline:
    """Who must act, by which clock, and what becomes of the case when nobody did (carried out by actions.time_out)."""

    turn: Party
    clock: Clock
    lapse: Deed
    silence: str | Promise


# (status, level); a level that is not listed has the row of level 0.
DEADLINES: Mapping[tuple[Status, int], Deadline] = {
    (Status.AWAITING_MERCHANT, 0): Deadline(
        Party.MERCHANT,
        Clock.MERCHANT_ANSWER,
        Deed.MERCHANT_SILENT,
        _("If the merchant does not answer in time, the consumer gets what they last asked for."),
    ),
    (Status.OFFER_PENDING, 0): Deadline(
        Party.CONSUMER,
        Clock.OFFER_ANSWER,
        Deed.OFFER_LAPSED,
        _("If the consumer does not answer in time, the offer is paid and the claim ends."),
    ),
    (Status.AWAITING_RETURN, 0): Deadline(
        Party.CONSUMER,
        Clock.RETURN_SHIPPING,
        Deed.RETURN_NOT_SENT,
        _("If the goods are not sent back in time, the claim is closed and nothing is paid."),
    ),
    (Status.RETURN_SHIPPED, 0): Deadline(
        Party.MERCHANT,
        Clock.RETURN_RECEIPT,
        Deed.RETURN_NOT_CONFIRMED,
        _("If the merchant says nothing in time, the goods count as received and the consumer is paid %(amount)s."),
    ),
    (Status.REJECTED, 0): Deadline(
        Party.CONSUMER,
        Clock.ESCALATION,
        Deed.NOT_ESCALATED,
        _("If the consumer does not ask the platform to decide in time, the claim is closed and nothing is paid."),
    ),
    (Status.AWAITING_EVIDENCE, 0): Deadline(
        Party.BOTH,
        Clock.EVIDENCE,
        Deed.EVIDENCE_SEALED,
        _("Then the evidence is sealed, and the platform decides on what it has."),
    ),
    (Status.UNDER_REVIEW, 0): Deadline(
        Party.AGENT,
        Clock.DECISION,
        Deed.RAISED_TO_SENIOR,
        _("If the platform does not decide in time, a senior agent takes over."),
    ),
    (Status.UNDER_REVIEW, 1): Deadline(
        Party.SENIOR,
        Clock.SENIOR_DECISION,
        Deed.DECIDED,
        _("If the platform does not decide in time, it pays the consumer %(amount)s itself."),
    ),
    (Status.DECIDED, 0): Deadline(
        Party.BOTH,
        Clock.APPEAL,
        Deed.DECISION_STANDS,
        _("If nobody appeals in time, the decision is final."),
    ),
    (Status.APPEAL_REVIEW, 0): Deadline(
        Party.SENIOR,
        Clock.APPEAL_DECISION,
        Deed.DECISION_STANDS,
        _("If the appeal is not decided in time, the first decision stands."),
    ),
}

SILENCE_ON_A_RETURN = _("If the merchant does not answer in time, the consumer may send the goods back for a refund.")


def deadline_of(status: str, level: int) -> Deadline:
    """The row of the table; KeyError for a final status, which waits for nobody."""
    return DEADLINES.get((Status(status), level)) or DEADLINES[Status(status), 0]


def clocks_of(order: Order) -> Clocks:
    """The clocks in force when the order was placed (one query). Without any, no claim could have been filed."""
    clocks: Clocks = terms_of(in_force([CLOCKS], at=order.placed_at, market=order.market)[CLOCKS])
    return clocks


def advance_terms(order: Order) -> AdvanceTerms | None:
    """The terms in force when the order was placed; None where nothing was promised then."""
    version = in_force(["advance"], at=order.placed_at, market=order.market).get("advance")
    terms: AdvanceTerms | None = terms_of(version) if version else None
    return terms


def advance_terms_of_each(orders: Sequence[Order]) -> list[AdvanceTerms | None]:
    """The same for many orders, one after the other. One query."""
    versions = in_force_at_each("advance", [(order.placed_at, order.market) for order in orders])
    return [terms_of(version) if version else None for version in versions]


def lengthy_at(claim: Claim) -> datetime | None:
    """When this claim, which becomes a dispute, takes too long; None where it is not paid first."""
    if claim.remedy not in IN_MONEY or not claim.refund_part or claim.replayed or claim.advanced:
        return None
    terms = advance_terms(claim.order)
    return terms.lengthy_at(claim.filed_at, claim.order.kind) if terms else None


def turn_and_due(status: str, level: int, *, clocks: Clocks, kind: str, at: datetime) -> tuple[str, datetime]:
    """Who is waited for in this status and until when, for a case about a `kind` of order that enters it at `at`."""
    deadline = deadline_of(status, level)
    return deadline.turn, at + timedelta(minutes=_minutes(clocks, deadline.clock, kind))


def _minutes(clocks: Clocks, clock: Clock, kind: str) -> int:
    """A kind of order that terms of earlier days do not name has the shortest of their clocks."""
    minutes: int | Mapping[str, int] = getattr(clocks, clock)
    return minutes if isinstance(minutes, int) else minutes.get(kind) or min(minutes.values())


def what_silence_does(claim: Claim) -> str:
    """What happens when the deadline passes, in a sentence for everybody; empty once the case is final."""
    if claim.is_final():
        return ""
    if claim.status == Status.AWAITING_MERCHANT and claim.remedy == Remedy.RETURN:
        return str(SILENCE_ON_A_RETURN)
    silence = str(deadline_of(claim.status, claim.level).silence)
    return silence % {"amount": money_text(claim.amount, claim.currency)}
