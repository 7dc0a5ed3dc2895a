"""Force majeure: what is declared, for agents and finance; seniors declare and end it."""

from django.contrib import messages
from django.db.models import Count, OuterRef, Subquery
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.doors import PersonRequest, role_required
from accounts.models import Role
from common.errors import Refusal
from common.pages import read_page
from common.refusals import add_refusal, show_refusal, status_of
from compensation import actions
from compensation.forms.force_majeure import DeclarationForm
from compensation.models import ForceMajeure
from compensation.models.force_majeure import may_declare
from orders.models import Store

ROWS_A_PAGE = 50

# As its stores spell it; a declaration keeps the English name.
CITY_IN_CHINESE = Subquery(
    Store.objects.filter(city=OuterRef("city")).exclude(city_zh="").order_by("id").values("city_zh")[:1]
)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.AGENT, Role.FINANCE)
def force_majeure(request: PersonRequest) -> HttpResponse:
    """All that was declared, the latest first, and the form that declares more."""
    now, may = timezone.now(), may_declare(request.user)
    form = DeclarationForm(request.POST or None, initial={"starts_at": now})
    if request.method == "POST" and form.is_valid():
        try:
            actions.declare_force_majeure(by=request.user, at=now, **form.cleaned_data)
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("It is declared. The claims it covers are paid first within moments."))
            return redirect("force-majeure")
    seen = ForceMajeure.objects.visible_to(request.user).annotate(paid_first=Count("advances"), city_zh=CITY_IN_CHINESE)
    rows = seen.select_related("store", "declared_by", "ended_by")
    page = read_page(rows, by=("-id",), after=request.GET.get("after"), size=ROWS_A_PAGE)
    context = {
        "declared": page.rows,
        "form": form if may else None,
        "may_end": may,
        "now": now,
        **page.hrefs(request),
    }
    return render(request, "compensation/force_majeure.html", context, status=status_of(form.errors))


@require_POST
@role_required(Role.AGENT)
def force_majeure_end(request: PersonRequest, pk: int) -> HttpResponse:
    """It is over from now on, or called off before it begins."""
    found = get_object_or_404(ForceMajeure.objects.visible_to(request.user), pk=pk)
    try:
        ended = actions.end_force_majeure(force_majeure=found, by=request.user, at=timezone.now())
    except Refusal as refusal:
        show_refusal(request, refusal)
    else:
        if ended.is_called_off:
            messages.success(request, _("It is called off and covers nothing."))
        else:
            messages.success(request, _("It ended. Claims that were filed before are still paid first."))
    return redirect("force-majeure")
