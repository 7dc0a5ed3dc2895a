"""The journal for finance: every transfer, newest first, and the account that a figure came from."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.doors import PersonRequest, role_required
from accounts.models import Role
from common.pages import read_page
from ledger.models import Account, Balance, Transfer

TRANSFERS_A_PAGE = 50


@role_required(Role.FINANCE)
@require_safe
def journal(request: PersonRequest) -> HttpResponse:
    """All transfers, newest first."""
    transfers = Transfer.objects.select_related("debit", "credit")
    page = read_page(transfers, by=("-id",), after=request.GET.get("after"), size=TRANSFERS_A_PAGE)
    context = {"transfers": page.rows, "next_href": page.next_href(request), "first_href": page.first_href(request)}
    return render(request, "ledger/journal.html", context)


@role_required(Role.FINANCE)
@require_safe
def account(request: PersonRequest, pk: int) -> HttpResponse:
    """One account: what it holds, and the transfers that make it, newest first."""
    found = get_object_or_404(Account, pk=pk)
    touching = Transfer.objects.touching(found).select_related("debit", "credit")
    page = read_page(touching, by=("-id",), after=request.GET.get("after"), size=TRANSFERS_A_PAGE)
    context = {
        "account": found,
        "balance": Balance.objects.filter(account=found).first(),
        "transfers": page.rows,
        "next_href": page.next_href(request),
        "first_href": page.first_href(request),
    }
    return render(request, "ledger/account.html", context)
