"""Money that finance puts into the fund, sets aside, or takes in as a deposit: booked by one, agreed to by another."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.doors import PersonRequest, role_required
from accounts.models import Role
from common.errors import Refusal
from common.idempotency import once_posted
from common.pages import read_page
from common.refusals import add_refusal, show_refusal, status_of
from compensation.actions.filling import answer_filling, propose_filling
from compensation.forms.filling import FillingForm
from compensation.models import Filling

ROWS_A_PAGE = 50


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.FINANCE)
def money_in(request: PersonRequest) -> HttpResponse:
    """What waits for a second person, all that was booked, and the form that books more."""
    form = FillingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            return once_posted(request, lambda: _propose(request, form), now=timezone.now())
        except Refusal as refusal:
            add_refusal(form, refusal)
    rows = Filling.objects.visible_to(request.user).select_related("merchant", "proposed_by", "answered_by")
    page = read_page(rows, by=("-id",), after=request.GET.get("after"), size=ROWS_A_PAGE)
    context = {
        "waiting": rows.waiting().order_by("due_at", "id"),
        "fillings": page.rows,
        "form": form,
        **page.hrefs(request),
    }
    return render(request, "compensation/money_in.html", context, status=status_of(form.errors))


def _propose(request: PersonRequest, form: FillingForm) -> HttpResponse:
    propose_filling(**form.cleaned_data, by=request.user, at=timezone.now())
    messages.success(request, _("It is written down. Somebody else of finance has to agree."))
    return redirect("money-in")


@require_POST
@role_required(Role.FINANCE)
def money_in_answer(request: PersonRequest, pk: int) -> HttpResponse:
    """The second person's word."""
    found = get_object_or_404(Filling.objects.visible_to(request.user), pk=pk)
    agreed = request.POST.get("agreed") == "yes"

    def answer() -> HttpResponse:
        answer_filling(filling=found, agreed=agreed, by=request.user, at=timezone.now())
        messages.success(request, _("The money is in the books.") if agreed else _("Nothing was booked."))
        return redirect("money-in")

    try:
        return once_posted(request, answer, now=timezone.now())
    except Refusal as refusal:
        show_refusal(request, refusal)
        return redirect("money-in")
