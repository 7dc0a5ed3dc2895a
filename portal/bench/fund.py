"""A fund with plenty of money, and the accounts and people that it pays."""

from datetime import timedelta
from functools import cache

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from accounts.models import User
from compensation.actions import budget, fund
from ledger.actions import accounts
from ledger.chart import AccountName, fund_budget, payable_to, settlement_of, wallet_of

CURRENCY = "CNY"
FUND = fund_budget("special", CURRENCY)
PLENTY = 10**15
MANY = 10_000
NOBODY = 10**9


@cache
def fill_fund() -> None:
    """Once in a run."""
    at = timezone.now() - timedelta(hours=1)
    fund(amount=PLENTY, currency=CURRENCY, key="bench:fund", at=at)
    budget(budget=FUND.owner, amount=PLENTY, currency=CURRENCY, key="bench:budget", at=at)


@cache
def settlements() -> list[AccountName]:
    """The settlements of ten thousand merchants that are nobody else's; nothing checks who they are."""
    names = [settlement_of(NOBODY + number, CURRENCY) for number in range(MANY)]
    accounts(names)
    return names


@cache
def payees() -> list[User]:
    """Ten thousand people whose accounts are open."""
    nobody_signs_in = make_password(None)
    people = User.objects.bulk_create(
        [
            User(email=f"payee-{number}@example.invalid", name=f"Payee {number}", password=nobody_signs_in)
            for number in range(MANY)
        ],
        batch_size=5_000,
    )
    accounts([name(person.pk, CURRENCY) for person in people for name in (payable_to, wallet_of)])
    return people
