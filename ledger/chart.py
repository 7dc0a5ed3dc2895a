"""The chart of accounts: how each account is called, in the words of the books.

A name is all that is needed to post to an account; it is opened when it is first used.
"""

from collections.abc import Collection
from typing import NamedTuple

from django.db.models import CharField

from common.compiled import Compiled, Given
from ledger.models import Account, AccountKind, Balance


class AccountName(NamedTuple):
    """`owner` says whose account it is ("merchant:12", "user:7", "special"), "" where a currency has only one."""

    kind: AccountKind
    owner: str
    currency: str


def settlement_of(merchant_id: int, currency: str) -> AccountName:
    """What the platform will pay out to the merchant for its sales; refunds are taken from it."""
    return AccountName(AccountKind.MERCHANT_SETTLEMENT, f"merchant:{merchant_id}", currency)


def deposit_of(merchant_id: int, currency: str) -> AccountName:
    """What the merchant left as a security."""
    return AccountName(AccountKind.MERCHANT_DEPOSIT, f"merchant:{merchant_id}", currency)


def receivable_from(merchant_id: int, currency: str) -> AccountName:
    """What the merchant owes the fund for what it advanced."""
    return AccountName(AccountKind.RECOVERY_RECEIVABLE, f"merchant:{merchant_id}", currency)


def payable_to(user_id: int, currency: str) -> AccountName:
    """What was awarded to the consumer and has not left yet."""
    return AccountName(AccountKind.CONSUMER_PAYABLE, f"user:{user_id}", currency)


def wallet_of(user_id: int, currency: str) -> AccountName:
    """What the consumer holds with the platform."""
    return AccountName(AccountKind.CONSUMER_WALLET, f"user:{user_id}", currency)


def clearing_at(gateway: str, currency: str) -> AccountName:
    """What a gateway paid out and has not yet taken from the platform's cash."""
    return AccountName(AccountKind.GATEWAY_CLEARING, gateway, currency)


def fund_budget(code: str, currency: str) -> AccountName:
    """What the special fund set aside for one purpose: "special", "empathy", "scheme:<code>"."""
    return AccountName(AccountKind.FUND_BUDGET, code, currency)


def fund_cash(currency: str) -> AccountName:
    """The special fund's money that no budget has claimed."""
    return AccountName(AccountKind.FUND_CASH, "", currency)


def client_cash(currency: str) -> AccountName:
    """The money held for consumers and merchants."""
    return AccountName(AccountKind.CLIENT_CASH, "", currency)


def owner_capital(currency: str) -> AccountName:
    """The platform's own money."""
    return AccountName(AccountKind.OWNER_CAPITAL, "", currency)


def advances_outstanding(currency: str) -> AccountName:
    """What the fund paid first, before it is decided who is liable."""
    return AccountName(AccountKind.ADVANCES_OUTSTANDING, "", currency)


def compensation_expense(currency: str) -> AccountName:
    """What the platform bears itself."""
    return AccountName(AccountKind.COMPENSATION_EXPENSE, "", currency)


def coupon_liability(currency: str) -> AccountName:
    """What coupons that are out there may still cost."""
    return AccountName(AccountKind.COUPON_LIABILITY, "", currency)


def write_off(currency: str) -> AccountName:
    """What was given up."""
    return AccountName(AccountKind.WRITE_OFF, "", currency)


def name_of(account: Account) -> AccountName:
    return AccountName(AccountKind(account.kind), account.owner, account.currency)


def balance_of(name: AccountName) -> Balance:
    """What the account holds now; zero, and not stored, when nothing was ever posted to it."""
    return BALANCE.first(**name._asdict()) or Balance()


def above_their_floors(names: Collection[AccountName]) -> dict[AccountName, int]:
    """How much may still leave each of these accounts, in minor units, for those that have a floor. One query.

    Nobody is kept from moving money meanwhile: what counts in the end is what the database lets through.
    """
    held = Balance.objects.filter(
        floor__isnull=False,
        account__kind__in={name.kind for name in names},
        account__owner__in={name.owner for name in names},
        account__currency__in={name.currency for name in names},
    ).select_related("account")
    return {name_of(balance.account): balance.available - (balance.floor or 0) for balance in held}


BALANCE = Compiled(
    lambda: Balance.objects.filter(
        account__kind=Given("kind", CharField()),
        account__owner=Given("owner", CharField()),
        account__currency=Given("currency", CharField()),
    )
)
