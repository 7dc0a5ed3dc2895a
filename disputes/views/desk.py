"""The merchant's desk: claims that need an answer, the most urgent first, and refunds without being asked."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.doors import PersonRequest, role_required
from accounts.models import Role
from common.errors import Refusal
from common.formats import money_text
from common.idempotency import once_posted
from common.pages import read_page
from common.refusals import add_refusal, status_of
from disputes.actions import refund_unasked
from disputes.forms import UnaskedRefundForm
from disputes.models import Claim, Offer, Party
from disputes.silence import silence_in_short
from disputes.views.listed import waiting_for
from orders.models import Line, Order
from policies.wording import label_of_reason

CLAIMS_A_PAGE = 25
ORDERS_A_PAGE = 25
LINES_A_PAGE = 50
LINES_SHOWN = 3


@dataclass(frozen=True)
class Sold:
    """An order with the lines that are shown of it."""

    order: Order
    lines: list[Line]
    has_more: bool = False


@role_required(Role.MERCHANT)
@require_safe
def inbox(request: PersonRequest) -> HttpResponse:
    """What waits for this merchant, by deadline: the money at stake and what happens if nobody answers."""
    waiting = waiting_for(request.user).select_related("line")
    page = read_page(waiting, by=("due_at", "id"), after=request.GET.get("after"), size=CLAIMS_A_PAGE)
    return render(
        request,
        "disputes/inbox.html",
        {
            "rows": _with_silence(page.rows),
            **page.hrefs(request),
        },
    )


def _with_silence(claims: list[Claim]) -> list[tuple[Claim, str, str]]:
    """Each claim with what went wrong and with what happens if the merchant stays silent (one query)."""
    counters = Offer.objects.filter(claim__in=claims, status=Offer.Status.OPEN, by=Party.CONSUMER)
    asked = dict(counters.values_list("claim_id", "amount"))
    return [
        (
            claim,
            label_of_reason(claim.reason),
            silence_in_short(claim, asked=asked.get(claim.pk)),
        )
        for claim in claims
    ]


@role_required(Role.MERCHANT)
@require_safe
def refunds(request: PersonRequest) -> HttpResponse:
    """The merchant's orders, newest first, each with its first lines; with a `number`, that one."""
    lines = Line.objects.select_related("stock_out").order_by("position")
    first_lines = Prefetch("lines", lines[: LINES_SHOWN + 1], to_attr="first_lines")
    sold = Order.objects.visible_to(request.user).prefetch_related(first_lines)
    if number := request.GET.get("number", "").strip():
        sold = sold.filter(number=number)
    page = read_page(sold, by=("-placed_at", "-id"), after=request.GET.get("after"), size=ORDERS_A_PAGE)
    return render(
        request,
        "disputes/refund_desk.html",
        {
            "orders": [_sold(order) for order in page.rows],
            "number": number,
            **page.hrefs(request),
        },
    )


def _sold(order: Any) -> Sold:
    return Sold(order, order.first_lines[:LINES_SHOWN], has_more=len(order.first_lines) > LINES_SHOWN)


@role_required(Role.MERCHANT)
@require_safe
def refund_order(request: PersonRequest, number: str) -> HttpResponse:
    """One order with all its lines."""
    sold = get_object_or_404(Order.objects.visible_to(request.user), number=number)
    lines = sold.lines.select_related("stock_out")
    page = read_page(lines, by=("position", "id"), after=request.GET.get("after"), size=LINES_A_PAGE)
    return render(
        request,
        "disputes/refund_order.html",
        {
            "sold": Sold(sold, page.rows),
            **page.hrefs(request),
        },
    )


@role_required(Role.MERCHANT)
@require_http_methods(["GET", "POST"])
def refund_line(request: PersonRequest, number: str, line: int) -> HttpResponse:
    """Give back all or a part of one line, before anybody asks."""
    orders = Order.objects.visible_to(request.user)
    sold = get_object_or_404(Line.objects.select_related("order"), pk=line, order__number=number, order__in=orders)
    form = UnaskedRefundForm(
        request.POST if request.method == "POST" else None,
        currency=sold.order.currency,
        most=max(sold.paid, 1),
        left=sold.refundable,
    )
    if form.is_valid():
        try:
            return _give_back(request, sold, form.cleaned_data["amount"])
        except Refusal as refusal:
            add_refusal(form, refusal)
    status = status_of(form.errors)
    return render(
        request, "disputes/refund_line.html", {"line": sold, "order": sold.order, "form": form}, status=status
    )


def _give_back(request: PersonRequest, line: Line, amount: int) -> HttpResponse:
    now = timezone.now()

    def act() -> HttpResponse:
        refund_unasked(line=line.pk, by=request.user, amount=amount, at=now)
        given = {"amount": money_text(amount, line.order.currency), "order": line.order.number}
        messages.success(request, _("%(amount)s was given back for order %(order)s.") % given)
        return redirect("merchant-refund-order", line.order.number)

    return once_posted(request, act, now=now)
