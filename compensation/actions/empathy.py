"""The empathy fund: an agent helps in hardship that no rule provides for, under a budget, with a written reason.

Above the limits of the terms a second person agrees before anything is paid. Amounts are minor units.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

from django.db.models import QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.crash_points import crash_point
from common.errors import Refusal
from common.states import move_all_to, move_to
from common.texts import storable
from common.transactions import atomic
from compensation.actions.special_fund import pay_from_fund
from compensation.fund_terms import EmpathyTerms
from compensation.models import Grant
from compensation.tidings.fund import tell_agents, tell_of_grant, tell_who_granted
from orders.models import Line
from policies.in_force import in_force, terms_of

EMPATHY_BUDGET = "empathy"
REASON_LIMIT = 2000
LAPSED_AT_ONCE = 100

Status = Grant.Status

NOT_GIVEN = (Status.DECLINED, Status.LAPSED)


class UnknownHardship(Refusal):
    code = "unknown_hardship"
    message = _("Choose what the hardship is.")
    field = "hardship"
    http_status = HTTPStatus.BAD_REQUEST


class WrittenReasonMissing(Refusal):
    code = "reason_missing"
    message = _("Say why this person is helped: whoever looks at this later has only your words.")
    field = "because"
    http_status = HTTPStatus.BAD_REQUEST


class WrittenReasonTooLong(Refusal):
    code = "reason_too_long"
    message = _("Say it in at most %(limit)s characters.")
    field = "because"
    http_status = HTTPStatus.BAD_REQUEST


class AboveWhatMayBeGranted(Refusal):
    """`most` is the most for one grant, in minor units of `currency`."""

    code = "above_what_may_be_granted"
    message = _("A grant is a sum above nothing and at most %(most)s.")
    field = "amount"
    http_status = HTTPStatus.BAD_REQUEST
    sums = ("most",)


class GrantAnswered(Refusal):
    code = "grant_answered"
    message = _("This grant was answered already.")


class AnotherPersonNeeded(Refusal):
    """Maker is not checker."""

    code = "second_person_needed"
    message = _("You granted this yourself: somebody else has to agree.")


@atomic
def grant(
    *,
    claim: str,
    line: Line,
    payee: User,
    amount: int,
    hardship: str,
    because: str,
    gateway: str,
    by: User,
    at: datetime,
) -> Grant:
    """Grant `amount` beside whatever the claim is about: paid at once, or proposed when it needs a second person.

    Raises AboveWhatMayBeGranted, UnknownHardship, WrittenReasonMissing, WrittenReasonTooLong and FundExhausted.
    """
    terms, currency = empathy_terms(at), line.order.currency
    most = terms.most.of(currency)
    if not 0 < amount <= most:
        raise AboveWhatMayBeGranted(most=most, currency=currency)
    if hardship not in Grant.Hardship.values:
        raise UnknownHardship
    _lock_people(by, payee)
    before = granted_before(terms, agent=by, consumer=payee, currency=currency, at=at)
    made = Grant.objects.create(
        claim=claim,
        line=line,
        payee=payee,
        amount=amount,
        currency=currency,
        hardship=hardship,
        because=_written(because),
        granted_by=by,
        granted_at=at,
        due_at=at + timedelta(days=terms.answer_days),
    )
    if not terms.needs_a_second_person(amount, currency=currency, **before):
        _pay(made, gateway=gateway, at=at, made_by=by)
    else:
        tell_agents(made, at=at)
    crash_point("compensation.before_grant_is_committed")
    return made


@atomic
def answer_grant(*, grant: Grant, agreed: bool, gateway: str, by: User, at: datetime) -> Grant:
    """A second person agrees, and it is paid; or declines. Raises GrantAnswered, AnotherPersonNeeded, FundExhausted."""
    rows = Grant.objects.select_related("payee", "line__order", "granted_by").select_for_update(
        of=("self",), no_key=True
    )
    found = rows.get(pk=grant.pk)
    if found.status != Status.PROPOSED:
        raise GrantAnswered
    if agreed and found.granted_by_id == by.pk:
        raise AnotherPersonNeeded
    if agreed:
        _pay(found, gateway=gateway, at=at, made_by=found.granted_by, answered_by=by, answered_at=at)
    else:
        move_to(found, Status.DECLINED, at=at, answered_by=by, answered_at=at, due_at=None)
        if found.granted_by_id != by.pk:
            tell_who_granted(found, at=at)
    crash_point("compensation.before_grant_is_answered")
    return found


@atomic
def lapse_due_grants(*, now: datetime, limit: int = LAPSED_AT_ONCE) -> int:
    """Let those go that no second person answered in time: nothing is paid, and they count no longer; how many."""
    due = Grant.objects.due(now).select_related("granted_by").order_by("due_at", "id")
    found = list(due.select_for_update(of=("self",), skip_locked=True, no_key=True)[:limit])
    move_all_to(found, Status.LAPSED, at=now, history={}, answered_at=now, due_at=None)
    for lapsed in found:
        tell_who_granted(lapsed, at=now)
    return len(found)


def empathy_terms(at: datetime) -> EmpathyTerms:
    """The terms in force. A grant is no promise to anybody, so those of the day count."""
    terms: EmpathyTerms = terms_of(in_force(["empathy"], at=at)["empathy"])
    return terms


def granted_before(
    terms: EmpathyTerms, *, agent: User, consumer: User, currency: str, at: datetime
) -> Mapping[str, int]:
    """What the agent granted and the consumer got, or may still get, in the days that count; minor units."""
    counted = Grant.objects.filter(currency=currency).exclude(status__in=NOT_GIVEN)
    by_agent = counted.filter(granted_by=agent, granted_at__gt=at - timedelta(days=terms.agent_days))
    to_consumer = counted.filter(payee=consumer, granted_at__gt=at - timedelta(days=terms.consumer_days))
    return {"by_agent": _sum(by_agent), "to_consumer": _sum(to_consumer)}


def _sum(grants: QuerySet[Grant]) -> int:
    return int(grants.aggregate(total=Sum("amount"))["total"] or 0)


def _lock_people(*people: User) -> None:
    """Two grants of one agent or to one consumer are counted one after the other."""
    list(User.objects.filter(pk__in=[person.pk for person in people]).order_by("id").select_for_update(no_key=True))


def _written(text: str) -> str:
    said = storable(text).strip()
    if not said:
        raise WrittenReasonMissing
    if len(said) > REASON_LIMIT:
        raise WrittenReasonTooLong(limit=REASON_LIMIT)
    return said


def _pay(made: Grant, *, gateway: str, at: datetime, made_by: User, **answered: Any) -> None:
    payout = pay_from_fund(
        key=made.key,
        payee=made.payee,
        amount=made.amount,
        currency=made.currency,
        gateway=gateway,
        at=at,
        as_expense=True,
        budget=EMPATHY_BUDGET,
        made_by=made_by,
    )
    crash_point("compensation.grant_is_paid")
    move_to(made, Status.PAID, at=at, payout=payout, due_at=None, **answered)
    tell_of_grant(made, at=at)
