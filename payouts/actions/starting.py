"""Start a payout: set its money aside, or, where it arrives at once, move it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.crash_points import crash_point
from common.errors import Refusal
from common.states import move_to
from common.transactions import atomic
from common.wakeups import wake
from ledger.actions import Posting, book, hold_still, post_hold, reserve_all
from ledger.chart import payable_to
from ledger.models import TransferKind
from payouts.actions.budgeting import count_draws
from payouts.actions.judging import hold_back_if_conspicuous
from payouts.actions.screening import Written, write
from payouts.gateways.registry import find_gateway
from payouts.models import Payout, Status


class PayoutKeyReused(Refusal):
    """The key was used before, to pay something else."""

    code = "payout_key_reused"
    message = _("The key %(key)s already stands for another payout.")


@dataclass(frozen=True, kw_only=True, slots=True)
class Start:
    """A payout to be started: `amount` minor units, out of what is payable to the payee, over the gateway.

    `funding` are the postings that make it payable; they are written together with the payout's own. `made_by` is who
    awarded the sum (None: a rule or a deadline did): if it has to be approved, somebody else has to do so.
    `payment_reference` is how the gateway's provider names the payment that the money goes back along.
    """

    key: str
    payee: User
    amount: int
    currency: str
    gateway: str
    at: datetime
    funding: Sequence[Posting] = ()
    replaces: Payout | None = None
    made_by: User | None = None
    payment_reference: str = ""


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
    made_by: User | None = None,
    payment_reference: str = "",
) -> Payout:
    """Pay `amount` minor units out of what is payable to the payee, over the gateway.

    `funding` are the postings that make it payable; they are written together with the payout's own. Through the
    wallet the money is there when this transaction commits, otherwise it is set aside and `send_next` takes over; so it
    is while the gateway is stopped, and where a second person has to look first (payouts.rules).
    With a key that was used before nothing is written and the first payout comes back.
    Raises PayoutKeyReused, UnknownGateway, what the gateway can never pay, and what `ledger.actions.post` raises.
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
        made_by=made_by,
        payment_reference=payment_reference,
    )
    return start_all([wanted])[0]


@atomic
def start_all(wanted: Sequence[Start]) -> list[Payout]:
    """`start` for many payouts, all or none: two statements for any number that arrives at once, in the order given."""
    if not wanted:
        return []
    payouts = [_payout(one) for one in wanted]
    written = write(payouts)
    started = [_started(payout, written.get(payout.key)) for payout in payouts]
    crash_point("payouts.rows_are_written")
    fresh = [(one, payout) for one, payout in zip(wanted, payouts, strict=True) if payout.key in written]
    set_aside = [_leaving(payout) for _one, payout in fresh if payout.status == Status.RESERVED]
    postings = [posting for one, payout in fresh for posting in _postings(one, payout)]
    if set_aside:  # booked first, then reserved: two steps
        hold_still(name for posting in (*postings, *set_aside) for name in (posting.debit, posting.credit))
    book(*postings)
    count_draws(posting for one, _ in fresh for posting in one.funding)
    reserve_all(*set_aside)
    numbers = [payout.pk for _one, payout in fresh]
    for position, (one, payout) in enumerate(fresh, start=1):
        if payout.status == Status.RESERVED:
            _look_closer(one, payout, written[payout.key], after=numbers[position:])
    return started


def _payout(wanted: Start) -> Payout:
    """The row to be written. Raises UnknownGateway, and what the gateway can never pay."""
    way = find_gateway(wanted.gateway)
    at_once = way.settles_at_once
    payout = Payout.new(
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
        payment_reference=wanted.payment_reference,
    )
    way.check(payout)
    return payout


def _started(payout: Payout, written: Written | None) -> Payout:
    """The payout as it was written, or the first one of its key. Raises PayoutKeyReused."""
    if written is None:
        return started_before(payout)
    payout.pk = written.id
    payout._state.adding = False
    if payout.status != written.status:
        payout.status, payout.next_at, payout.ended_at = written.status, payout.created_at, None
    return payout


def started_before(payout: Payout) -> Payout:
    """The first payout of this key. Raises PayoutKeyReused when it is another one, or one that waits for the fund."""
    first = Payout.objects.filter(key=payout.key).first()
    if first is None or any(getattr(first, name) != getattr(payout, name) for name in MEANT):
        raise PayoutKeyReused(key=payout.key)
    return first


# What the key of a payout stands for.
MEANT = ("payee_id", "amount", "currency", "gateway")


def _postings(wanted: Start, payout: Payout) -> Sequence[Posting]:
    """What makes it payable and, where it arrives at once, its own transfer beside its hold."""
    if payout.status == Status.RESERVED:
        return wanted.funding
    return [*wanted.funding, _leaving(payout, held=True)]


def _leaving(payout: Payout, *, held: bool = False) -> Posting:
    """The payout's own transfer: set aside until the gateway took it or, where it arrives at once, beside its hold."""
    return Posting(
        key=payout.hold_key,
        debit=payable_to(payout.payee_id, payout.currency),
        credit=find_gateway(payout.gateway).destination(payout),
        amount=payout.amount,
        kind=TransferKind.PAYOUT,
        happened_at=payout.created_at,
        held=held,
    )


def _look_closer(wanted: Start, payout: Payout, written: Written, *, after: Sequence[int]) -> None:
    """What is conspicuous waits for a person, what is stopped for the stop's end; the rest goes on its way at once."""
    if written.judged and hold_back_if_conspicuous(payout, made_by=wanted.made_by, funding=wanted.funding, after=after):
        return
    if find_gateway(payout.gateway).settles_at_once and not written.stopped:
        settle_in_the_books(payout, at=payout.created_at)
    else:
        wake("payouts.tasks.send_due_payouts")


def settle_in_the_books(payout: Payout, *, at: datetime) -> None:
    """The money of a wallet payout that had to wait arrives: it moves within our own books."""
    post_hold(key=payout.hold_key, at=at)
    move_to(payout, Status.SETTLED, at=at, next_at=None, ended_at=at)
