"""How accounts, amounts and texts are written in the accountants' text formats (beancount, hledger).

The name of an account depends on its kind and owner alone, no two accounts share one, and it never changes:
`Liabilities:MerchantSettlement:Merchant--12` is the settlement of `merchant:12`.
"""

import json
import re

from common.money import major_units
from ledger.canonical import Standing
from ledger.chart import AccountName
from ledger.models import DEBIT_NORMAL, AccountKind

EQUITY = frozenset({AccountKind.OWNER_CAPITAL})
EXPENSES = frozenset({AccountKind.COMPENSATION_EXPENSE, AccountKind.WRITE_OFF})
OPENING_BALANCES = "Equity:Opening-Balances"
NOBODYS = "PLATFORM"  # capitals, which no owner's name is written in

# What stands for what in an owner's name, before a plain character; all else becomes its bytes, "-X3A".
SHORT = {":": "--", "_": "-"}
PLAIN = re.compile(r"[a-z0-9]")


def account_name(name: AccountName) -> str:
    kind = "".join(word.title() for word in name.kind.split("_"))
    return f"{_root(name.kind)}:{kind}:{_owner(name.owner) if name.owner else NOBODYS}"


def _root(kind: AccountKind) -> str:
    if kind in EQUITY:
        return "Equity"
    if kind in EXPENSES:
        return "Expenses"
    return "Assets" if kind in DEBIT_NORMAL else "Liabilities"


def _owner(owner: str) -> str:
    written = "".join(_character(*pair) for pair in zip(owner, f"{owner[1:]} ", strict=True))
    return written[0].upper() + written[1:] if PLAIN.match(owner) else f"X-Y{written}"


def _character(character: str, following: str) -> str:
    if PLAIN.match(character):
        return character
    if character in SHORT and PLAIN.match(following):
        return SHORT[character]
    return "".join(f"-X{byte:02X}" for byte in character.encode())


def debited(standing: Standing) -> int:
    """What the account holds as these formats count it: debits less credits, in minor units."""
    return standing.posted if standing.name.kind in DEBIT_NORMAL else -standing.posted


def money(amount: int, currency: str) -> str:
    """The minor units in major units with all decimals of the currency: "12.50 GBP"."""
    return f"{major_units(amount, currency):f} {currency}"


def quoted(text: str) -> str:
    """A text in quotes, on one line: control characters are written out."""
    return json.dumps(text, ensure_ascii=False)
