"""The journal for finance: every transfer, newest first, and the account that a figure came from."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.doors import PersonRequest, role_required
from accounts.models import Merchant, Role
from common.pages import read_page
from common.templatetags.bilingual import called
from ledger.models import Account, Transfer

TRANSFERS_A_PAGE = 50
MERCHANT = "merchant:"


@dataclass(frozen=True)
class Side:
    """An account of a transfer, with the name of the merchant it belongs to, or the owner as the books write it."""

    account: Account
    owner: str


@dataclass(frozen=True)
class Row:
    """A transfer as the journal shows it."""

    transfer: Transfer
    debit: Side
    credit: Side


@role_required(Role.FINANCE)
@require_safe
def journal(request: PersonRequest) -> HttpResponse:
    """All transfers, newest first; with a `key`, the one it was posted under."""
    transfers = Transfer.objects.visible_to(request.user).select_related("debit", "credit")
    if key := request.GET.get("key", "").strip():
        transfers = transfers.filter(key=key)
    page = read_page(transfers, by=("-id",), after=request.GET.get("after"), size=TRANSFERS_A_PAGE)
    return render(
        request,
        "ledger/journal.html",
        {
            "rows": _rows(page.rows),
            "key": key,
            "next_href": page.next_href(request),
            "first_href": page.first_href(request),
        },
    )


@role_required(Role.FINANCE)
@require_safe
def account(request: PersonRequest, pk: int) -> HttpResponse:
    """One account: what it holds, and the transfers that make it, newest first."""
    found = get_object_or_404(Account.objects.visible_to(request.user).select_related("balance"), pk=pk)
    touching = Transfer.objects.touching(found).select_related("debit", "credit")
    page = read_page(touching, by=("-id",), after=request.GET.get("after"), size=TRANSFERS_A_PAGE)
    return render(
        request,
        "ledger/account.html",
        {
            "side": Side(found, _owners([found])[found.owner]),
            "balance": found.balance,
            "rows": _rows(page.rows),
            "next_href": page.next_href(request),
            "first_href": page.first_href(request),
        },
    )


def _rows(transfers: list[Transfer]) -> list[Row]:
    owners = _owners(account for transfer in transfers for account in (transfer.debit, transfer.credit))
    return [
        Row(
            transfer,
            debit=Side(transfer.debit, owners[transfer.debit.owner]),
            credit=Side(transfer.credit, owners[transfer.credit.owner]),
        )
        for transfer in transfers
    ]


def _owners(accounts: Iterable[Account]) -> dict[str, str]:
    """What to call each owner: businesses by their name (one query), people never."""
    owners = {account.owner for account in accounts}
    ids = {owner: int(owner.removeprefix(MERCHANT)) for owner in owners if owner.startswith(MERCHANT)}
    merchants = Merchant.objects.in_bulk(ids.values()) if ids else {}
    return {owner: called(merchants[ids[owner]]) if owner in ids else owner for owner in owners}
