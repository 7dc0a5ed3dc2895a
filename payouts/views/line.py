"""The fund's line, place by place: what the figure "waits to be drawn" is made of, and why it waits."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.doors import PersonRequest, role_required
from accounts.models import Role
from common.pages import read_page
from payouts.line import explained, parts
from payouts.models import Draw

PLACES_A_PAGE = 50


@role_required(Role.FINANCE)
@require_safe
def line(request: PersonRequest) -> HttpResponse:
    """All that waits for the fund, the oldest first; of one `currency` and one `budget` where they are asked for."""
    now = timezone.now()
    rows = Draw.objects.visible_to(request.user)
    asked = {name: value for name in ("currency", "budget") if (value := request.GET.get(name, ""))}
    every = parts(rows)
    shown = [part for part in every if all(getattr(part, name) == value for name, value in asked.items())]
    if asked:
        rows = rows.filter(**asked) if shown else rows.none()
    page = read_page(rows, by=("id",), after=request.GET.get("after"), size=PLACES_A_PAGE)
    context = {
        "places": explained(page.rows, now=now),
        "parts": every,
        "shown": shown,
        "is_asked": bool(asked),
        **page.hrefs(request),
    }
    return render(request, "payouts/line.html", context)
