"""The journal for finance: every transfer, newest first, the account a figure came from, and each transfer's story."""

from typing import Any

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.doors import PersonRequest, role_required
from accounts.models import Role
from common.pages import read_page
from ledger.forms import JournalForm
from ledger.models import Account, AccountKind, Hold, Seal, Transfer, TransferQuerySet
from ledger.sealing import last_seal
from ledger.views.rows import Side, called_owners, merchant_number, rows_of

TRANSFERS_A_PAGE = 50
MOST_RELATED = 50


@role_required(Role.FINANCE)
@require_safe
def journal(request: PersonRequest) -> HttpResponse:
    """All transfers, newest first, or those that are asked for."""
    form = JournalForm(request.GET)
    transfers = _asked_for(form, Transfer.objects.visible_to(request.user))
    return render(
        request,
        "ledger/journal.html",
        {**_page(request, transfers), "form": form, "is_asked": _is_asked(form), "seal": last_seal()},
    )


@role_required(Role.FINANCE)
@require_safe
def account(request: PersonRequest, pk: int) -> HttpResponse:
    """One account: what it holds, and the transfers that make it, newest first."""
    found = get_object_or_404(Account.objects.visible_to(request.user).select_related("balance"), pk=pk)
    form = JournalForm(request.GET)
    debits, credits_ = _asked_for(form, Transfer.objects.all()).touching(found)
    return render(
        request,
        "ledger/account.html",
        {
            **_page(request, debits, credits_),
            "form": form,
            "is_asked": _is_asked(form),
            "side": Side(found, called_owners([found])[found.owner]),
            "balance": found.balance,
            "merchant": merchant_number(found.owner),
            "is_budget": found.kind == AccountKind.FUND_BUDGET,
        },
    )


@role_required(Role.FINANCE)
@require_safe
def transfer(request: PersonRequest, transfer: int) -> HttpResponse:
    """One transfer: both sides, what caused it, what it reverses or was reversed by, and the seal that covers it."""
    seen = Transfer.objects.visible_to(request.user).select_related("debit", "credit")
    found = get_object_or_404(seen.select_related("reverses"), pk=transfer)
    related = seen.filter(_of_the_same_cause(found)).exclude(pk=transfer).order_by("id")[:MOST_RELATED]
    return render(
        request,
        "ledger/transfer.html",
        {
            "row": rows_of([found])[0],
            "reversal": found.reversals.first(),
            "hold": Hold.objects.filter(key=found.key).first(),
            "seal": Seal.objects.filter(through__gte=transfer).order_by("day").first(),
            "related": rows_of(list(related)),
        },
    )


def _asked_for(form: JournalForm, transfers: TransferQuerySet) -> TransferQuerySet:
    """Those that the form asks for; none while it cannot be understood."""
    if not form.is_valid():
        return transfers.none()
    asked = form.cleaned_data
    if asked["key"]:
        transfers = transfers.filter(key__startswith=asked["key"])
    if asked["kind"]:
        transfers = transfers.filter(kind=asked["kind"])
    if asked["first"] or asked["last"]:
        after, through = form.period().span()
        transfers = transfers.filter(pk__gt=after, pk__lte=through)
    return transfers.select_related("debit", "credit")


def _is_asked(form: JournalForm) -> bool:
    return bool(form.errors) or any(form.cleaned_data.values())


def _page(request: PersonRequest, *parts: TransferQuerySet) -> dict[str, Any]:
    page = read_page(*parts, by=("-id",), after=request.GET.get("after"), size=TRANSFERS_A_PAGE)
    return {
        "rows": rows_of(page.rows),
        **page.hrefs(request),
    }


def _of_the_same_cause(transfer: Transfer) -> Q:
    """Keys name their cause from left to right: "claim:R-7:refund:1" caused "claim:R-7:refund:1:payout"."""
    words = transfer.key.split(":")
    causes = [":".join(words[:number]) for number in range(1, len(words))]
    return Q(key__in=causes) | Q(key__startswith=f"{transfer.key}:")
