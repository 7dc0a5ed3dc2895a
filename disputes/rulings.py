"""Rulings: a decision on a dispute before it is carried out, from what an agent entered or what the clock says."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.utils.translation import gettext_lazy as _

from common.errors import Refusal
from compensation import actions as compensation
from disputes.cases import Case
from disputes.models import Claim, Decision, DecisionReason, Outcome
from disputes.payments import IN_KIND, awarded, exposure_key, pay
from disputes.statements import written
from refunds.models import Payer

MERCHANT_BEARS = frozenset({Outcome.CONSUMER, Outcome.SPLIT})


class UnknownOutcome(Refusal):
    code = "unknown_outcome"
    message = _("Decide for the consumer, for the merchant, for each in part, or without fault.")
    field = "outcome"
    http_status = HTTPStatus.BAD_REQUEST


class DecisionReasonMissing(Refusal):
    code = "reason_missing"
    message = _("Choose the reason of the decision.")
    field = "reason"
    http_status = HTTPStatus.BAD_REQUEST


class AmountDoesNotFit(Refusal):
    """`most` is what is claimed, in minor units of `currency`."""

    code = "amount_does_not_fit"
    message = _(
        "The sum does not fit the outcome: a split is more than nothing and less than the %(most)s claimed, a decision "
        "for the consumer at most that, and one for the merchant has no sum."
    )
    field = "amount"
    http_status = HTTPStatus.BAD_REQUEST
    sums = ("most",)


@dataclass(frozen=True, kw_only=True)
class Ruling:
    """A decision before it is written; `amount` in minor units, 0 when the merchant is right."""

    outcome: Outcome
    amount: int
    reason: DecisionReason
    statement: str

    @property
    def payer(self) -> Payer:
        """Nobody at fault: the platform's fund pays. Otherwise the merchant does."""
        return Payer.FUND if self.outcome == Outcome.NO_FAULT else Payer.MERCHANT

    def values(self, claim: Claim) -> dict[str, Any]:
        """What the timeline tells of it."""
        return {
            "outcome": self.outcome,
            "amount": self.amount,
            "currency": claim.currency,
            "reason": self.reason,
            "statement": self.statement,
        }


def ruling_from(claim: Claim, *, outcome: str, reason: str, statement: str, amount: int | None) -> Ruling:
    """What an agent entered, as a ruling that can be carried out."""
    if outcome not in Outcome:
        raise UnknownOutcome
    if reason not in DecisionReason:
        raise DecisionReasonMissing
    return Ruling(
        outcome=Outcome(outcome),
        amount=_fitting_amount(claim, Outcome(outcome), amount),
        reason=DecisionReason(reason),
        statement=written(statement, required=True),
    )


def _fitting_amount(claim: Claim, outcome: Outcome, amount: int | None) -> int:
    """The sum of the ruling; nothing is owed in money where the remedy is something else."""
    match outcome:
        case Outcome.MERCHANT:
            value = amount or 0
            fits = value == 0
        case Outcome.SPLIT:
            value = amount or 0
            fits = 0 < value < claim.amount
        case _:
            value = claim.amount if amount is None else amount
            fits = 0 < value <= claim.amount or (value == claim.amount and claim.remedy in IN_KIND)
    if not fits:
        raise AmountDoesNotFit(most=claim.amount, currency=claim.currency)
    return value


def write(case: Case, ruling: Ruling, *, on_appeal: bool) -> None:
    """The decision as a row, which never changes."""
    Decision.objects.create(
        claim=case.claim,
        on_appeal=on_appeal,
        outcome=ruling.outcome,
        amount=ruling.amount,
        reason=ruling.reason,
        statement=ruling.statement,
        decided_by=case.by,
        decided_at=case.at,
    )


# --- an appeal that changes the outcome --------------------------------------------------------------


def mirror(case: Case, ruling: Ruling, *, first: Decision) -> int:
    """Make the money fit the final ruling; the new total of what was paid for the claim.

    The consumer is paid what is missing and keeps what was too much. The merchant in the end bears what the final
    ruling lays on it: the platform makes the rest good, or charges it with what the platform had borne. What the fund
    still owes from the first decision becomes the platform's own to bear, and is charged the same way.
    """
    claim, paid = case.claim, case.claim.paid
    before = awarded(claim)
    missing = max(0, ruling.amount - before)
    bears = min(paid, first.amount) if first.outcome in MERCHANT_BEARS else 0
    claim.debts.filter(paid_at__isnull=True).update(as_expense=True)
    if missing or (claim.remedy in IN_KIND and ruling.outcome != Outcome.MERCHANT):
        paid += pay(claim, missing, payer=ruling.payer, at=case.at, before=before, by=case.by)
    if ruling.payer == Payer.MERCHANT:
        bears += missing
    should_bear = ruling.amount if ruling.outcome in MERCHANT_BEARS else 0
    if bears > should_bear:
        _make_good(case, bears - should_bear)
    elif bears < should_bear:
        about: dict[str, Any] = {"claim": claim.number, "line": claim.line, "by": case.by}
        compensation.burden(key=_key(case), amount=should_bear - bears, **_whose(case), **about)
    return paid


def _make_good(case: Case, amount: int) -> None:
    """Undo what the merchant came to owe the fund, at whatever stage it is, and pay back what it paid by itself."""
    undone = compensation.undo_recoveries(claim=case.claim.number, amount=amount, by=case.by, at=case.at)
    if amount > undone:
        compensation.reverse(key=_key(case), amount=amount - undone, **_whose(case))


def _key(case: Case) -> str:
    return f"{exposure_key(case.claim)}:mirror"


def _whose(case: Case) -> dict[str, Any]:
    return {"merchant": case.claim.merchant, "currency": case.claim.currency, "at": case.at}
