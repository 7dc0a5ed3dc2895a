"""Start a payout: set its money aside, or, where it arrives at once, move it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from django.db import connection
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.compiled import columns_of, insertion
from common.crash_points import crash_point
from common.errors import Refusal
from common.transactions import atomic
from common.wakeups import wake
from ledger.actions import Posting, post, reserve
from ledger.chart import payable_to
from ledger.models import TransferKind
from payouts.gateways.registry import find_gateway
from payouts.models import Payout, Status


class PayoutKeyReused(Refusal):
    """The key was used before, to pay something else."""

    code = "payout_key_reused"
    message = _("The key %(key)s already stands for another payout.")


@dataclass(frozen=True, kw_only=True, slots=True)
class Start:
    """A payout to be started: `amount` minor units, out of what is payable to the payee, over the gateway.

    `funding` are the postings that make it payable; they are written together with the payout's own.
    """

    key: str
    payee: User
    amount: int
    currency: str
    gateway: str
    at: datetime
    funding: Sequence[Posting] = ()
    replaces: Payout | None = None


@atomic
def start(
    *,
    key: str,
    payee: User,
    amount: int,
    currency: str,
    gateway: str,
    at: datetime,
    funding: Sequence[Posting] = (),
    replaces: Payout | None = None,
) -> Payout:
    """Pay `amount` minor units out of what is payable to the payee, over the gateway.

    `funding` are the postings that make it payable; they are written together with the payout's own. Through the
    wallet the money is there when this transaction commits, otherwise it is set aside and `send_next` takes over.
    With a key that was used before nothing is written and the first payout comes back.
    Raises PayoutKeyReused, UnknownGateway, and what `ledger.actions.post` raises.
    """
    wanted = Start(
        key=key,
        payee=payee,
        amount=amount,
        currency=currency,
        gateway=gateway,
        at=at,
        funding=funding,
        replaces=replaces,
    )
    return start_all([wanted])[0]


@atomic
def start_all(wanted: Sequence[Start]) -> list[Payout]:
    """`start` for many payouts, all or none: two statements for any number that arrives at once, in the order given."""
    if not wanted:
        return []
    payouts = [_payout(one) for one in wanted]
    numbers = _insert(payouts)
    crash_point("payouts.rows_are_written")
    started = [_started(payout, numbers.get(payout.key)) for payout in payouts]
    fresh = [(one, payout) for one, payout in zip(wanted, payouts, strict=True) if payout.key in numbers]
    post(*(posting for one, payout in fresh for posting in _postings(one, payout)))
    for _one, payout in fresh:
        if payout.status == Status.RESERVED:
            _set_aside(payout)
    return started


def _payout(wanted: Start) -> Payout:
    """The row to be written. Raises UnknownGateway."""
    at_once = find_gateway(wanted.gateway).settles_at_once
    return Payout(
        key=wanted.key,
        payee=wanted.payee,
        amount=wanted.amount,
        currency=wanted.currency,
        gateway=wanted.gateway,
        provider_key=uuid4(),
        status=Status.SETTLED if at_once else Status.RESERVED,
        created_at=wanted.at,
        next_at=None if at_once else wanted.at,
        ended_at=wanted.at if at_once else None,
        replaces=wanted.replaces,
    )


# The rows and their history in one statement; of several callers with one key, the first writes them.
WITH_HISTORY = """
WITH payout AS (
    {insertion}
    ON CONFLICT (key) DO NOTHING
    RETURNING id, key, status, created_at
), history AS (
    INSERT INTO payouts_move (payout_id, was, became, at, because)
    SELECT payout.id, move.was, move.became, payout.created_at, ''
    FROM payout, (VALUES (1, '', 'reserved'), (2, 'reserved', 'settled')) AS move (step, was, became)
    WHERE move.became = 'reserved' OR payout.status = move.became
    ORDER BY payout.id, move.step
)
SELECT key, id FROM payout
"""


def _insert(payouts: Sequence[Payout]) -> dict[str, int]:
    """The ids of those that are new, by key."""
    with connection.cursor() as cursor:
        cursor.execute(WITH_HISTORY.format(insertion=insertion(Payout)), columns_of(payouts))
        return dict(cursor.fetchall())


def _started(payout: Payout, number: int | None) -> Payout:
    """The payout with its id, or the first one of its key. Raises PayoutKeyReused."""
    if number is None:
        return _started_before(payout)
    payout.pk = number
    payout._state.adding = False
    return payout


def _started_before(payout: Payout) -> Payout:
    first = Payout.objects.get(key=payout.key)
    if any(getattr(first, name) != getattr(payout, name) for name in ("payee_id", "amount", "currency", "gateway")):
        raise PayoutKeyReused(key=payout.key)
    return first


def _postings(wanted: Start, payout: Payout) -> Sequence[Posting]:
    """What makes it payable and, where it arrives at once, its own transfer beside its hold."""
    if payout.status == Status.RESERVED:
        return wanted.funding
    paid = Posting(
        key=payout.hold_key,
        debit=payable_to(payout.payee_id, payout.currency),
        credit=find_gateway(payout.gateway).destination(payout),
        amount=payout.amount,
        kind=TransferKind.PAYOUT,
        happened_at=payout.created_at,
        held=True,
    )
    return [*wanted.funding, paid]


def _set_aside(payout: Payout) -> None:
    """Hold the money until the gateway took it, and let a worker look at once."""
    reserve(
        key=payout.hold_key,
        debit=payable_to(payout.payee_id, payout.currency),
        credit=find_gateway(payout.gateway).destination(payout),
        amount=payout.amount,
        kind=TransferKind.PAYOUT,
        at=payout.created_at,
    )
    wake("payouts.tasks.send_due_payouts")
