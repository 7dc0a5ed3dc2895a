"""Keep the guarantees: what a scheme promised for a line, in money or in kind, once for each cause.

Amounts are minor units.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.compiled import insert_all
from common.constraints import broken_constraint
from common.errors import Refusal
from common.transactions import atomic
from compensation.actions.recoveries import claim_in, owe
from compensation.models import Honouring
from ledger.models import TransferKind
from orders.models import Line, Store
from refunds import actions as refunds
from refunds.actions import Payment, pay
from refunds.models import Payer


class AlreadyHonoured(Refusal):
    """The line was made whole for this cause before."""

    code = "already_honoured"
    message = _("This was made good already. Nothing was paid twice.")


@dataclass(frozen=True, kw_only=True)
class Keeping:
    """A guarantee that the merchant keeps with money, together with others; what the fields mean says `honour`."""

    key: str
    line: Line
    cause: str
    scheme: str
    remedy: str
    amount: int
    payee: User
    gateway: str
    at: datetime


@atomic
def honour(
    *,
    key: str,
    line: Line,
    cause: str,
    scheme: str,
    remedy: str,
    amount: int,
    payee: User,
    payer: str,
    gateway: str,
    at: datetime,
    alternative_store: Store | None = None,
    as_expense: bool = False,
    made_by: User | None = None,
) -> Honouring:
    """Keep a guarantee for a line, once for each cause: pay `amount`, or record an upgrade or alternative (0).

    `scheme` is the policy's code. `payer`, `as_expense` and `made_by` are as in refunds.actions.refund.
    Raises AlreadyHonoured, Overdrawn and FundExhausted.
    """
    payment = Payment(
        key=key,
        payee=payee,
        amount=amount,
        currency=line.order.currency,
        merchant_id=line.order.merchant_id,
        kind=_kind_of(remedy),
        gateway=gateway,
        at=at,
        made_by=made_by,
    )
    payout = pay(payment, payer=payer, as_expense=as_expense)
    if payout and payer == Payer.FUND and not as_expense:
        merchant, currency = line.order.merchant, line.order.currency
        owe(key=key, merchant=merchant, amount=amount, currency=currency, claim=claim_in(key), line=line, at=at)
    kept = Honouring(
        key=key,
        line=line,
        cause=cause,
        scheme=scheme,
        remedy=remedy,
        amount=amount,
        currency=line.order.currency,
        payer=payer if amount else "",
        alternative_store=alternative_store,
        payout=payout,
        honoured_at=at,
    )
    insert_once(kept)
    return kept


def insert_once(kept: Honouring) -> None:
    """Write down what a line was made whole with, once for each cause. Raises AlreadyHonoured."""
    try:
        kept.save(force_insert=True)
    except IntegrityError as error:
        if broken_constraint(error) in ("line_is_made_whole_once_per_cause", "compensation_honouring_key_key"):
            raise AlreadyHonoured from error
        raise


@atomic
def honour_all(kept: Sequence[Keeping]) -> list[Honouring]:
    """`honour` for many sums above 0 that merchants pay, all or none, with the same few statements for any number.

    Raises Overdrawn when one settlement cannot give its part; IntegrityError for what was made good before.
    """
    payments = [
        Payment(
            key=one.key,
            payee=one.payee,
            amount=one.amount,
            currency=one.line.order.currency,
            merchant_id=one.line.order.merchant_id,
            kind=_kind_of(one.remedy),
            gateway=one.gateway,
            at=one.at,
        )
        for one in kept
    ]
    payouts = refunds.pay_all_from_settlements(payments)
    honourings = [
        Honouring(
            key=one.key,
            line=one.line,
            cause=one.cause,
            scheme=one.scheme,
            remedy=one.remedy,
            amount=one.amount,
            currency=payout.currency,
            payer=Payer.MERCHANT,
            payout=payout,
            honoured_at=one.at,
        )
        for one, payout in zip(kept, payouts, strict=True)
    ]
    insert_all(honourings)
    return honourings


def _kind_of(remedy: str) -> TransferKind:
    return TransferKind.FREIGHT if remedy == Honouring.Remedy.FREIGHT else TransferKind.COMPENSATION
