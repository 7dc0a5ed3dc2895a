"""A stored decision judged again: the same bytes, or what became of them. For those who answer for the rules."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.doors import PersonRequest, role_required
from accounts.models import Role
from policies.actions import replayed
from policies.models import Verdict
from policies.wording import explained


@role_required(Role.AGENT, Role.OPERATOR)
@require_safe
def verdict(request: PersonRequest, pk: int) -> HttpResponse:
    """What the rule said then, and what it says now of the same facts under the same version."""
    kept = get_object_or_404(Verdict.objects.select_related("version__policy"), pk=pk)
    again = replayed(kept)
    context = {
        "verdict": kept,
        "trace": explained(kept.body, reader=request.user.role),
        "again": again,
        "facts": sorted(kept.facts.items()),
        "claim": _claim_of(kept.key),
    }
    return render(request, "policies/verdict.html", context)


def _claim_of(key: str) -> str:
    """The number of the claim that was judged, "" where it was something else."""
    match key.split(":"):
        case ["claim", number]:
            return number
        case _:
            return ""
