"""Move money, set it aside, take it back. `post()` is the only way to move a cent.

Amounts are minor units of the accounts' currency. Every verb is safe to repeat under its key, also when two callers
do so at once: the first one counts, and the others get what it wrote.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, IntegrityError, connection
from django.utils.translation import gettext_lazy as _

from common.arrays import array_of
from common.constraints import broken_constraint
from common.crash_points import crash_point
from common.errors import Refusal
from common.transactions import atomic
from ledger.chart import AccountName, name_of
from ledger.models import (
    DEBIT_NORMAL,
    HOT,
    NEVER_NEGATIVE,
    Account,
    Hold,
    HotBalance,
    KeptBalance,
    Transfer,
    TransferKind,
)


class Overdrawn(Refusal):
    """An account would fall below its floor."""

    code = "overdrawn"
    message = _("There is not enough money in the account for this.")


class KeyReused(Refusal):
    """The key was used before, for something else."""

    code = "key_reused"
    message = _("The key %(key)s already stands for another movement of money.")


class AlreadyReversed(Refusal):
    """A transfer is reversed at most once."""

    code = "already_reversed"
    message = _("This transfer has already been reversed.")


class NotHeldOnHotAccounts(Refusal):
    """Money of a hot account is drawn, or not; it is never set aside."""

    code = "not_held_on_hot_accounts"
    message = _("Money of this account cannot be set aside, it can only be drawn.")


class HoldEnded(Refusal):
    """A hold is posted or released, once."""

    code = "hold_ended"
    message = _("The money set aside under %(key)s was already %(status)s.")


# What the database refuses, by the name of the constraint that does.
REFUSALS: dict[str, type[Refusal]] = {
    "balance_never_below_its_floor": Overdrawn,
    "transfer_is_reversed_at_most_once": AlreadyReversed,
    "hold_never_lowers_a_hot_account": NotHeldOnHotAccounts,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Posting:
    """A transfer to be written: `amount` minor units from the debit to the credit account.

    `key` names the cause. `held` writes a hold beside the transfer, for money that is set aside and arrives at once.
    """

    key: str
    debit: AccountName
    credit: AccountName
    amount: int
    kind: TransferKind
    happened_at: datetime
    reverses: int | None = None
    held: bool = False


@atomic
def post(*postings: Posting) -> list[Transfer]:
    """Write all the postings or none, in one statement, and return their transfers in the order given.

    Floors are checked against the net effect. A key that was used before, for the same accounts, amount and kind, is
    not posted again: its first transfer comes back. Raises KeyReused, Overdrawn and AlreadyReversed.
    """
    written, before = _post(postings, WRITTEN)
    transfers = {row[1]: Transfer.from_db(DEFAULT_DB_ALIAS, WRITTEN, row) for row in written} | before
    return [transfers[posting.key] for posting in postings]


@atomic
def book(*postings: Posting) -> None:
    """`post` for whoever has no use for the transfers: a batch of a thousand does not read them back."""
    _post(postings, ("key",))


Rows = list[tuple[Any, ...]]


def _post(postings: Sequence[Posting], columns: tuple[str, ...]) -> tuple[Rows, dict[str, Transfer]]:
    """These columns of the transfers that are new, and by key the transfers that were there before."""
    if not postings:
        return [], {}
    asked = _by_key(postings)
    crash_point("ledger.before_transfers")
    statement, values = _writing(asked.values(), columns)
    written = _write(statement, values)
    if not written:  # an account is used for the first time, or every key was used before
        _open({name for posting in postings for name in (posting.debit, posting.credit)})
        written = _write(statement, values)
    before: dict[str, Transfer] = {}
    if len(written) < len(asked):
        new = {row[columns.index("key")] for row in written}
        before = _written_before([asked[key] for key in asked.keys() - new])
    crash_point("ledger.after_transfers")
    return written, before


def _by_key(postings: Iterable[Posting]) -> dict[str, Posting]:
    asked: dict[str, Posting] = {}
    for posting in postings:
        first = asked.setdefault(posting.key, posting)
        if first is not posting and _content(first) != _content(posting):
            raise KeyReused(key=posting.key)
    return asked


def _content(posting: Posting) -> tuple[object, ...]:
    """What a key stands for. The moment is left out: a retry comes later and means the same."""
    return (posting.debit, posting.credit, posting.amount, posting.kind, posting.reverses)


# Rows go in by the order of their keys, so that two callers with the same keys wait for each other and not crosswise.
# While one of the accounts does not exist yet, nothing is written. Each is looked up in turn: in a join all were read.
WRITE = """
WITH posting AS MATERIALIZED (
    SELECT asked.*, (
        SELECT id FROM ledger_account account
        WHERE (account.kind, account.owner, account.currency) = (debit_kind, debit_owner, debit_currency)
    ) AS debit_id, (
        SELECT id FROM ledger_account account
        WHERE (account.kind, account.owner, account.currency) = (credit_kind, credit_owner, credit_currency)
    ) AS credit_id
    FROM {asked} AS asked (
        key, debit_kind, debit_owner, debit_currency, credit_kind, credit_owner, credit_currency,
        amount, kind, happened_at, reverses_id, held
    )
), written AS (
    INSERT INTO ledger_transfer (key, debit_id, credit_id, amount, kind, happened_at, reverses_id)
    SELECT key, debit_id, credit_id, amount, kind, happened_at, reverses_id FROM posting
    WHERE NOT EXISTS (SELECT FROM posting WHERE debit_id IS NULL OR credit_id IS NULL)
    ORDER BY key
    ON CONFLICT (key) DO NOTHING
    RETURNING *
)"""

HOLD_TOO = """, held AS (
    INSERT INTO ledger_hold (key, debit_id, credit_id, amount, kind, status, reserved_at, ended_at)
    SELECT key, debit_id, credit_id, amount, kind, 'posted', happened_at, happened_at FROM written
    WHERE key IN (SELECT key FROM posting WHERE held)
    ON CONFLICT (key) DO NOTHING
)"""

RETURN = " SELECT {columns} FROM written"

WRITTEN = ("id", "key", "debit_id", "credit_id", "amount", "kind", "happened_at", "recorded_at", "reverses_id")

KINDS = (*["text"] * 7, "bigint", "text", "timestamptz", "bigint", "boolean")

# Up to so many are written by a statement for that number: the planner knows it, and one plan serves for good.
FEW = 4


def _writing(postings: Collection[Posting], columns: tuple[str, ...]) -> tuple[str, list[Any]]:
    """The statement that writes them, with its parameters."""
    rows = [_row(posting) for posting in postings]
    few = len(rows) <= FEW
    statement = _statement(len(rows) if few else None, columns, held=any(posting.held for posting in postings))
    values = [value for row in rows for value in row] if few else list(map(array_of, zip(*rows, strict=True)))
    return statement, values


def _write(statement: str, values: Sequence[Any]) -> Rows:
    """The transfers that were written: those that are new, or none while an account is missing."""
    with _refusals(), connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


@cache
def _statement(number: int | None, columns: tuple[str, ...], *, held: bool) -> str:
    """The statement for that many postings, or, with an array for each column, for any number."""
    if number is None:
        asked = f"unnest({', '.join(f'%s::{kind}[]' for kind in KINDS)})"
    else:
        row = f"({', '.join(f'%s::{kind}' for kind in KINDS)})"
        asked = f"(VALUES {', '.join([row] * number)})"
    return WRITE.format(asked=asked) + (HOLD_TOO if held else "") + RETURN.format(columns=", ".join(columns))


def _row(posting: Posting) -> tuple[Any, ...]:
    debit, credit = posting.debit, posting.credit
    return (
        *(posting.key, debit.kind.value, debit.owner, debit.currency, credit.kind.value, credit.owner, credit.currency),
        *(posting.amount, posting.kind.value, posting.happened_at, posting.reverses, posting.held),
    )


def _texts(name: AccountName) -> tuple[str, str, str]:
    return str(name.kind), name.owner, name.currency


def _written_before(postings: Iterable[Posting]) -> dict[str, Transfer]:
    """The first transfers of these keys. Raises KeyReused for one that moved something else."""
    keys = [posting.key for posting in postings]
    transfers = Transfer.objects.select_related("debit", "credit").in_bulk(keys, field_name="key")
    for posting in postings:
        first = transfers[posting.key]
        if _content(posting) != (
            *(name_of(first.debit), name_of(first.credit), first.amount, first.kind, first.reverses_id),
        ):
            raise KeyReused(key=posting.key)
    return transfers


@contextmanager
def _refusals() -> Iterator[None]:
    """Turn what the database refuses into the refusal of that name."""
    try:
        yield
    except IntegrityError as error:
        if refusal := REFUSALS.get(broken_constraint(error)):
            raise refusal from error
        raise


@atomic
def accounts(names: Iterable[AccountName]) -> dict[AccountName, int]:
    """The ids of the accounts, which are opened where they do not exist yet."""
    wanted = set(names)
    found = _found(wanted)
    if missing := wanted - found.keys():
        _open(missing)
        found |= _found(missing)
    return found


FIND = """
SELECT account.id, account.kind, account.owner, account.currency FROM ledger_account account
JOIN unnest(%s::text[], %s::text[], %s::text[]) AS wanted (kind, owner, currency)
    ON (account.kind, account.owner, account.currency) = (wanted.kind, wanted.owner, wanted.currency)
