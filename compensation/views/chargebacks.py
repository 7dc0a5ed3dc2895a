"""What the card network took back, for finance: what of it the consumer has from us as well, and got twice."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.doors import PersonRequest, role_required
from accounts.models import Role
from common.pages import read_page
from orders.models import Chargeback

ROWS_A_PAGE = 50


@role_required(Role.FINANCE)
@require_safe
def chargebacks(request: PersonRequest) -> HttpResponse:
    """All chargebacks, newest first; with `status=twice` those of which the consumer got a part twice."""
    rows = Chargeback.objects.visible_to(request.user).select_related("line__order__merchant")
    only = request.GET.get("status") == "twice"
    page = read_page(rows.got_twice() if only else rows, by=("-id",), after=request.GET.get("after"), size=ROWS_A_PAGE)
    context = {
        "chargebacks": page.rows,
        "only_twice": only,
        **page.hrefs(request),
    }
    return render(request, "compensation/chargebacks.html", context)
