"""Merchants take part in policies with their own terms, change them, and leave again, each from a moment on.

An order keeps what was promised when it was placed: nothing here reaches back.
"""

from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.db.models import F, Q, QuerySet
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from accounts.models import MemberRole, Merchant, User
from common.errors import Refusal
from common.transactions import atomic
from policies.actions.refusals import TermsNotAccepted, UnknownPolicy, refuse_too_far_ahead
from policies.in_force import enrolment_terms, in_force, rule_of, terms_of
from policies.models import Enrolment, Policy
from policies.shapes import Misshapen
from policies.wording import problem_sentence


class EnrolmentInThePast(Refusal):
    """A merchant has a later enrolment already, and history cannot be written between."""

    code = "enrolment_in_the_past"
    message = _("There are later terms for this already. New terms can only start after them.")
    field = "starts_at"


class StartsInThePast(Refusal):
    """Orders that were placed already keep what was promised with them."""

    code = "starts_in_the_past"
    message = _("This cannot begin in the past: orders placed before keep what was promised with them.")
    field = "starts_at"


class OnlyTheOwner(Refusal):
    code = "only_the_owner"
    message = _("Only an owner of the business decides which guarantees it gives.")
    http_status = HTTPStatus.FORBIDDEN


class TakesNoPart(Refusal):
    code = "takes_no_part"
    message = _("The business takes no part in this, so there is nothing to leave.")


@atomic
def join(
    *, merchant: Merchant, policy: str, terms: dict[str, Any], starts_at: datetime, by: User, at: datetime
) -> Enrolment:
    """An owner has the business take part, or take part with other terms, for orders placed from `starts_at` on.

    Raises OnlyTheOwner, StartsInThePast, TooFarAhead, what the gates of settings.POLICY_GATES raise, and what `enrol`
    raises.
    """
    _refuse_unless_owner(merchant, by)
    if starts_at < at:
        raise StartsInThePast
    refuse_too_far_ahead(starts_at, at=at)
    _ask_the_gates(merchant, policy, starts_at)
    return enrol(merchant=merchant, policy=policy, terms=terms, starts_at=starts_at, by=by, said_at=at)


def _ask_the_gates(merchant: Merchant, policy: str, at: datetime) -> None:
    """Rooms above may keep a merchant from joining or leaving by hand; each refuses in its own words."""
    for gate in settings.POLICY_GATES:
        import_string(gate)(merchant=merchant, policy=policy, at=at)


def _refuse_unless_owner(merchant: Merchant, person: User) -> None:
    if not merchant.members.filter(user=person, role=MemberRole.OWNER).exists():
        raise OnlyTheOwner


@atomic
def enrol(
    *,
    merchant: Merchant,
    policy: str,
    terms: dict[str, Any],
    starts_at: datetime,
    ends_at: datetime | None = None,
    by: User | None = None,
    said_at: datetime | None = None,
) -> Enrolment:
    """A merchant takes part in a policy with its own terms, which apply to orders placed from `starts_at` on.

    Whatever it had promised before ends there. Raises UnknownPolicy, TermsNotAccepted (also for rules of its own that
    contradict each other, and for terms beyond the limits in force then) and EnrolmentInThePast.
    """
    _refuse_unfit_enrolment(policy, terms, at=starts_at)
    Merchant.objects.select_for_update(no_key=True).get(pk=merchant.pk)
    row, _created = Policy.objects.get_or_create(code=policy)
    before = Enrolment.objects.filter(merchant=merchant, policy=row)
    if _not_called_off(before).filter(starts_at__gte=starts_at).exists():
        raise EnrolmentInThePast
    _end(before, at=starts_at, left_by=by, left_at=said_at)
    return Enrolment.objects.create(
        merchant=merchant,
        policy=row,
        terms=terms,
        starts_at=starts_at,
        ends_at=ends_at,
        joined_by=by,
        joined_at=said_at,
    )


def _refuse_unfit_enrolment(policy: str, terms: dict[str, Any], *, at: datetime) -> None:
    if policy not in settings.POLICY_RULES or rule_of(policy).enrolment is None:
        raise UnknownPolicy(policy=policy)
    try:
        own = enrolment_terms(policy, terms)
        for version in in_force([policy], at=at).values():
            if allows := getattr(terms_of(version), "allows", None):
                allows(own)
    except Misshapen as problem:
        raise TermsNotAccepted(path=problem.path, problem=problem_sentence(problem)) from problem


def _not_called_off(enrolments: QuerySet[Enrolment]) -> QuerySet[Enrolment]:
    return enrolments.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at")))


@atomic
def resign(*, merchant: Merchant, policy: str, ends_at: datetime, by: User, at: datetime) -> None:
    """An owner has the business leave for orders placed from `ends_at` on; what would begin later is called off.

    Raises OnlyTheOwner, StartsInThePast, TooFarAhead, TakesNoPart and what the gates of settings.POLICY_GATES raise.
    """
    _refuse_unless_owner(merchant, by)
    if ends_at < at:
        raise StartsInThePast
    refuse_too_far_ahead(ends_at, at=at)
    _ask_the_gates(merchant, policy, ends_at)
    Merchant.objects.select_for_update(no_key=True).get(pk=merchant.pk)
    taking_part = Enrolment.objects.filter(merchant=merchant, policy__code=policy)
    if not _not_called_off(taking_part).filter(Q(ends_at__isnull=True) | Q(ends_at__gt=ends_at)).exists():
        raise TakesNoPart
    leave(merchant=merchant, policy=policy, at=ends_at, by=by, said_at=at)


def leave(
    *, merchant: Merchant, policy: str, at: datetime, by: User | None = None, said_at: datetime | None = None
) -> None:
    """The merchant no longer takes part from `at` on; orders placed before keep what was promised."""
    enrolments = Enrolment.objects.filter(merchant=merchant, policy__code=policy)
    _end(enrolments, at=at, left_by=by, left_at=said_at)
    coming = _not_called_off(enrolments).filter(starts_at__gte=at)
    coming.update(ends_at=F("starts_at"), left_by=by, left_at=said_at)


def _end(enrolments: QuerySet[Enrolment], *, at: datetime, left_by: User | None, left_at: datetime | None) -> None:
    running = enrolments.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=at), starts_at__lt=at)
    running.update(ends_at=at, left_by=left_by, left_at=left_at)
