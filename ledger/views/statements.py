"""Statements of a merchant's accounts and of the fund's budgets: opening, lines, closing, as a page and as CSV."""

from collections.abc import Iterator, Sequence
from datetime import UTC

from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.doors import PersonRequest, role_required
from accounts.models import Merchant, Role
from common.money import major_units
from common.pages import read_page
from common.templatetags.bilingual import called
from common.transactions import one_snapshot
from ledger.exports.csv import in_pieces
from ledger.forms import StatementForm
from ledger.models import Account, AccountKind, Transfer, owner_of
from ledger.periods import Period
from ledger.statements import OF_A_MERCHANT, Line, lines, totals
from ledger.views.rows import called_owners

LINES_A_PAGE = 50


@role_required(Role.MERCHANT)
@require_safe
def own_statement(request: PersonRequest) -> HttpResponseBase:
    """The reader's own business."""
    seen = Account.objects.visible_to(request.user).filter(owner=owner_of(request.user), kind__in=OF_A_MERCHANT)
    return _statement(request, _in_order(seen), title=_("Statement"), template="ledger/own_statement.html")


@role_required(Role.FINANCE)
@require_safe
def merchant_statement(request: PersonRequest, merchant: int) -> HttpResponseBase:
    """All that a merchant has with the platform."""
    business = get_object_or_404(Merchant, pk=merchant)
    seen = Account.objects.visible_to(request.user).filter(owner=f"merchant:{merchant}", kind__in=OF_A_MERCHANT)
    return _statement(request, _in_order(seen), title=called(business), template="ledger/statement.html")


@role_required(Role.FINANCE)
@require_safe
def statement(request: PersonRequest, pk: int) -> HttpResponseBase:
    """One account, for example a budget of the fund."""
    found = get_object_or_404(Account.objects.visible_to(request.user), pk=pk)
    title = f"{found.get_kind_display()} {called_owners([found])[found.owner]}".strip()
    return _statement(request, [found], title=title, template="ledger/statement.html")


def _in_order(accounts: QuerySet[Account]) -> list[Account]:
    kinds = list(AccountKind)
    return sorted(accounts, key=lambda account: (kinds.index(AccountKind(account.kind)), account.currency))


def _statement(request: PersonRequest, accounts: Sequence[Account], *, title: str, template: str) -> HttpResponseBase:
    """The statement of these accounts; its lines are those of one of them, the first or the one asked for."""
    form = StatementForm(request.GET, today=timezone.now().astimezone(UTC).date())
    context = {"form": form, "title": title}
    if not form.is_valid() or not accounts:
        return render(request, template, context)
    period = form.period()
    if request.GET.get("format") == "csv":
        return _file(accounts, period)
    asked = request.GET.get("account", "")
    shown = next((account for account in accounts if str(account.pk) == asked), accounts[0])
    span = period.span()
    sides = (
        Transfer.objects.select_related("debit", "credit")
        .filter(pk__gt=span.after, pk__lte=span.through)
        .touching(shown)
    )
    page = read_page(*sides, by=("id",), after=request.GET.get("after"), size=LINES_A_PAGE)
    found = [Line(transfer, shown) for transfer in page.rows]
    owners = called_owners(line.other for line in found)
    return render(
        request,
        template,
        {
            **context,
            "period": period,
            "totals": totals(accounts, span),
            "shown": shown,
            "lines": [(line, owners[line.other.owner]) for line in found],
            **page.hrefs(request),
        },
    )


def _file(accounts: Sequence[Account], period: Period) -> HttpResponse | StreamingHttpResponse:
    return StreamingHttpResponse(
        _pieces(accounts, period),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="statement-{period.first}-{period.last}.csv"'},
    )


def _pieces(accounts: Sequence[Account], period: Period) -> Iterator[bytes]:
    with one_snapshot():
        yield from in_pieces(_cells(accounts, period))


def _cells(accounts: Sequence[Account], period: Period) -> Iterator[tuple[object, ...]]:
    """For each account its opening, its lines and its closing, in the same columns."""
    yield ("account", "currency", "line", "key", "kind", "recorded_at", "amount", "balance")
    span = period.span()
    for total in totals(accounts, span):
        account, balance = total.account, total.opening
        begin = (account.kind, account.currency)
        yield (*begin, "opening", "", "", period.first, "", _major(balance, account))
        for line in lines(account, span):
            balance += line.amount
            moved = line.transfer
            sums = (_major(line.amount, account), _major(balance, account))
            yield (*begin, "transfer", moved.key, moved.kind, moved.recorded_at.isoformat(), *sums)
        yield (*begin, "closing", "", "", period.last, "", _major(total.closing, account))


def _major(amount: int, account: Account) -> str:
    return f"{major_units(amount, account.currency):f}"
