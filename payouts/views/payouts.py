"""Payouts as finance sees them: how many are on their way, and every step of each."""

from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.doors import PersonRequest, role_required
from accounts.models import Role, User
from common.pages import read_page
from payouts.models import Payout, Status

PAYOUTS_A_PAGE = 50
ON_THE_WAY = (Status.RESERVED, Status.SENDING, Status.UNKNOWN, Status.SENT, Status.FAILED)


@role_required(Role.FINANCE)
@require_safe
def payouts(request: PersonRequest) -> HttpResponse:
    """All payouts, newest first; or those in one status on their way, the next to be looked at first."""
    status = request.GET.get("status", "")
    seen = Payout.objects.visible_to(request.user)
    after = request.GET.get("after")
    if status in ON_THE_WAY:
        waiting = seen.filter(status=status, next_at__isnull=False)
        page = read_page(waiting, by=("next_at", "id"), after=after, size=PAYOUTS_A_PAGE)
    else:
        page = read_page(seen, by=("-id",), after=after, size=PAYOUTS_A_PAGE)
    return render(
        request,
        "payouts/payouts.html",
        {
            "payouts": page.rows,
            "on_the_way": _on_the_way(request.user),
            "status": status,
            "next_href": page.next_href(request),
            "first_href": page.first_href(request),
        },
    )


@role_required(Role.FINANCE)
@require_safe
def payout(request: PersonRequest, pk: int) -> HttpResponse:
    """One payout with every step it took and every call that was made for it."""
    seen = Payout.objects.visible_to(request.user).select_related("replaces", "replaced_by")
    found = get_object_or_404(seen, pk=pk)
    context = {"payout": found, "moves": found.moves.order_by("id"), "attempts": found.attempts.order_by("number")}
    return render(request, "payouts/payout.html", context)


def _on_the_way(user: User) -> list[tuple[Status, int]]:
    """How many payouts are in each status before the last one, in the order in which they pass through."""
    waiting = Payout.objects.visible_to(user).filter(next_at__isnull=False)
    numbers = dict(waiting.order_by().values_list("status").annotate(number=Count("pk")))
    return [(status, numbers[status]) for status in ON_THE_WAY if status in numbers]
