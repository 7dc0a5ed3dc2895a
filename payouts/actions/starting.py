"""Start a payout: set its money aside, or, where it arrives at once, move it."""

from collections.abc import Sequence
from datetime import datetime
from uuid import uuid4

from django.db import connection
from django.utils.translation import gettext_lazy as _

from accounts.models import User
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
    way = find_gateway(gateway)
    payout = _insert(
        Payout(
            key=key,
            payee=payee,
            amount=amount,
            currency=currency,
            gateway=gateway,
            provider_key=uuid4(),
            status=Status.SETTLED if way.settles_at_once else Status.RESERVED,
            created_at=at,
            next_at=None if way.settles_at_once else at,
            ended_at=at if way.settles_at_once else None,
            replaces=replaces,
        )
    )
    if payout is None:
        return _started_before(key=key, payee=payee, amount=amount, currency=currency, gateway=gateway)
    source, target = payable_to(payout.payee_id, currency), way.destination(payout)
    if way.settles_at_once:
        post(
            *funding,
            Posting(
                key=payout.hold_key,
                debit=source,
                credit=target,
                amount=amount,
                kind=TransferKind.PAYOUT,
                happened_at=at,
                held=True,
            ),
        )
    else:
        post(*funding)
        reserve(key=payout.hold_key, debit=source, credit=target, amount=amount, kind=TransferKind.PAYOUT, at=at)
        wake("payouts.tasks.send_due_payouts")
    return payout


# The row and its history in one statement; of several callers with one key, the first writes them.
INSERT = """
WITH payout AS (
    INSERT INTO payouts_payout (
        key, payee_id, amount, currency, gateway, provider_key, provider_reference, status, attempts_made,
        next_at, created_at, ended_at, failure, replaces_id
    )
    VALUES (%s, %s, %s, %s, %s, %s, '', %s, 0, %s, %s, %s, '', %s)
    ON CONFLICT (key) DO NOTHING
    RETURNING id, status, created_at
), history AS (
    INSERT INTO payouts_move (payout_id, was, became, at, because)
    SELECT payout.id, move.was, move.became, payout.created_at, ''
    FROM payout, (VALUES ('', 'reserved'), ('reserved', 'settled')) AS move (was, became)
    WHERE move.became = 'reserved' OR payout.status = move.became
)
SELECT id FROM payout
"""


def _insert(payout: Payout) -> Payout | None:
    """The row with its id, or None when there is one of that key already."""
    values = [
        *(payout.key, payout.payee_id, payout.amount, payout.currency, payout.gateway, payout.provider_key),
        *(str(payout.status), payout.next_at, payout.created_at, payout.ended_at, payout.replaces_id),
    ]
    with connection.cursor() as cursor:
        cursor.execute(INSERT, values)
        written = cursor.fetchone()
    if written is None:
        return None
    (payout.pk,) = written
    payout._state.adding = False
    return payout


def _started_before(*, key: str, payee: User, amount: int, currency: str, gateway: str) -> Payout:
    first = Payout.objects.get(key=key)
    wanted = (payee.pk, amount, currency, gateway)
    if (first.payee_id, first.amount, first.currency, first.gateway) != wanted:
        raise PayoutKeyReused(key=key)
    return first
