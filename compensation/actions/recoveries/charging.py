"""A recovery is written down with its cause."""

from datetime import datetime

from accounts.models import Merchant, User
from common.crash_points import crash_point
from common.transactions import atomic
from compensation.actions.postings import posting
from compensation.models import Recovery, RecoveryEntry
from compensation.tidings.fund import tell_merchant
from ledger import chart
from ledger.actions import post
from ledger.models import Transfer, TransferKind
from orders.models import Line
from refunds.actions import SPECIAL_BUDGET

Deed = RecoveryEntry.Deed


@atomic
def owe(
    *,
    key: str,
    merchant: Merchant,
    amount: int,
    currency: str,
    cause: str = Recovery.Cause.IN_PLACE,
    claim: str = "",
    line: Line | None = None,
    budget: str = SPECIAL_BUDGET,
    by: User | None = None,
    at: datetime,
) -> Recovery:
    """Write down that the transfer under `key` made the merchant owe the fund `amount`; the same key only once."""
    if known := Recovery.objects.filter(key=key).first():
        return known
    recovery = Recovery.objects.create(
        key=key,
        merchant=merchant,
        cause=cause,
        claim=claim,
        line=line,
        budget=budget,
        amount=amount,
        currency=currency,
        charged_at=at,
        due_at=at,
    )
    RecoveryEntry.objects.create(
        recovery=recovery, deed=Deed.CHARGED, amount=amount, transfer=key, became=recovery.status, by=by, at=at
    )
    tell_merchant(recovery, "recovery_charged", at=at)
    crash_point("compensation.recovery_is_written_down")
    return recovery


def claim_in(key: str) -> str:
    """The number of the claim that a key names ("claim:R-1:refund:1"), "" where it names none."""
    room, number, *_rest = [*key.split(":"), ""]
    return number if room == "claim" else ""


@atomic
def burden(
    *,
    key: str,
    merchant: Merchant,
    amount: int,
    currency: str,
    at: datetime,
    claim: str = "",
    line: Line | None = None,
    by: User | None = None,
) -> Transfer:
    """It was decided on appeal that the merchant is liable for what the platform had borne: it now owes the fund."""
    owed, cost = chart.receivable_from(merchant.pk, currency), chart.compensation_expense(currency)
    (moved,) = post(posting(key, owed, cost, amount=amount, kind=TransferKind.RECOVERY, at=at))
    cause = Recovery.Cause.APPEAL
    owe(key=key, merchant=merchant, amount=amount, currency=currency, cause=cause, claim=claim, line=line, by=by, at=at)
    return moved
