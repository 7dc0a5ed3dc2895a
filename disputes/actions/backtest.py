"""Ask what past claims would have come to under other terms, and go on with it until it is done."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.errors import Refusal
from common.states import move_to
from common.transactions import atomic
from disputes.backtests.parts import do_next_part
from disputes.backtests.tally import added_up
from disputes.models import Backtest, BacktestPart
from policies.actions import TermsNotAccepted, UnknownPolicy
from policies.in_force import rule_of, typed_terms
from policies.models import Version
from policies.shapes import Misshapen
from policies.wording import problem_sentence

CLAIMS_A_PART = 2_500


class NoRuleToTry(Refusal):
    """The policy's terms are read by no rule, so no claim was ever judged by them."""

    code = "no_rule_to_try"
    message = _("No rule reads the terms of this policy, so there is nothing to judge again.")
    field = "policy"
    http_status = HTTPStatus.BAD_REQUEST


class PeriodIsEmpty(Refusal):
    code = "period_is_empty"
    message = _("The period ends before it begins. Choose a later last day or an earlier first one.")
    field = "last"
    http_status = HTTPStatus.BAD_REQUEST


def try_version(
    *, version: Version, by: User | None, at: datetime, claims_from: datetime | None = None,
    claims_until: datetime | None = None,
) -> Backtest:  # fmt: skip
    """Ask for a back-test of a version's terms as they are now. Raises NoRuleToTry and PeriodIsEmpty."""
    return try_terms(
        policy=version.policy.code,
        terms=version.terms,
        market=version.market,
        version=version,
        by=by,
        at=at,
        claims_from=claims_from,
        claims_until=claims_until,
    )


@atomic
def try_terms(
    *,
    policy: str,
    terms: Mapping[str, Any],
    market: str = "",
    version: Version | None = None,
    by: User | None,
    at: datetime,
    claims_from: datetime | None = None,
    claims_until: datetime | None = None,
) -> Backtest:
    """Ask for a back-test of any terms over the claims filed in a half-open period (by default, all until now).

    Raises UnknownPolicy, NoRuleToTry, TermsNotAccepted and PeriodIsEmpty.
    """
    _refuse_unfit(policy, terms)
    until = claims_until or at
    if claims_from and claims_from >= until:
        raise PeriodIsEmpty
    return Backtest.objects.create(
        policy=policy,
        market=market,
        version=version,
        terms=terms,
        terms_hash=hash_of(terms),
        claims_from=claims_from,
        claims_until=until,
        asked_by=by,
        asked_at=at,
    )


def _refuse_unfit(policy: str, terms: Mapping[str, Any]) -> None:
    if policy not in settings.POLICY_RULES:
        raise UnknownPolicy(policy=policy)
    if rule_of(policy).function is None:
        raise NoRuleToTry
    try:
        typed_terms(policy, 0, dict(terms))
    except Misshapen as problem:
        raise TermsNotAccepted(path=problem.path, problem=problem_sentence(problem)) from problem


def hash_of(terms: Mapping[str, Any]) -> str:
    """The same for the same terms, however they are written."""
    return hashlib.sha256(json.dumps(terms, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def is_stale(backtest: Backtest) -> bool:
    """Whether the version says something else by now."""
    return backtest.version is not None and hash_of(backtest.version.terms) != backtest.terms_hash


def go_on(*, now: datetime) -> int:
    """Begin, work at or end the oldest back-test there is something to do for; how many steps that was (0: nothing)."""
    for backtest in Backtest.objects.exclude(status=Backtest.Status.DONE).order_by("id"):
        if backtest.status == Backtest.Status.ASKED and begin(backtest_id=backtest.pk, at=now):
            return 1
        if backtest.status == Backtest.Status.RUNNING and (moved := do_next_part(backtest.pk) or end(
            backtest_id=backtest.pk, at=now
        )):  # fmt: skip
            return moved
    return 0


PARTS = """
INSERT INTO disputes_backtestpart (backtest_id, number, after_id, until_id, claims)
SELECT %(backtest)s, part, coalesce(lag(max(id)) OVER (ORDER BY part), 0), max(id), count(*)
FROM (
    SELECT id, (row_number() OVER (ORDER BY id) - 1) / %(size)s AS part FROM disputes_claim
    WHERE filed_at < %(claims_until)s AND verdict_id IS NOT NULL
        AND (%(claims_from)s::timestamptz IS NULL OR filed_at >= %(claims_from)s)
) AS claims
GROUP BY part
"""


@atomic
def begin(*, backtest_id: int, at: datetime) -> int:
    """Divide the claims into parts; 0 when somebody else did."""
    backtest = _locked(backtest_id, Backtest.Status.ASKED)
    if backtest is None:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            PARTS,
            {
                "backtest": backtest.pk,
                "size": CLAIMS_A_PART,
                "claims_from": backtest.claims_from,
                "claims_until": backtest.claims_until,
            },
        )
    claims = sum(BacktestPart.objects.filter(backtest=backtest).values_list("claims", flat=True))
    move_to(backtest, Backtest.Status.RUNNING, at=at, started_at=at, claims=claims)
    return 1


@atomic
def end(*, backtest_id: int, at: datetime) -> int:
    """Add up the parts when all are done; 0 while one is not, or when somebody else did."""
    backtest = _locked(backtest_id, Backtest.Status.RUNNING)
    parts = BacktestPart.objects.filter(backtest=backtest_id)
    if backtest is None or parts.filter(tally__isnull=True).exists():
        return 0
    whole = added_up(part.tally for part in parts.order_by("number") if part.tally is not None)
    move_to(backtest, Backtest.Status.DONE, at=at, ended_at=at, result=whole.as_dict())
    return 1


def _locked(backtest_id: int, status: str) -> Backtest | None:
    found = Backtest.objects.filter(pk=backtest_id, status=status)
    return found.select_for_update(no_key=True, skip_locked=True).first()
