"""What is promised now and what will be, for operators: each policy's version in force, by market, with its terms."""

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

import yaml
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.doors import PersonRequest, role_required
from accounts.models import Role
from policies.models import Version
from policies.wording import label_of_rule


@dataclass(frozen=True)
class Published:
    """A version beside its terms as an operator writes them."""

    version: Version
    terms: str


@dataclass(frozen=True)
class Promise:
    """A policy with the versions in force, one for each market, and those that will follow."""

    code: str
    name: str
    in_force: list[Published]
    to_come: list[Published]


@role_required(Role.OPERATOR)
@require_safe
def policies(request: PersonRequest) -> HttpResponse:
    """Every policy, without its past."""
    return render(request, "policies/policies.html", {"promises": _promises(now=timezone.now())})


def _promises(*, now: datetime) -> list[Promise]:
    """Two queries: those in force and those to come."""
    published = Version.objects.filter(status=Version.Status.PUBLISHED).select_related("policy")
    in_force = (
        published.filter(effective_from__lte=now)
        .order_by("policy__code", "market", "-effective_from")
        .distinct("policy__code", "market")
    )
    to_come = published.filter(effective_from__gt=now).order_by("policy__code", "effective_from")
    now_by_code, later_by_code = _by_code(in_force), _by_code(to_come)
    return [
        Promise(code, label_of_rule(code), now_by_code.get(code, []), later_by_code.get(code, []))
        for code in sorted({*now_by_code, *later_by_code})
    ]


def _by_code(versions: QuerySet[Version]) -> dict[str, list[Published]]:
    found = groupby(versions, key=lambda version: version.policy.code)
    return {code: [Published(version, _written(version.terms)) for version in group] for code, group in found}


def _written(terms: dict[str, object]) -> str:
    return yaml.safe_dump(terms, allow_unicode=True, default_flow_style=None, width=72)
