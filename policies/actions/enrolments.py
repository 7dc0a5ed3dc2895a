"""Merchants take part in policies with their own terms, and leave again."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Merchant
from common.errors import Refusal
from common.transactions import atomic
from policies.actions.refusals import TermsNotAccepted, UnknownPolicy
from policies.in_force import enrolment_terms, rule_of
from policies.models import Enrolment, Policy
from policies.shapes import Misshapen
from policies.wording import problem_sentence


class EnrolmentInThePast(Refusal):
    """A merchant has a later enrolment already, and history cannot be written between."""

    code = "enrolment_in_the_past"
    message = _("There are later terms for this already. New terms can only start after them.")
    field = "starts_at"


@atomic
def enrol(
    *, merchant: Merchant, policy: str, terms: dict[str, Any], starts_at: datetime, ends_at: datetime | None = None
) -> Enrolment:
    """A merchant takes part in a policy with its own terms, which apply to orders placed from `starts_at` on.

    Whatever it had promised before ends there. Raises UnknownPolicy, TermsNotAccepted (also for rules of its own that
    contradict each other) and EnrolmentInThePast.
    """
    _refuse_unfit_enrolment(policy, terms)
    Merchant.objects.select_for_update(no_key=True).get(pk=merchant.pk)
    row, _created = Policy.objects.get_or_create(code=policy)
    before = Enrolment.objects.filter(merchant=merchant, policy=row)
    if before.filter(starts_at__gte=starts_at).exists():
        raise EnrolmentInThePast
    _end(before, at=starts_at)
    return Enrolment.objects.create(merchant=merchant, policy=row, terms=terms, starts_at=starts_at, ends_at=ends_at)


def _refuse_unfit_enrolment(policy: str, terms: dict[str, Any]) -> None:
    if policy not in settings.POLICY_RULES or rule_of(policy).enrolment is None:
        raise UnknownPolicy(policy=policy)
    try:
        enrolment_terms(policy, terms)
    except Misshapen as problem:
        raise TermsNotAccepted(path=problem.path, problem=problem_sentence(problem)) from problem


def leave(*, merchant: Merchant, policy: str, at: datetime) -> None:
    """The merchant no longer takes part; orders placed before keep what was promised."""
    _end(Enrolment.objects.filter(merchant=merchant, policy__code=policy), at=at)


def _end(enrolments: QuerySet[Enrolment], *, at: datetime) -> None:
    enrolments.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=at), starts_at__lt=at).update(ends_at=at)
