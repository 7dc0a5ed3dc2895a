"""Resolve a break: somebody owns it, says what became of the money and why, and the books follow.

What a break left on the gateway's clearing account is posted to where the money really is, so that clearing returns to
zero. Above the limit for payouts a second person has to agree; what one person books so in a day is added up.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.crash_points import crash_point
from common.errors import Refusal
from common.states import move_to
from common.transactions import atomic
from ledger.actions import Posting, post
from ledger.chart import AccountName, clearing_at, client_cash, payable_to, write_off
from ledger.models import Transfer, TransferKind
from notices.actions import tell
from payouts.actions.judging import terms_in_force
from payouts.actions.reconciling import lock_lines_of
from payouts.actions.starting import start
from payouts.gateways.registry import WALLET
from payouts.models import Break, BreakKind, BreakMove, BreakStatus, Payout, Resolution, Status
from payouts.rules import DAY
from payouts.statements import reason as stated

KINDS = {
    Resolution.PUT_RIGHT: TransferKind.CLEARING,
    Resolution.BORNE: TransferKind.WRITE_OFF,
    Resolution.PAID_ANEW: TransferKind.CLEARING,
}


class BreakEnded(Refusal):
    """A break ends once."""

    code = "break_ended"
    message = _("This break has ended already. A new difference would be a new break.")


class NothingProposed(Refusal):
    """There is nothing to agree to or to turn down."""

    code = "nothing_proposed"
    message = _("Nobody has proposed how to resolve this break.")


class SecondPersonNeeded(Refusal):
    """Maker is not checker."""

    code = "second_person_needed"
    message = _("You proposed this yourself: somebody else has to agree.")


class ProposedAnew(Refusal):
    """Two people agree only to what both have seen."""

    code = "proposed_anew"
    message = _("What was proposed has changed since you looked at it. Look at it again.")


class NoSuchWay(Refusal):
    """The resolution does not fit the break."""

    code = "no_such_way"
    message = _("Only a payout that the provider never paid can be paid anew.")
    field = "resolution"


class StillOnItsWay(Refusal):
    """What a break costs is known when its payout has ended."""

    code = "still_on_its_way"
    message = _("The payout behind this break is still on its way. Wait until it is confirmed or called off.")


@atomic
def take_over_break(*, found: Break, by: User, at: datetime) -> None:
    """From now on this person looks after the break. Raises BreakEnded."""
    seen = _locked(found)
    if seen.owner_id != by.pk:
        Break.objects.filter(pk=seen.pk).update(owner=by)
        BreakMove.objects.create(settles=seen, was=seen.status, became=seen.status, at=at, by=by)


@atomic
def resolve_break(*, found: Break, resolution: str, reason: str, by: User, at: datetime) -> Break:
    """Say what became of the money and why; it is booked at once, or once a second person agrees to a large sum.

    Raises BreakEnded, NoSuchWay, StillOnItsWay, ReasonMissing and ReasonTooLong.
    """
    lock_lines_of(found.gateway)
    seen = _locked(found)
    way = Resolution(resolution)
    if way == Resolution.PAID_ANEW and seen.kind != BreakKind.MISSING_THERE:
        raise NoSuchWay
    effects = _left_on_clearing(seen)
    if seen.status == BreakStatus.PROPOSED:
        move_to(seen, BreakStatus.OPEN, at=at, history={"by": by}, proposed_by=None)
    because = stated(reason)
    said = {"owner": by, "resolution": way, "reason": because}
    if _needs_a_second_person(effects, by, at):
        move_to(seen, BreakStatus.PROPOSED, at=at, history={"by": by, "because": because}, proposed_by=by, **said)
    else:
        _end(seen, effects, by, at, because=because, **said)
    crash_point("payouts.before_break_is_resolved")
    return seen


@atomic
def agree_to_resolution(*, found: Break, proposal: int | None, by: User, at: datetime) -> Break:
    """The second person agrees to the `proposal` (`Break.proposal`) that they looked at.

    Raises BreakEnded, NothingProposed, SecondPersonNeeded and, where something else is proposed by now, ProposedAnew.
    """
    lock_lines_of(found.gateway)
    seen = _proposed(found)
    if seen.proposed_by_id == by.pk:
        raise SecondPersonNeeded
    if seen.proposal != proposal:
        raise ProposedAnew
    _end(seen, _left_on_clearing(seen), by, at, because="")
    crash_point("payouts.before_agreement_is_committed")
    return seen


@atomic
def turn_down_resolution(*, found: Break, by: User, reason: str, at: datetime) -> Break:
    """What was proposed is not done: the break is open again, and says so. Raises BreakEnded and NothingProposed."""
    seen = _proposed(found)
    history = {"by": by, "because": stated(reason)}
    move_to(seen, BreakStatus.OPEN, at=at, history=history, proposed_by=None, resolution="", reason="")
    return seen


def _locked(found: Break) -> Break:
    seen = Break.objects.select_for_update(no_key=True).get(pk=found.pk)
    if seen.is_final():
        raise BreakEnded
    return seen


def _proposed(found: Break) -> Break:
    seen = _locked(found)
    if seen.status != BreakStatus.PROPOSED:
        raise NothingProposed
    return seen


def _left_on_clearing(seen: Break) -> Mapping[str, int]:
    """What this break adds to the gateway's clearing account, by currency. Raises StillOnItsWay."""
    effects: Counter[str] = Counter()
    if seen.line:
        effects[seen.line.currency] -= seen.line.amount
    if seen.payout and (seen.line is None or seen.line.stands):
        if seen.payout.ended_at is None:
            raise StillOnItsWay
        if seen.payout.status == Status.SETTLED:
            effects[seen.payout.currency] += seen.payout.amount
    return {currency: amount for currency, amount in sorted(effects.items()) if amount}


