"""What is promised now, what will be, and what is being drafted, for operators: policy by policy."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.doors import PersonRequest, role_required
from accounts.models import Role
from common.pages import read_page
from policies.models import Version
from policies.wording import label_of_rule

OPEN = (Version.Status.DRAFT, Version.Status.SENT_BACK, Version.Status.CHECKED)
VERSIONS_A_PAGE = 25


@dataclass(frozen=True)
class Promise:
    """A policy with the versions in force, one for each market, those that will follow, and the open drafts."""

    code: str
    name: str
    in_force: list[Version]
    to_come: list[Version]
    drafts: list[Version]


@role_required(Role.OPERATOR)
@require_safe
def policies(request: PersonRequest) -> HttpResponse:
    """Every policy, without its past; what is being drafted stands first."""
    return render(request, "policies/policies.html", {"promises": _promises(now=timezone.now())})


def _promises(*, now: datetime) -> list[Promise]:
    """Three queries: those in force, those to come, and those that are being drafted."""
    kinds = (versions_in_force(now), _to_come(now), Version.objects.filter(status__in=OPEN))
    in_force, to_come, drafts = (_by_code(versions) for versions in kinds)
    return sorted(
        (
            Promise(code, label_of_rule(code), in_force.get(code, []), to_come.get(code, []), drafts.get(code, []))
            for code in settings.POLICY_RULES
        ),
        key=lambda promise: (not promise.drafts, promise.name),
    )


def versions_in_force(now: datetime) -> QuerySet[Version]:
    """The published version of each policy and market that applies to orders placed now."""
    return (
        Version.objects.filter(status=Version.Status.PUBLISHED, effective_from__lte=now)
        .order_by("policy_id", "market", "-effective_from")
        .distinct("policy_id", "market")
    )


def _to_come(now: datetime) -> QuerySet[Version]:
    return Version.objects.filter(status=Version.Status.PUBLISHED, effective_from__gt=now).order_by("effective_from")


def _by_code(versions: QuerySet[Version]) -> dict[str, list[Version]]:
    found: dict[str, list[Version]] = {}
    for version in versions.select_related("policy"):
        found.setdefault(version.policy.code, []).append(version)
    return found


@role_required(Role.OPERATOR)
@require_safe
def policy(request: PersonRequest, code: str) -> HttpResponse:
    """All versions of one policy, the newest first, those that were withdrawn too."""
    if code not in settings.POLICY_RULES:
        raise Http404
    versions = Version.objects.filter(policy__code=code).select_related("policy", "drafted_by", "checked_by")
    page = read_page(versions, by=("-number",), after=request.GET.get("after"), size=VERSIONS_A_PAGE)
    now = timezone.now()
    in_force = set(versions_in_force(now).filter(policy__code=code).values_list("pk", flat=True))
    context = {
        "code": code,
        "name": label_of_rule(code),
        "rows": [(version, version.pk in in_force) for version in page.rows],
        **page.hrefs(request),
    }
    return render(request, "policies/policy.html", context)
