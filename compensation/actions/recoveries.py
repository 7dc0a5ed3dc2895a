"""What a merchant owes the fund: written down with its cause, got back, given up, and undone when the merchant wins.

Each verb works on recoveries it holds under their row locks, moves the money and writes the entry in one transaction.
Amounts are minor units. Nothing here ever touches the consumer.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any, ClassVar

from django.db.models import QuerySet, Sum
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Merchant, User
from common.crash_points import crash_point
from common.errors import Refusal
from common.formats import money_text
from common.states import move_to
from common.transactions import atomic
from compensation.actions.postings import posting
from compensation.fund_notices import tell_finance, tell_merchant
from compensation.fund_terms import RecoveryTerms
from compensation.models import COLUMNS, Invoice, Recovery, RecoveryEntry, Relief
from ledger import chart
from ledger.actions import Posting, post
from ledger.chart import AccountName
from ledger.models import Transfer, TransferKind
from orders.models import Line
from payouts.statements import reason as stated
from policies.in_force import in_force, terms_of
from refunds.actions import SPECIAL_BUDGET

Deed = RecoveryEntry.Deed
Status = Recovery.Status


class NothingToRecover(Refusal):
    """The merchant owes the fund less than this."""

    code = "nothing_to_recover"
    message = _("The merchant owes the fund less than this.")


class NotOpen(Refusal):
    """What has ended cannot be disputed, waived or paid."""

    code = "recovery_not_open"
    message = _("Nothing of this is open any more.")


class NotDisputed(Refusal):
    code = "recovery_not_disputed"
    message = _("The merchant does not dispute this.")


class MoreThanIsOwed(Refusal):
    """`owed` is what is open in minor units of `currency`."""

    code = "more_than_is_owed"
    message: ClassVar[Promise] = _("This is more than the merchant owes: %(owed)s.")
    field = "amount"
    http_status = HTTPStatus.BAD_REQUEST

    def sentence(self) -> str:
        return str(self.message) % {"owed": money_text(int(str(self.values["owed"])), str(self.values["currency"]))}


class AlreadyProposed(Refusal):
    code = "already_proposed"
    message = _("Somebody has proposed this already: a second person has to answer first.")


class NothingProposed(Refusal):
    code = "nothing_proposed"
    message = _("Nobody has proposed to give this up.")


class SecondPersonNeeded(Refusal):
    """Maker is not checker."""

    code = "second_person_needed"
    message = _("You proposed this yourself: somebody else has to agree.")


# --- charged -----------------------------------------------------------------------------------------


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


# --- got back ----------------------------------------------------------------------------------------


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
    key = key or _next_key(recovery)
    budget, cash = chart.fund_budget(recovery.budget, recovery.currency), chart.client_cash(recovery.currency)
    moved = post(
        posting(key, out_of, _receivable(recovery), amount=amount, kind=TransferKind.RECOVERY, at=at),
        posting(f"{key}:refill", budget, cash, amount=amount, kind=TransferKind.RECOVERY, at=at),
    )
    crash_point("compensation.recovery_is_taken")
    _enter(recovery, [_Entry(deed, amount, transfer=key, by=by)], at=at)
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
    key = _next_key(found)
    credit = chart.write_off(found.currency) if late else _receivable(found)
    budget = chart.fund_budget(found.budget, found.currency)
    post(posting(key, budget, credit, amount=amount, kind=TransferKind.RECOVERY, at=at))
    deed = Deed.CAME_LATE if late else Deed.PAID
    entry = _Entry(deed, amount, transfer=key, by=by, because=reference)
    _enter(found, [entry], at=at, less={"written_off": amount} if late else {})
    tell_merchant(found, "recovery_paid", at=at, amount=amount)
    crash_point("compensation.before_payment_is_committed")
    return found


# --- given up ----------------------------------------------------------------------------------------


def write_off(recovery: Recovery, *, at: datetime, by: User | None = None, because: str = "") -> None:
    """What is open of a locked recovery is given up; if it comes after all it is taken in (`receive_payment`)."""
    cost = chart.write_off(recovery.currency)
    said = _Entry(Deed.WRITTEN_OFF, by=by, because=because)
    _give_up(recovery, said, cost, kind=TransferKind.WRITE_OFF, at=at)


def _waive(recovery: Recovery, *, at: datetime, by: User, because: str) -> None:
    """The merchant does not have to pay what is open; the platform bears it."""
    cost = chart.compensation_expense(recovery.currency)
    said = _Entry(Deed.WAIVED, by=by, because=because)
    _give_up(recovery, said, cost, kind=TransferKind.EXPENSE, at=at)
    tell_merchant(recovery, "recovery_waived", at=at)


def _give_up(recovery: Recovery, said: "_Entry", cost: AccountName, *, kind: TransferKind, at: datetime) -> None:
    key, amount = _next_key(recovery), recovery.open
    post(posting(key, cost, _receivable(recovery), amount=amount, kind=kind, at=at))
    _enter(recovery, [replace(said, amount=amount, transfer=key)], at=at)


@atomic
def propose_relief(*, recovery: Recovery, kind: str, because: str, by: User, at: datetime) -> Relief:
    """Propose to waive or to write off what is open. Raises NotOpen, AlreadyProposed, ReasonMissing, ReasonTooLong."""
    found = lock(recovery)
    if not found.open:
        raise NotOpen
    if Relief.objects.filter(recovery=found, answered_at__isnull=True).exists():
        raise AlreadyProposed
    return Relief.objects.create(
        recovery=found, kind=Relief.Kind(kind), because=stated(because), proposed_by=by, proposed_at=at
    )


@atomic
def answer_relief(*, recovery: Recovery, agreed: bool, by: User, at: datetime) -> Recovery:
    """A second person agrees, and it is given up; or anybody turns it down, and it is owed as before.

    Raises NothingProposed, SecondPersonNeeded and NotOpen.
    """
    found = lock(recovery)
    proposed = Relief.objects.filter(recovery=found, answered_at__isnull=True).first()
    if proposed is None:
        raise NothingProposed
    if agreed and proposed.proposed_by_id == by.pk:
        raise SecondPersonNeeded
    Relief.objects.filter(pk=proposed.pk).update(answered_by=by, answered_at=at, agreed=agreed)
    if agreed:
        if not found.open:
            raise NotOpen
        give_up = _waive if proposed.kind == Relief.Kind.WAIVE else write_off
        give_up(found, at=at, by=by, because=proposed.because)
    crash_point("compensation.before_relief_is_committed")
    return found


# --- disputed ----------------------------------------------------------------------------------------


@atomic
def dispute_recovery(*, recovery: Recovery, statement: str, by: User, at: datetime) -> Recovery:
    """The merchant says that it does not owe this: nothing is set off or invoiced until finance has looked at it.

    Finance is told now, and reminded while nobody looks (`pursue_recoveries`). Raises NotOpen, also for what is
    disputed already, ReasonMissing and ReasonTooLong.
    """
    found = lock(recovery)
    if found.status not in (Status.OPEN, Status.INVOICED):
        raise NotOpen
    history = _history(_Entry(Deed.DISPUTED, by=by, because=stated(statement)))
    move_to(found, Status.DISPUTED, at=at, history=history, due_at=reminded_at(found, at))
    tell_finance(found, "recovery_disputed", at=at)
    return found


def reminded_at(recovery: Recovery, at: datetime) -> datetime:
    """When finance is reminded of what is disputed now; without terms a day later."""
    terms = recovery_terms(recovery, at)
    return at + timedelta(days=terms.dispute_days if terms else 1)


def recovery_terms(recovery: Recovery, now: datetime) -> RecoveryTerms | None:
    """Those in force when the merchant came to owe it, or the first there were afterwards."""
    for at in (recovery.charged_at, now):
        if version := in_force(["recovery"], at=at).get("recovery"):
            terms: RecoveryTerms = terms_of(version)
            return terms
    return None


@atomic
def uphold_recovery(*, recovery: Recovery, because: str, by: User, at: datetime) -> Recovery:
    """Finance looked at it, and it is owed: it goes on where it was. To give in, propose a relief.

    Raises NotDisputed, ReasonMissing and ReasonTooLong.
    """
    found = lock(recovery)
    if found.status != Status.DISPUTED:
        raise NotDisputed
    back = Status.INVOICED if Invoice.objects.filter(recovery=found).exists() else Status.OPEN
    why = stated(because)
    move_to(found, back, at=at, history=_history(_Entry(Deed.UPHELD, by=by, because=why)), due_at=at)
    tell_merchant(found, "recovery_upheld", at=at, reason=why)
    return found


# --- undone ------------------------------------------------------------------------------------------


@atomic
def undo_recoveries(*, claim: str, amount: int, by: User | None = None, at: datetime) -> int:
    """The merchant won: `amount` of what it came to owe for a claim is undone, at whatever stage; how much was.

    What is open is owed no longer. What was given up is mirrored next, so that the merchant gets nothing back while it
    bears less than it was found liable for; then what was got back, the last entry first, to where it came from (what
    was paid by invoice goes to the settlement). The platform bears it, and the consumer keeps what they have.
    """
    left = amount
    for recovery in reversed(locked(Recovery.objects.filter(claim=claim).exclude(status=Status.UNDONE))):
        if part := min(left, recovery.amount - recovery.undone):
            _undo(recovery, part, by=by, at=at)
            left -= part
    return amount - left


def forgive(*, key: str, merchant: Merchant, amount: int, currency: str, at: datetime) -> Transfer:
    """The merchant owes `amount` of what is open no longer, the newest first, and the platform bears it.

    Raises NothingToRecover above what it owes.
    """
    with atomic():
        owed = locked(Recovery.objects.live().filter(merchant=merchant, currency=currency))
        if sum(recovery.open for recovery in owed) < amount:
            raise NothingToRecover
        cost, receivable = chart.compensation_expense(currency), chart.receivable_from(merchant.pk, currency)
        (moved,) = post(posting(key, cost, receivable, amount=amount, kind=TransferKind.EXPENSE, at=at))
        left = amount
        for recovery in reversed(owed):
            if part := min(left, recovery.open):
                _enter(recovery, [_Entry(Deed.UNDONE, part, transfer=key)], at=at)
                left -= part
        return moved


def _undo(recovery: Recovery, amount: int, *, by: User | None, at: datetime) -> None:
    """Mirrors of what was got back, as far as it is not open, and then one entry for all that the platform bears."""
    key = _next_key(recovery)
    postings, entries, less = list[Posting](), list[_Entry](), dict[str, int]()
    to_mirror = _to_mirror(recovery, amount - min(amount, recovery.open))
    for number, (done, part) in enumerate(to_mirror):
        mirror = _mirror(recovery, done, part, key=f"{key}:{number}", at=at)
        postings.append(mirror)
        entries.append(_Entry(Deed.TAKEN_BACK, part, transfer=mirror.key, by=by, mirrors=done))
        less[COLUMNS[done.deed]] = less.get(COLUMNS[done.deed], 0) + part
    cost = chart.compensation_expense(recovery.currency)
    postings.append(posting(key, cost, _receivable(recovery), amount=amount, kind=TransferKind.EXPENSE, at=at))
    post(*postings, *_put_in(recovery, entries, key=key, at=at))
    crash_point("compensation.recovery_is_undone")
    _enter(recovery, [*entries, _Entry(Deed.UNDONE, amount, transfer=key, by=by)], at=at, less=less)
    tell_merchant(recovery, "recovery_undone", at=at, amount=amount)


def _to_mirror(recovery: Recovery, amount: int) -> Iterator[tuple[RecoveryEntry, int]]:
    """The entries to take back, each with how much of it: first what was given up, then what was got back.

    The last goes first among each.
    """
    left = {column: getattr(recovery, column) for column in set(COLUMNS.values()) - {"undone"}}
    done = recovery.entries.filter(deed__in=[deed for deed in COLUMNS if deed != Deed.UNDONE])
    latest_first = done.annotate(taken_back=Sum("mirrored_by__amount")).order_by("-id")
    for entry in sorted(latest_first, key=lambda entry: entry.deed not in GIVEN_UP):
        column = COLUMNS[entry.deed]
        part = min(amount, entry.amount - (entry.taken_back or 0), left[column])
        if part > 0:
            left[column] -= part
            amount -= part
            yield entry, part


def _mirror(recovery: Recovery, done: RecoveryEntry, part: int, *, key: str, at: datetime) -> Posting:
    """The entry the other way round; the transfer that is mirrored as a whole is named."""
    back_to = {
        Deed.SET_OFF: chart.settlement_of(recovery.merchant_id, recovery.currency),
        Deed.FROM_DEPOSIT: chart.deposit_of(recovery.merchant_id, recovery.currency),
        Deed.PAID: chart.settlement_of(recovery.merchant_id, recovery.currency),
        Deed.CAME_LATE: chart.settlement_of(recovery.merchant_id, recovery.currency),
        Deed.WAIVED: chart.compensation_expense(recovery.currency),
        Deed.WRITTEN_OFF: chart.write_off(recovery.currency),
    }[Deed(done.deed)]
    whole = None
    if done.deed not in BY_INVOICE:
        whole = Transfer.objects.filter(key=done.transfer, amount=part, reversals__isnull=True).first()
    kind = TransferKind.REVERSAL if whole else TransferKind.RECOVERY
    return Posting(
        key=key,
        debit=_receivable(recovery),
        credit=back_to,
        amount=part,
        kind=kind,
        happened_at=at,
        reverses=whole.pk if whole else None,
    )


BY_INVOICE = (Deed.PAID, Deed.CAME_LATE)
GIVEN_UP = (Deed.WAIVED, Deed.WRITTEN_OFF)


def _put_in(recovery: Recovery, entries: Iterable["_Entry"], *, key: str, at: datetime) -> list[Posting]:
    """What goes back to the merchant the platform puts in: the fund keeps what came back to it, and is not drawn on."""
    back = sum(entry.amount for entry in entries if entry.mirrors and entry.mirrors.deed not in GIVEN_UP)
    if not back:
        return []
    cash, capital = chart.client_cash(recovery.currency), chart.owner_capital(recovery.currency)
    return [posting(f"{key}:cash", cash, capital, amount=back, kind=TransferKind.FUNDING, at=at)]


# --- entries -----------------------------------------------------------------------------------------


def lock(recovery: Recovery) -> Recovery:
    """The recovery as it is now, nobody else's to change until the transaction ends."""
    return locked(Recovery.objects.filter(pk=recovery.pk))[0]