def _needs_a_second_person(effects: Mapping[str, int], by: User, at: datetime) -> bool:
    """Large in a currency that it moves, alone or together with what the same person booked alone within a day."""
    alone = Break.objects.filter(resolved_by=by, proposed_by__isnull=True, ended_at__gt=at - DAY)
    numbers = list(alone.values_list("pk", flat=True))
    return any(_is_large(currency, abs(amount), numbers, at) for currency, amount in effects.items())


def _is_large(currency: str, amount: int, numbers: Sequence[int], at: datetime) -> bool:
    terms = terms_in_force(currency, at)
    booked = Transfer.objects.filter(key__in=[_transfer_key(number, currency) for number in numbers])
    done = booked.aggregate(total=Sum("amount"))["total"] or 0
    return terms is not None and amount + done > terms.large


def _end(seen: Break, effects: Mapping[str, int], by: User, at: datetime, *, because: str, **said: object) -> None:
    history = {"by": by, "because": because}
    move_to(seen, BreakStatus.RESOLVED, at=at, history=history, ended_at=at, resolved_by=by, **said)
    postings = [_posting(seen, currency, amount, at) for currency, amount in effects.items()]
    if seen.resolution == Resolution.PAID_ANEW and seen.payout:
        _pay_anew(seen, seen.payout, postings, at)
    else:
        post(*postings)


def _posting(seen: Break, currency: str, amount: int, at: datetime) -> Posting:
    """What lies on clearing goes to where the money is; what is missing there comes from where it was taken."""
    clearing, other = clearing_at(seen.gateway, currency), _where_it_is(seen, currency)
    debit, credit = (clearing, other) if amount > 0 else (other, clearing)
    return Posting(
        key=_transfer_key(seen.pk, currency),
        debit=debit,
        credit=credit,
        amount=abs(amount),
        kind=KINDS[Resolution(seen.resolution)],
        happened_at=at,
    )


def _transfer_key(number: int, currency: str) -> str:
    return f"break:{number}:{currency}"


def _where_it_is(seen: Break, currency: str) -> AccountName:
    match seen.resolution:
        case Resolution.PAID_ANEW if seen.payout:
            return payable_to(seen.payout.payee_id, currency)
        case Resolution.BORNE:
            return write_off(currency)
        case _:
            return client_cash(currency)


def _pay_anew(seen: Break, payout: Payout, funding: list[Posting], at: datetime) -> None:
    start(
        key=f"break:{seen.pk}:anew",
        payee=payout.payee,
        amount=payout.amount,
        currency=payout.currency,
        gateway=WALLET,
        at=at,
        funding=funding,
        made_by=seen.proposed_by or seen.resolved_by,
    )
    values = {"amount": payout.amount, "currency": payout.currency}
    tell(
        key=f"payout:{payout.pk}:payout_replaced_by_wallet",
        recipient=payout.payee,
        kind="payout_replaced_by_wallet",
        values=values,
        at=at,
    )
