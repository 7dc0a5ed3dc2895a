"""Run the special fund: fill it, budget it, pay first, recover, bear.

The fund never goes below zero: the database refuses a draw that a budget does not hold. Amounts are minor units.
"""

from datetime import datetime

from accounts.models import Merchant, User
from common.transactions import atomic
from compensation.actions.advances import lay_by_hand, record_advance
from compensation.actions.postings import posting
from compensation.actions.recoveries import owe
from compensation.models import Advance, Recovery
from ledger import chart
from ledger.actions import Overdrawn, post
from ledger.chart import AccountName
from ledger.models import Transfer, TransferKind
from payouts.models import Payout
from refunds import actions as refunds
from refunds.actions import SPECIAL_BUDGET, FundExhausted, Payment

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


@atomic
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
    made_by: User | None = None,
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
        made_by=made_by,
    )
    payout = refunds.pay_from_fund(payment, as_expense=as_expense, budget=budget)
    if merchant and not as_expense:
        owe(key=key, merchant=merchant, amount=amount, currency=currency, budget=budget, by=made_by, at=at)
    elif not as_expense:
        record_advance(payment, payout, cause=Advance.Cause.BY_HAND, budget=budget)
    return payout


# --- the fund: who bears it in the end -------------------------------------------------------------


@atomic
def charge(*, key: str, merchant: Merchant, amount: int, currency: str, at: datetime) -> Transfer:
    """It was decided that the merchant is liable for what was advanced by hand: it now owes the fund.

    Raises Overdrawn above what is outstanding of such advances.
    """
    owed, advanced = chart.receivable_from(merchant.pk, currency), chart.advances_outstanding(currency)
    moved = _move(key, owed, advanced, amount=amount, kind=TransferKind.RECOVERY, at=at)
    if Recovery.objects.filter(key=key).exists():
        return moved
    owe(key=key, merchant=merchant, amount=amount, currency=currency, cause=Recovery.Cause.BY_HAND, at=at)
    lay_by_hand(amount, currency=currency, charged=True, at=at)
    return moved


@atomic
def bear(*, key: str, amount: int, currency: str, at: datetime) -> Transfer:
    """It was decided that the platform bears what was advanced by hand. Raises Overdrawn above what is outstanding."""
    cost, advanced = chart.compensation_expense(currency), chart.advances_outstanding(currency)
    is_new = not Transfer.objects.filter(key=key).exists()
    moved = _move(key, cost, advanced, amount=amount, kind=TransferKind.EXPENSE, at=at)
    if is_new:
        lay_by_hand(amount, currency=currency, charged=False, at=at)
    return moved


@atomic
def reverse(*, key: str, merchant: Merchant, amount: int, currency: str, at: datetime) -> Transfer:
    """The merchant won its appeal: the platform makes good what the merchant paid, and the consumer keeps it.

    It puts the money in itself: the fund is not drawn on.
    """
    cost, settlement = chart.compensation_expense(currency), chart.settlement_of(merchant.pk, currency)
    cash, capital = chart.client_cash(currency), chart.owner_capital(currency)
    return post(
        posting(key, cost, settlement, amount=amount, kind=TransferKind.EXPENSE, at=at),
        posting(f"{key}:cash", cash, capital, amount=amount, kind=TransferKind.FUNDING, at=at),
    )[0]


def leave_deposit(*, key: str, merchant: Merchant, amount: int, currency: str, at: datetime) -> Transfer:
    """The merchant leaves money with the platform as a security."""
    cash, deposit = chart.client_cash(currency), chart.deposit_of(merchant.pk, currency)
    return _move(key, cash, deposit, amount=amount, kind=TransferKind.DEPOSIT, at=at)


def _move(
    key: str, debit: AccountName, credit: AccountName, *, amount: int, kind: TransferKind, at: datetime
) -> Transfer:
    return post(posting(key, debit, credit, amount=amount, kind=kind, at=at))[0]