def locked(rows: QuerySet[Recovery]) -> list[Recovery]:
    """These recoveries, the oldest first, everybody in one order."""
    found = rows.select_related("merchant", "line").order_by("id")
    return list(found.select_for_update(of=("self",), no_key=True))


@dataclass(frozen=True, slots=True)
class _Entry:
    """An entry to be written."""

    deed: str
    amount: int = 0
    transfer: str = ""
    by: User | None = None
    because: str = ""
    mirrors: RecoveryEntry | None = None


def _history(entry: _Entry) -> dict[str, Any]:
    return {name: getattr(entry, name) for name in _Entry.__slots__}


def _enter(
    recovery: Recovery, entries: Sequence[_Entry], *, at: datetime, less: Mapping[str, int] | None = None
) -> None:
    """Write the entries, raise the parts they add to and lower those in `less`; what has nothing open ends."""
    parts = {column: -amount for column, amount in (less or {}).items()}
    for entry in entries:
        if column := COLUMNS.get(entry.deed):
            parts[column] = parts.get(column, 0) + entry.amount
    changes: dict[str, Any] = {column: getattr(recovery, column) + amount for column, amount in parts.items()}
    for column, amount in changes.items():
        setattr(recovery, column, amount)
    *before, last = entries
    was, status = recovery.status, _status_of(recovery)
    for entry in before:
        recovery.write_history(was=was, at=at, history=_history(entry))
    if status == was:
        Recovery.objects.filter(pk=recovery.pk).update(**changes)
        recovery.write_history(was=was, at=at, history=_history(last))
    else:
        ended = {} if recovery.open else {"ended_at": at, "due_at": None}
        move_to(recovery, status, at=at, history=_history(last), **changes, **ended)


def _status_of(recovery: Recovery) -> str:
    """As long as something is open the status stands; then the last resort that was needed names the end."""
    if recovery.open:
        return str(recovery.status)
    if recovery.undone == recovery.amount:
        return Status.UNDONE
    if recovery.written_off:
        return Status.WRITTEN_OFF
    if recovery.waived:
        return Status.WAIVED
    return Status.PAID if recovery.paid else Status.SET_OFF


def _receivable(recovery: Recovery) -> AccountName:
    return chart.receivable_from(recovery.merchant_id, recovery.currency)


def _next_key(recovery: Recovery) -> str:
    """The key in the books of what is done next; the row's lock keeps it from being taken twice."""
    return f"recovery:{recovery.pk}:{recovery.entries.count() + 1}"