"""


def _found(names: Collection[AccountName]) -> dict[AccountName, int]:
    columns = [list(column) for column in zip(*map(_texts, names), strict=True)]
    return {name_of(account): account.pk for account in Account.objects.raw(FIND, columns)}


# Those that exist are passed over before they draw a number.
OPEN = """
INSERT INTO ledger_account (kind, owner, currency, normal, never_negative)
SELECT kind, owner, currency, normal, never_negative
FROM unnest(%s::text[], %s::text[], %s::text[], %s::smallint[], %s::boolean[])
    AS wanted (kind, owner, currency, normal, never_negative)
WHERE NOT EXISTS (
    SELECT FROM ledger_account account
    WHERE (account.kind, account.owner, account.currency) = (wanted.kind, wanted.owner, wanted.currency)
)
ORDER BY kind, owner, currency
ON CONFLICT (kind, owner, currency) DO NOTHING
"""


def _open(names: Iterable[AccountName]) -> None:
    """Open those of the accounts that do not exist yet, everybody in one order."""
    rows = [(*_texts(name), -1 if name.kind in DEBIT_NORMAL else 1, name.kind in NEVER_NEGATIVE) for name in names]
    with connection.cursor() as cursor:
        cursor.execute(OPEN, [array_of(column) for column in zip(*rows, strict=True)])


HOLD_STILL = """
SELECT FROM ledger_keptbalance balance
WHERE account_id = ANY(%s::bigint[])
ORDER BY account_id
FOR NO KEY UPDATE
"""


def hold_still(names: Iterable[AccountName]) -> None:
    """Let nobody else move these balances until this transaction ends.

    For who moves them in several steps: postings and holds lock what each of them touches in the order of the accounts'
    ids, so that they never deadlock; what is taken step by step has no such order unless all of it is taken first.
    """
    with connection.cursor() as cursor:
        cursor.execute(HOLD_STILL, [array_of(accounts(names).values())])


@atomic
def set_floor(*, account: AccountName, floor: int | None) -> None:
    """Let the account go down to `floor` minor units and no further (None: as far as it may).

    Raises Overdrawn when it already stands below.
    """
    number = accounts([account])[account]
    balances = HotBalance.objects if account.kind in HOT else KeptBalance.objects
    with _refusals():
        balances.filter(account=number).update(floor=floor)


@atomic
def reserve(
    *, key: str, debit: AccountName, credit: AccountName, amount: int, kind: TransferKind, at: datetime
) -> Hold:
    """Set money aside for a transfer to come. Raises KeyReused, Overdrawn and NotHeldOnHotAccounts."""
    return reserve_all(Posting(key=key, debit=debit, credit=credit, amount=amount, kind=kind, happened_at=at))[0]


@atomic
def reserve_all(*postings: Posting) -> list[Hold]:
    """`reserve` for what these postings would move, all or none, with the same statements for any number.

    Raises KeyReused, Overdrawn and NotHeldOnHotAccounts.
    """
    if not postings:
        return []
    numbers = accounts({name for posting in postings for name in (posting.debit, posting.credit)})
    holds = [_hold(posting, numbers) for posting in sorted(postings, key=lambda posting: posting.key)]
    with _refusals():
        Hold.objects.bulk_create(holds, ignore_conflicts=True)
    crash_point("ledger.money_is_set_aside")
    first = Hold.objects.in_bulk([hold.key for hold in holds], field_name="key")
    for hold in holds:
        if any(getattr(first[hold.key], name) != getattr(hold, name) for name in HELD):
            raise KeyReused(key=hold.key)
    return [first[posting.key] for posting in postings]


# What the key of a hold stands for.
HELD = ("debit_id", "credit_id", "amount", "kind")


def _hold(posting: Posting, numbers: dict[AccountName, int]) -> Hold:
    return Hold(
        key=posting.key,
        debit_id=numbers[posting.debit],
        credit_id=numbers[posting.credit],
        amount=posting.amount,
        kind=posting.kind,
        reserved_at=posting.happened_at,
    )


@atomic
def post_hold(*, key: str, at: datetime) -> Transfer:
    """Carry out what was set aside. Raises HoldEnded when it was released."""
    _end(key, Hold.Status.POSTED, at)
    crash_point("ledger.hold_is_posted")
    return Transfer.objects.get(key=key)


@atomic
def release_hold(*, key: str, at: datetime) -> Hold:
    """Give back what was set aside. Raises HoldEnded when it was posted."""
    hold = _end(key, Hold.Status.RELEASED, at)
    crash_point("ledger.hold_is_released")
    return hold


def _end(key: str, status: Hold.Status, at: datetime) -> Hold:
    Hold.objects.filter(key=key, status=Hold.Status.RESERVED).update(status=status, ended_at=at)
    hold = Hold.objects.get(key=key)
    if hold.status != status:
        raise HoldEnded(key=key, status=hold.get_status_display())
    return hold


@atomic
def reverse(*, transfer: Transfer, key: str, at: datetime) -> Transfer:
    """Undo a transfer by its mirror image, which names it. Raises AlreadyReversed and Overdrawn."""
    mirror = Posting(
        key=key,
        debit=name_of(transfer.credit),
        credit=name_of(transfer.debit),
        amount=transfer.amount,
        kind=TransferKind.REVERSAL,
        happened_at=at,
        reverses=transfer.pk,
    )
    return post(mirror)[0]


def gather_raises(*, at_least: int = 100) -> int:
    """Add up what hot accounts were raised by where it is `at_least` as many sums; how many there were.

    Balances stay what they are; they are only read with less work.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT ledger_gather_raises(%s)", [at_least])
        (gathered,) = cursor.fetchone()
    return int(gathered)
