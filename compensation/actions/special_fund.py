"""Run the special fund: fill it, budget it, pay first, recover, bear.

The fund never goes below zero: the database refuses a draw that a budget does not hold. Amounts are minor units.
"""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from accounts.models import Merchant, User
from common.errors import Refusal
from common.transactions import atomic
from ledger import chart
from ledger.actions import Overdrawn, Posting, post
from ledger.chart import AccountName
from ledger.models import Transfer, TransferKind
from payouts.models import Payout
from refunds import actions as refunds
from refunds.actions import SPECIAL_BUDGET, FundExhausted, Payment


class NothingToRecover(Refusal):
    """The merchant owes the fund less than this."""

    code = "nothing_to_recover"
    message = _("The merchant owes the fund less than this.")


# --- the fund: filled, budgeted, drawn -------------------------------------------------------------


def fund(*, amount: int, currency: str, key: str, at: datetime) -> Transfer:
    """The platform puts its own money into the fund."""
    return _move(
        key, chart.fund_cash(currency), chart.owner_capital(currency), amount=amount, kind=TransferKind.FUNDING, at=at
    )


def budget(*, budget: str, amount: int, currency: str, key: str, at: datetime) -> Transfer:
    """Set the fund's money aside for one purpose ("special", "empathy", "scheme:<code>"). Raises FundExhausted."""
    to, out_of = chart.fund_budget(budget, currency), chart.fund_cash(currency)
    try:
        return _move(key, to, out_of, amount=amount, kind=TransferKind.BUDGET, at=at)
    except Overdrawn as overdrawn:
        raise FundExhausted from overdrawn


def pay_from_fund(
    *,
    key: str,
    payee: User,
    amount: int,
    currency: str,
    gateway: str,
    at: datetime,
    as_expense: bool,
    merchant: Merchant | None = None,
    budget: str = SPECIAL_BUDGET,
) -> Payout:
    """The fund pays: as an expense of the platform, or for a merchant that then owes it, or first of all as an advance
    (no merchant named) until it is decided who is liable. Raises FundExhausted."""
    payment = Payment(
        key=key,
        payee=payee,
        amount=amount,
        currency=currency,
        merchant_id=merchant.pk if merchant else None,
        kind=TransferKind.ADVANCE,
        gateway=gateway,
        at=at,
    )
    return refunds.pay_from_fund(payment, as_expense=as_expense, budget=budget)


# --- the fund: who bears it in the end -------------------------------------------------------------


def charge(*, key: str, merchant: Merchant, amount: int, currency: str, at: datetime) -> Transfer:
    """It was decided that the merchant is liable for an advance: it now owes the fund."""
    owed, advanced = chart.receivable_from(merchant.pk, currency), chart.advances_outstanding(currency)
    return _move(key, owed, advanced, amount=amount, kind=TransferKind.RECOVERY, at=at)


def bear(*, key: str, amount: int, currency: str, at: datetime) -> Transfer:
    """It was decided that the platform bears an advance itself."""
    cost, advanced = chart.compensation_expense(currency), chart.advances_outstanding(currency)
    return _move(key, cost, advanced, amount=amount, kind=TransferKind.EXPENSE, at=at)


@atomic
def recover(
    *, key: str, merchant: Merchant, amount: int, currency: str, at: datetime, budget: str = SPECIAL_BUDGET
) -> list[Transfer]:
    """Set what the merchant owes the fund off against its settlement, and give the money back to the budget.

    Raises NothingToRecover above what it owes, and Overdrawn when the settlement is at its floor.
    """
    owed = chart.receivable_from(merchant.pk, currency)
    if chart.balance_of(owed).posted < amount:
        raise NothingToRecover
    settlement = chart.settlement_of(merchant.pk, currency)
    to, out_of = chart.fund_budget(budget, currency), chart.client_cash(currency)
    return post(
        _posting(key, settlement, owed, amount=amount, kind=TransferKind.RECOVERY, at=at),
        _posting(f"{key}:refill", to, out_of, amount=amount, kind=TransferKind.RECOVERY, at=at),
    )


def reverse(*, key: str, merchant: Merchant, amount: int, currency: str, at: datetime) -> Transfer:
    """The merchant won its appeal: the platform makes good what the merchant paid, and the consumer keeps it."""
    cost, settlement = chart.compensation_expense(currency), chart.settlement_of(merchant.pk, currency)
    return _move(key, cost, settlement, amount=amount, kind=TransferKind.EXPENSE, at=at)


def forgive(*, key: str, merchant: Merchant, amount: int, currency: str, at: datetime) -> Transfer:
    """The merchant won its appeal before it paid the fund: it owes this no longer, and the platform bears it."""
    cost, owed = chart.compensation_expense(currency), chart.receivable_from(merchant.pk, currency)
    return _move(key, cost, owed, amount=amount, kind=TransferKind.EXPENSE, at=at)


def burden(*, key: str, merchant: Merchant, amount: int, currency: str, at: datetime) -> Transfer:
    """It was decided on appeal that the merchant is liable for what the platform had borne: it now owes the fund."""
    owed, cost = chart.receivable_from(merchant.pk, currency), chart.compensation_expense(currency)
    return _move(key, owed, cost, amount=amount, kind=TransferKind.RECOVERY, at=at)


def _move(
    key: str, debit: AccountName, credit: AccountName, *, amount: int, kind: TransferKind, at: datetime
) -> Transfer:
    return post(_posting(key, debit, credit, amount=amount, kind=kind, at=at))[0]


def _posting(
    key: str, debit: AccountName, credit: AccountName, *, amount: int, kind: TransferKind, at: datetime
) -> Posting:
    return Posting(key=key, debit=debit, credit=credit, amount=amount, kind=kind, happened_at=at)
