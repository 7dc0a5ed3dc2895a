"""Advances: the fund pays first, and the decision lays what it paid on the merchant or on the platform.

The consumer keeps an advance whatever is decided. Amounts are minor units.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from accounts.models import User
from common.crash_points import crash_point
from common.states import move_to
from common.transactions import atomic
from compensation.actions.postings import posting
from compensation.actions.recoveries import owe
from compensation.models import Advance, AdvanceMove, ForceMajeure, Recovery
from ledger import chart
from ledger.actions import Posting, post
from ledger.models import TransferKind
from orders.models import Line
from payouts.models import Payout
from refunds import actions as refunds
from refunds.actions import SPECIAL_BUDGET, Payment

Status = Advance.Status


@atomic
def advance(
    *,
    key: str,
    claim: str,
    line: Line,
    payee: User,
    amount: int,
    gateway: str,
    cause: str,
    force_majeure: ForceMajeure | None = None,
    budget: str = SPECIAL_BUDGET,
    at: datetime,
) -> Advance:
    """The fund pays `amount` for a claim that nobody has decided yet; it is outstanding until somebody does.

    Raises FundExhausted; IntegrityError for a claim that was advanced before. What the line can bear the claim holds
    already: an advance is a part of the price that the claim took off its line.
    """
    payment = Payment(
        key=key,
        payee=payee,
        amount=amount,
        currency=line.order.currency,
        merchant_id=None,
        kind=TransferKind.ADVANCE,
        gateway=gateway,
        at=at,
    )
    payout = refunds.pay_from_fund(payment, as_expense=False, budget=budget)
    crash_point("compensation.advance_is_paid")
    about = {"claim": claim, "line": line, "merchant": line.order.merchant, "force_majeure": force_majeure}
    return record_advance(payment, payout, cause=cause, budget=budget, about=about)


def record_advance(
    payment: Payment, payout: Payout, *, cause: str, budget: str, about: Mapping[str, Any] | None = None
) -> Advance:
    """The row of an advance that was just paid."""
    paid = Advance.objects.create(
        key=payment.key,
        cause=cause,
        payee=payment.payee,
        amount=payment.amount,
        currency=payment.currency,
        budget=budget,
        payout=payout,
        advanced_at=payment.at,
        **(about or {}),
    )
    paid.write_history(was="", at=payment.at, history={"by": payment.made_by})
    return paid


@atomic
def lay_advance(*, claim: str, charged: int, by: User | None = None, at: datetime) -> Advance:
    """It was decided who bears the advance of a claim: the merchant `charged` of it, the platform the rest.

    Minor units; once: what was laid before stays as it is.
    """
    found = _locked(Advance.objects.get(claim=claim))
    if found.status != Status.OUTSTANDING:
        return found
    borne = found.amount - charged
    advanced, postings = chart.advances_outstanding(found.currency), list[Posting]()
    if charged:
        if found.merchant is None:
            raise ValueError("an advance of a claim names its merchant")
        owed = chart.receivable_from(found.merchant.pk, found.currency)
        postings.append(
            posting(f"{found.key}:charged", owed, advanced, amount=charged, kind=TransferKind.RECOVERY, at=at)
        )
    if borne:
        cost = chart.compensation_expense(found.currency)
        postings.append(posting(f"{found.key}:borne", cost, advanced, amount=borne, kind=TransferKind.EXPENSE, at=at))
    post(*postings)
    crash_point("compensation.advance_is_laid")
    if charged and found.merchant:
        owe(
            key=f"{found.key}:charged",
            merchant=found.merchant,
            amount=charged,
            currency=found.currency,
            cause=Recovery.Cause.ADVANCE,
            claim=found.claim,
            line=found.line,
            budget=found.budget,
            by=by,
            at=at,
        )
    _lay(found, charged=charged, borne=borne, by=by, at=at)
    return found


def lay_by_hand(amount: int, *, currency: str, charged: bool, at: datetime) -> None:
    """Who bears `amount` of what finance advanced without a claim was decided, the oldest first."""
    waiting = Advance.objects.outstanding().filter(currency=currency, claim="").order_by("id")
    for found in waiting.select_for_update(no_key=True):
        if part := min(amount, found.outstanding):
            _lay(found, charged=part if charged else 0, borne=0 if charged else part, by=None, at=at)
            amount -= part


def _lay(found: Advance, *, charged: int, borne: int, by: User | None, at: datetime) -> None:
    parts = {"charged": found.charged + charged, "borne": found.borne + borne}
    moved = {"charged": charged, "borne": borne, "by": by}
    if sum(parts.values()) < found.amount:
        Advance.objects.filter(pk=found.pk).update(**parts)
        AdvanceMove.objects.create(advance=found, was=found.status, became=found.status, at=at, **moved)
    else:
        move_to(found, Status.CHARGED if parts["charged"] else Status.BORNE, at=at, history=moved, **parts)


def _locked(found: Advance) -> Advance:
    rows = Advance.objects.select_related("merchant", "line").select_for_update(of=("self",), no_key=True)
    return rows.get(pk=found.pk)
