"""Goods that ran out: the merchant says at its desk how many pieces it cannot deliver."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.doors import PersonRequest, role_required
from accounts.models import Role
from common.errors import Refusal
from common.idempotency import once_posted
from common.refusals import add_refusal, status_of
from compensation.actions import report_stock_out
from compensation.forms.stock_outs import StockOutForm
from orders.models import Line, Order, OrderKind


@role_required(Role.MERCHANT)
@require_http_methods(["GET", "HEAD", "POST"])
def stock_out(request: PersonRequest, number: str, line: int) -> HttpResponse:
    """Say that pieces of a line cannot be delivered; or what is on record of it."""
    own = Line.objects.filter(order__in=Order.objects.visible_to(request.user), order__kind=OrderKind.GOODS)
    sold = get_object_or_404(own.select_related("order", "stock_out"), pk=line, order__number=number)
    form = StockOutForm(request.POST if request.method == "POST" else None, most=sold.quantity)
    if form.is_valid():
        try:
            return _report(request, sold, form.cleaned_data["pieces"])
        except Refusal as refusal:
            add_refusal(form, refusal)
    status = status_of(form.errors)
    context = {"line": sold, "order": sold.order, "known": getattr(sold, "stock_out", None), "form": form}
    return render(request, "compensation/stock_out.html", context, status=status)


def _report(request: PersonRequest, line: Line, pieces: int) -> HttpResponse:
    now = timezone.now()

    def act() -> HttpResponse:
        report_stock_out(line=line.pk, pieces=pieces, by=request.user, at=now)
        messages.success(request, _("It is on record, and the customer was told."))
        return redirect("merchant-refund-order", line.order.number)

    return once_posted(request, act, now=now)
