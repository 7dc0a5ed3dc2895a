"""The days of the fund's budgets: what each may give away in a day, what it gave today, and who said so."""

from dataclasses import dataclass
from datetime import UTC

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.doors import PersonRequest, role_required
from accounts.models import Role
from common.errors import Refusal
from common.pages import read_page
from common.refusals import add_refusal, status_of
from ledger.models import Account, AccountKind
from payouts import actions
from payouts.forms import LimitForm
from payouts.models import BudgetDay, DailyLimit
from payouts.views.controls import reads_and_acts

LIMITS_A_PAGE = 50


@dataclass(frozen=True)
class Budget:
    """A budget with its limit for a day (None: none) and, where it has one, what it gave away today."""

    account: Account
    limit: int | None
    today: BudgetDay | None


@role_required(Role.FINANCE)
@require_safe
def budgets(request: PersonRequest) -> HttpResponse:
    """All budgets, which are few, with their day."""
    accounts = Account.objects.visible_to(request.user).filter(kind=AccountKind.FUND_BUDGET)
    found = [_with_day(account) for account in accounts.order_by("currency", "owner")]
    return render(request, "payouts/budgets.html", {"budgets": found, "today": timezone.now().astimezone(UTC).date()})


@reads_and_acts
@role_required(Role.FINANCE)
def budget(request: PersonRequest, account: int) -> HttpResponse:
    """One budget: its limit, the form that sets another, and all that were set before."""
    accounts = Account.objects.visible_to(request.user).filter(kind=AccountKind.FUND_BUDGET)
    found = _with_day(get_object_or_404(accounts, pk=account))
    owner, currency = found.account.owner, found.account.currency
    form = LimitForm(request.POST or None, currency=currency)
    if request.method == "POST" and form.is_valid():
        try:
            actions.limit_budget(
                budget=owner, currency=currency, **form.cleaned_data, by=request.user, at=timezone.now()
            )
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("The limit holds from now on."))
            return redirect("payout-budget", account)
    limits = DailyLimit.objects.filter(budget=owner, currency=currency).select_related("set_by")
    page = read_page(limits, by=("-id",), after=request.GET.get("after"), size=LIMITS_A_PAGE)
    context = {
        "budget": found,
        "today": timezone.now().astimezone(UTC).date(),
        "form": form,
        "limits": page.rows,
        **page.hrefs(request),
    }
    return render(request, "payouts/budget.html", context, status=status_of(form.errors))


def _with_day(account: Account) -> Budget:
    now = timezone.now()
    limit = DailyLimit.objects.in_force(account.owner, account.currency, now).first()
    if limit is None or limit.amount is None:
        return Budget(account, limit=None, today=None)
    day = BudgetDay.objects.filter(budget=account.owner, currency=account.currency, day=now.astimezone(UTC).date())
    return Budget(account, limit=limit.amount, today=day.first())
