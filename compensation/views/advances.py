"""What the special fund paid first, for finance: what is outstanding, and what became of the rest."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.doors import PersonRequest, role_required
from accounts.models import Role
from common.pages import read_page
from compensation.models import Advance

ROWS_A_PAGE = 50


@role_required(Role.FINANCE)
@require_safe
def advances(request: PersonRequest) -> HttpResponse:
    """All advances, newest first; with `status=outstanding` those for which nobody has been found to bear them."""
    rows = Advance.objects.visible_to(request.user).select_related("merchant", "payee", "force_majeure")
    only = request.GET.get("status") == "outstanding"
    page = read_page(
        rows.outstanding() if only else rows, by=("-id",), after=request.GET.get("after"), size=ROWS_A_PAGE
    )
    context = {
        "advances": page.rows,
        "only_outstanding": only,
        **page.hrefs(request),
    }
    return render(request, "compensation/advances.html", context)
