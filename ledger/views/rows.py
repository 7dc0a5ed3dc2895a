"""Lines of the books as pages show them."""

from collections.abc import Iterable
from dataclasses import dataclass

from accounts.models import Merchant
from common.templatetags.bilingual import called
from ledger.models import Account, Transfer
from ledger.wording import name_of_budget

MERCHANT = "merchant:"


@dataclass(frozen=True)
class Side:
    """An account of a transfer, with the name of the merchant it belongs to, or the owner as the books write it."""

    account: Account
    owner: str


@dataclass(frozen=True)
class Row:
    """A transfer as the journal shows it."""

    transfer: Transfer
    debit: Side
    credit: Side


def rows_of(transfers: list[Transfer]) -> list[Row]:
    """The transfers, each with both accounts (which are read already) and what to call their owners."""
    owners = called_owners(account for transfer in transfers for account in (transfer.debit, transfer.credit))
    return [
        Row(
            transfer,
            debit=Side(transfer.debit, owners[transfer.debit.owner]),
            credit=Side(transfer.credit, owners[transfer.credit.owner]),
        )
        for transfer in transfers
    ]


def called_owners(accounts: Iterable[Account]) -> dict[str, str]:
    """What to call each owner: businesses by their name (one query), budgets by theirs, people never."""
    owners = {account.owner for account in accounts}
    ids = {owner: int(number) for owner in owners if (number := merchant_number(owner))}
    merchants = Merchant.objects.in_bulk(ids.values()) if ids else {}
    businesses = {owner: called(merchants[number]) for owner, number in ids.items() if number in merchants}
    return {owner: businesses.get(owner) or name_of_budget(owner) for owner in owners}


def merchant_number(owner: str) -> str:
    """The merchant's id in the owner's name, or ""."""
    number = owner.removeprefix(MERCHANT)
    return number if owner.startswith(MERCHANT) and number.isdecimal() else ""
