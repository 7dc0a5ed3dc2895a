"""What the special fund paid first, for finance: what is outstanding, and what became of the rest."""

from django.db.models import F, Sum
from django.db.models.expressions import Combinable
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.doors import PersonRequest, role_required
from accounts.models import Role
from common.pages import read_page
from compensation.forms.recoveries import AdvancesForm
from compensation.models import Advance

ROWS_A_PAGE = 50

# What the figure is the sum of, by the status that is asked for.
FIGURES: dict[str | None, Combinable] = {
    None: F("amount"),
    "outstanding": F("amount") - F("charged") - F("borne"),
    "borne": F("borne"),
}


@role_required(Role.FINANCE)
@require_safe
def advances(request: PersonRequest) -> HttpResponse:
    """All advances, newest first; or what is asked for, in one currency with the figure that it makes.

    `status=outstanding` are those of which nobody bears a part yet, `borne` those of which the platform does.
    """
    asked = AdvancesForm(request.GET).asked()
    rows = Advance.objects.visible_to(request.user)
    status = asked.get("status")
    if "currency" in asked:
        rows = rows.filter(currency=asked["currency"])
    if status:
        rows = rows.outstanding() if status == "outstanding" else rows.filter(borne__gt=0)
    page = read_page(
        rows.select_related("merchant", "payee", "force_majeure"),
        by=("-id",),
        after=request.GET.get("after"),
        size=ROWS_A_PAGE,
    )
    context = {
        "advances": page.rows,
        "asked": asked,
        "total": rows.aggregate(total=Sum(FIGURES[status]))["total"] or 0 if "currency" in asked else None,
        **page.hrefs(request),
    }
    return render(request, "compensation/advances.html", context)
