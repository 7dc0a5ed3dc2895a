"""A consumer contests what an event paid or refused without a claim: a claim that goes to a person at once.

Whoever decides it sees what was paid. What is awarded comes on top of that, so nothing is paid twice.
"""

from datetime import UTC, datetime, timedelta
from http import HTTPStatus

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.compiled import insert
from common.errors import Refusal
from common.transactions import atomic
from compensation.actions.capping import CAPS, CapReached, Wanted, allow
from compensation.models import Affected
from disputes.cases import Case
from disputes.deadlines import clocks_of, turn_and_due
from disputes.models import Claim, Deed, Event, Party, Status
from disputes.numbers import draw_number
from disputes.payments import CONTEST, exposure_key
from disputes.rights import Standing
from disputes.statements import written
from disputes.tidings import tell_both
from orders import actions as orders
from orders.models import Line
from policies.in_force import in_force
from policies.words import Remedy, Settles

CONTESTABLE = (Affected.Status.PAID, Affected.Status.GIVEN, Affected.Status.OWED, Affected.Status.REFUSED)


class NothingToContest(Refusal):
    code = "nothing_to_contest"
    message = _("There is nothing here that could be contested.")
    http_status = HTTPStatus.NOT_FOUND


class ContestedAlready(Refusal):
    """What an event did is contested once."""

    code = "contested_already"
    message = _("You contested this already. You find it among your claims.")


class ClaimedAlready(Refusal):
    """Something beyond the price is asked for once for each reason, by a claim or whichever event is contested."""

    code = "already_claimed"
    message = _("There is already a claim for this. You find it among your claims.")


class TooLateToContest(Refusal):
    code = "too_late_to_contest"
    message = _("The time to contest this is over.")


class ContestedAmountDoesNotFit(Refusal):
    """`most` is the price of the line."""

    code = "contested_amount_does_not_fit"
    message = _("Ask for more than nothing and for no more than the price, %(most)s.")
    field = "amount"
    http_status = HTTPStatus.BAD_REQUEST
    sums = ("most",)


@atomic
def contest(*, affected: int, consumer: User, amount: int, statement: str, at: datetime) -> Claim:
    """Ask a person for `amount` (minor units) beyond what the event gave, and say why.

    Raises NothingToContest, ContestedAlready, ClaimedAlready, TooLateToContest, ContestedAmountDoesNotFit,
    CapReached, StatementMissing and StatementTooLong.
    """
    text = written(statement, required=True)
    User.objects.select_for_update(no_key=True).get(pk=consumer.pk)
    row = Affected.objects.filter(pk=affected, line__order__consumer=consumer, status__in=CONTESTABLE).first()
    if row is None:
        raise NothingToContest
    line = Line.objects.select_related("order__merchant", "order__consumer", "store").get(pk=row.line_id)
    key = f"{CONTEST}{row.key}"
    if Claim.objects.filter(key=key).exists():
        raise ContestedAlready
    if Claim.objects.for_compensation().filter(line=line, reason=row.cause).exists():
        raise ClaimedAlready
    row.line = line
    until = contestable_until(row)
    if until is None or at >= until:
        raise TooLateToContest
    if not 0 < amount <= line.paid:
        raise ContestedAmountDoesNotFit(most=line.paid, currency=line.order.currency)
    claim = _claim(row, line, amount=amount, statement=text, key=key, at=at)
    clocks = clocks_of(line.order)
    claim.turn, claim.due_at = turn_and_due(claim.status, 0, clocks=clocks, kind=line.order.kind, at=at)
    _store(claim, at=at)
    tell_both(Case(claim=claim, standing=Standing(), by=consumer, party=Party.CONSUMER, at=at), "evidence_asked")
    return claim


def contestable_until(row: Affected) -> datetime | None:
    """Until when what became of the line can be contested, which is as long as an appeal; None: not at all.

    What the fund still owes can be contested all the while.
    """
    if row.status not in CONTESTABLE:
        return None
    if row.ended_at is None:
        return datetime.max.replace(tzinfo=UTC)
    return row.ended_at + timedelta(minutes=clocks_of(row.line.order).appeal_minutes)


def _claim(row: Affected, line: Line, *, amount: int, statement: str, key: str, at: datetime) -> Claim:
    """What is still left of the price goes back first; what is beyond it comes under the caps."""
    order, number = line.order, draw_number()
    refund = min(amount, line.refundable)
    claim = Claim(
        number=number,
        key=key,
        consumer=order.consumer,
        merchant=order.merchant,
        order=order,
        line=line,
        reason=row.cause,
        remedy=Remedy.COMPENSATION,
        quantity=0,
        amount=amount,
        compensation=amount - refund,
        currency=order.currency,
        statement=statement,
        settles=Settles.BY_AGENT,
        filed_at=at,
        status=Status.AWAITING_EVIDENCE,
        turned_at=at,
    )
    cut = _cut(claim, row, at=at)
    claim.amount -= cut
    claim.compensation -= cut
    if not claim.amount:
        raise CapReached
    return claim


def _cut(claim: Claim, row: Affected, *, at: datetime) -> int:
    """What the caps take off, in minor units."""
    versions = in_force([CAPS], at=claim.order.placed_at, market=claim.order.market)
    scheme = row.verdict.version.policy.code if row.verdict else ""
    wanted = Wanted(
        key=exposure_key(claim),
        line=claim.line,
        scheme=scheme,
        amount=claim.compensation,
        version=versions.get(CAPS),
    )
    (use,) = allow([wanted], at=at, locked=True)
    if use is None:
        return 0
    use.save()
    return use.cut


def _store(claim: Claim, *, at: datetime) -> None:
    values = {"amount": claim.amount, "currency": claim.currency, "statement": claim.statement}
    filed = Event(
        claim=claim,
        kind=Deed.FILED,
        party=Party.CONSUMER,
        actor=claim.consumer,
        at=at,
        became=claim.status,
        values=values,
    )
    if claim.refund_part:
        orders.take(key=exposure_key(claim), line_id=claim.line_id, amount=claim.refund_part, quantity=0, at=at)
    insert(claim, filed)
