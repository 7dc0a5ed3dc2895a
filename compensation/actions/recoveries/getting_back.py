"""What a merchant owes is got back: set off, taken from its deposit, or paid by itself."""

from datetime import datetime
from http import HTTPStatus

from django.utils.translation import gettext_lazy as _

from accounts.models import Merchant, User
from common.crash_points import crash_point
from common.errors import Refusal
from common.transactions import atomic
from compensation.actions.postings import posting
from compensation.actions.recoveries.entries import (
    Entry,
    NothingToRecover,
    NotOpen,
    enter,
    lock,
    locked,
    next_key,
    receivable,
)
from compensation.models import Recovery, RecoveryEntry
from compensation.tidings.fund import tell_merchant
from ledger import chart
from ledger.actions import post
from ledger.chart import AccountName
from ledger.models import Transfer, TransferKind
from payouts.statements import reason as stated

Deed = RecoveryEntry.Deed


class MoreThanIsOwed(Refusal):
    """`owed` is what is open in minor units of `currency`."""

    code = "more_than_is_owed"
    message = _("This is more than the merchant owes: %(owed)s.")
    field = "amount"
    http_status = HTTPStatus.BAD_REQUEST
    sums = ("owed",)


@atomic
def recover(*, key: str, merchant: Merchant, amount: int, currency: str, at: datetime) -> list[Transfer]:
    """Set what the merchant owes the fund off against its settlement, the oldest first.

    Raises NothingToRecover above what it owes, and Overdrawn when the settlement is at its floor.
    """
    owed = locked(Recovery.objects.live().filter(merchant=merchant, currency=currency))
    if sum(recovery.open for recovery in owed) < amount:
        raise NothingToRecover
    moved, left = list[Transfer](), amount
    for recovery in owed:
        if part := min(left, recovery.open):
            moved += set_off(recovery, part, key=f"{key}:{recovery.pk}", at=at)
            left -= part
    return moved


def set_off(recovery: Recovery, amount: int, *, at: datetime, key: str = "", by: User | None = None) -> list[Transfer]:
    """The merchant's settlement pays `amount` of a locked recovery, and the budget gets it. Raises Overdrawn."""
    settlement = chart.settlement_of(recovery.merchant_id, recovery.currency)
    return _get_back(recovery, Deed.SET_OFF, amount, settlement, at=at, key=key, by=by)


def take_from_deposit(recovery: Recovery, amount: int, *, at: datetime, by: User | None = None) -> list[Transfer]:
    """The merchant's deposit pays `amount` of a locked recovery, and the budget gets it. Raises Overdrawn."""
    deposit = chart.deposit_of(recovery.merchant_id, recovery.currency)
    return _get_back(recovery, Deed.FROM_DEPOSIT, amount, deposit, at=at, by=by)


def _get_back(
    recovery: Recovery,
    deed: str,
    amount: int,
    out_of: AccountName,
    *,
    at: datetime,
    key: str = "",
    by: User | None = None,
) -> list[Transfer]:
    """Money that the platform holds for the merchant becomes the fund's."""
    if key and recovery.entries.filter(transfer=key).exists():
        return []
    key = key or next_key(recovery)
    budget, cash = chart.fund_budget(recovery.budget, recovery.currency), chart.client_cash(recovery.currency)
    moved = post(
        posting(key, out_of, receivable(recovery), amount=amount, kind=TransferKind.RECOVERY, at=at),
        posting(f"{key}:refill", budget, cash, amount=amount, kind=TransferKind.RECOVERY, at=at),
    )
    crash_point("compensation.recovery_is_taken")
    enter(recovery, [Entry(deed, amount, transfer=key, by=by)], at=at)
    return moved


@atomic
def receive_payment(*, recovery: Recovery, amount: int, because: str, by: User, at: datetime) -> Recovery:
    """The merchant paid by itself; money that comes after the write-off is taken in as well.

    `because` says where the payment is found (the bank's reference). Raises NotOpen, MoreThanIsOwed, ReasonMissing and
    ReasonTooLong.
    """
    found = lock(recovery)
    reference = stated(because)
    late = not found.open
    owed = found.written_off if late else found.open
    if not owed:
        raise NotOpen
    if not 0 < amount <= owed:
        raise MoreThanIsOwed(owed=owed, currency=found.currency)
    key = next_key(found)
    credit = chart.write_off(found.currency) if late else receivable(found)
    budget = chart.fund_budget(found.budget, found.currency)
    post(posting(key, budget, credit, amount=amount, kind=TransferKind.RECOVERY, at=at))
    deed = Deed.CAME_LATE if late else Deed.PAID
    entry = Entry(deed, amount, transfer=key, by=by, because=reference)
    enter(found, [entry], at=at, less={"written_off": amount} if late else {})
    tell_merchant(found, "recovery_paid", at=at, amount=amount)
    crash_point("compensation.before_payment_is_committed")
    return found
