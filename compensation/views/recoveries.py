"""What merchants owe the special fund and why: finance pursues it, and the merchant may object."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import F, Sum
from django.db.models.expressions import Combinable
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from accounts.doors import PersonRequest, role_required
from accounts.models import Role
from common.errors import Refusal
from common.idempotency import once_posted
from common.pages import read_page
from common.refusals import add_refusal, status_of
from compensation import actions
from compensation.actions.recoveries import recovery_terms
from compensation.forms.recoveries import AnswerForm, PaymentForm, RecoveriesForm, ReliefForm, StatementForm
from compensation.fund_figures import OPEN, PARTS, of_age
from compensation.models import Recovery, RecoveryQuerySet, Relief
from payouts.forms import BecauseForm

ROWS_A_PAGE = 50
LAYOUTS = {Role.FINANCE: "base.html", Role.MERCHANT: "desk.html"}

Given = Mapping[str, Any]


@role_required(Role.FINANCE, Role.MERCHANT)
@require_safe
def recoveries(request: PersonRequest) -> HttpResponse:
    """All that is or was owed, newest first; or what is asked for, in one currency with the figure that it makes."""
    form = RecoveriesForm(request.GET)
    asked = form.asked()
    rows = _narrowed(Recovery.objects.visible_to(request.user), asked, now=timezone.now())
    page = read_page(
        rows.select_related("merchant", "invoice"), by=("-id",), after=request.GET.get("after"), size=ROWS_A_PAGE
    )
    context = {
        "layout": LAYOUTS[Role(request.user.role)],
        "is_finance": request.user.role == Role.FINANCE,
        "recoveries": page.rows,
        "form": form,
        "asked": asked,
        "part": dict(form.fields["part"].choices).get(asked.get("part")),  # type: ignore[attr-defined]  # a ChoiceField
        "total": _figure(rows, asked) if "currency" in asked else None,
        **page.hrefs(request),
    }
    return render(request, "compensation/recoveries.html", context)


def _narrowed(rows: RecoveryQuerySet, asked: Given, *, now: datetime) -> RecoveryQuerySet:
    rows = rows.filter(**{name: asked[name] for name in ("cause", "merchant", "currency") if name in asked})
    if status := asked.get("status"):
        rows = rows.live() if status == "live" else rows.filter(status=status)
    if part := asked.get("part"):
        rows = rows.annotate(part=PARTS[part]).filter(part__gt=0)
    return of_age(rows, asked["age"], now=now) if "age" in asked else rows


def _figure(rows: RecoveryQuerySet, asked: Given) -> int:
    """The sum of the column that was asked for, in minor units of the one currency: a part, what is open, or all."""
    if "part" in asked:
        return _sum(rows, PARTS[asked["part"]])
    if "age" in asked or asked.get("status") == "live":
        return _sum(rows, OPEN)
    return _sum(rows, F("amount"))


def _sum(rows: RecoveryQuerySet, column: Combinable) -> int:
    return rows.aggregate(total=Sum(column))["total"] or 0


@role_required(Role.FINANCE, Role.MERCHANT)
@require_safe
def recovery(request: PersonRequest, pk: int) -> HttpResponse:
    return _show(request, _visible(request, pk))


@require_POST
@role_required(Role.FINANCE)
def recovery_payment(request: PersonRequest, pk: int) -> HttpResponse:
    """The merchant paid by itself."""
    found = _visible(request, pk)

    def act(given: Given) -> object:
        return actions.receive_payment(recovery=found, by=request.user, at=timezone.now(), **given)

    return _act(request, found, "payment", act, done=_("The payment was booked."))


@require_POST
@role_required(Role.FINANCE)
def recovery_relief(request: PersonRequest, pk: int) -> HttpResponse:
    """Propose to give it up."""
    found = _visible(request, pk)

    def act(given: Given) -> object:
        return actions.propose_relief(recovery=found, by=request.user, at=timezone.now(), **given)

    return _act(request, found, "relief", act, done=_("It was proposed. Somebody else of finance has to agree."))


@require_POST
@role_required(Role.FINANCE)
def recovery_answer(request: PersonRequest, pk: int) -> HttpResponse:
    """The second person's word on what was proposed."""
    found, agreed = _visible(request, pk), request.POST.get("agreed") == "yes"

    def act(given: Given) -> object:
        looked_at = given["relief"] or 0
        return actions.answer_relief(
            recovery=found, relief=looked_at, agreed=agreed, by=request.user, at=timezone.now()
        )

    return _act(request, found, "answer", act, done=_("It was given up.") if agreed else _("It is owed as before."))


@require_POST
@role_required(Role.FINANCE)
def recovery_verdict(request: PersonRequest, pk: int) -> HttpResponse:
    """Finance looked at what the merchant disputes, and it is owed."""
    found = _visible(request, pk)

    def act(given: Given) -> object:
        return actions.uphold_recovery(recovery=found, by=request.user, at=timezone.now(), **given)

    return _act(request, found, "verdict", act, done=_("The merchant was told why it owes this."))


@require_POST
@role_required(Role.MERCHANT)
def recovery_dispute(request: PersonRequest, pk: int) -> HttpResponse:
    """The merchant says that it does not owe this."""
    found = _visible(request, pk)

    def act(given: Given) -> object:
        return actions.dispute_recovery(recovery=found, statement=given["because"], by=request.user, at=timezone.now())

    return _act(request, found, "dispute", act, done=_("Finance looks at it. Until then nothing more is taken."))


def _visible(request: PersonRequest, pk: int) -> Recovery:
    """The recovery, or 404 when it is not theirs to see."""
    rows = Recovery.objects.visible_to(request.user).select_related("merchant", "invoice", "line")
    return get_object_or_404(rows, pk=pk)


def _forms(found: Recovery, *, is_finance: bool) -> dict[str, forms.Form]:
    """What can be done with it now, by name; each form comes with the prefix of its name."""
    live = found.status in Recovery.LIVE
    possible: dict[str, forms.Form] = {}
    if is_finance:
        if found.status == Recovery.Status.DISPUTED:
            possible["verdict"] = BecauseForm(prefix="verdict")
        most = found.open or found.written_off
        if most:
            possible["payment"] = PaymentForm(currency=found.currency, most=most, prefix="payment")
        if live and not _proposed(found):
            possible["relief"] = ReliefForm(prefix="relief")
    elif found.status in (Recovery.Status.OPEN, Recovery.Status.INVOICED):
        possible["dispute"] = StatementForm(prefix="dispute")
    return possible


def _proposed(found: Recovery) -> Relief | None:
    waiting = Relief.objects.filter(recovery=found, answered_at__isnull=True)
    return waiting.select_related("proposed_by").first()


def _act(
    request: PersonRequest, found: Recovery, name: str, act: Callable[[Given], object], *, done: str | Promise
) -> HttpResponse:
    """One posted form, carried out once; a form that needs mending brings the page back."""
    possible = _forms(found, is_finance=request.user.role == Role.FINANCE)
    form = possible.get(name) or BecauseForm(prefix=name)
    if name == "answer":
        form = AnswerForm()
    form.data, form.is_bound = request.POST, True
    if not form.is_valid():
        return _show(request, found, refused=(name, form))

    def carry_out() -> HttpResponse:
        act(form.cleaned_data)
        messages.success(request, str(done))
        return redirect("recovery", found.pk)

    try:
        return once_posted(request, carry_out, now=timezone.now())
    except Refusal as refusal:
        add_refusal(form, refusal)
        return _show(request, _visible(request, found.pk), refused=(name, form))


def _show(request: PersonRequest, found: Recovery, *, refused: tuple[str, forms.Form] | None = None) -> HttpResponse:
    is_finance = request.user.role == Role.FINANCE
    possible = _forms(found, is_finance=is_finance)
    proposed = _proposed(found) if is_finance else None
    answers = proposed is not None and proposed.proposed_by_id != request.user.pk
    if refused:
        name, form = refused
        possible[name] = form
    context = {
        "layout": LAYOUTS[Role(request.user.role)],
        "is_finance": is_finance,
        "recovery": found,
        "entries": found.entries.select_related("by").order_by("id"),
        "forms": possible,
        "proposed": proposed,
        "answers": answers,
        "leads": "" if answers else next((name for name in possible if name != "relief"), ""),
        "refused": refused,
        "ahead": _ahead(found, now=timezone.now()),
        "now": timezone.now(),
    }
    return render(request, "compensation/recovery.html", context, status=status_of(refused))


def _ahead(found: Recovery, *, now: datetime) -> dict[str, datetime] | None:
    """From when on the deposit is taken and the rest is invoiced, for what is still to be set off."""
    terms = recovery_terms(found, now) if found.status == Recovery.Status.OPEN else None
    if terms is None:
        return None
    return {
        "deposit": terms.takes_the_deposit_at(found.charged_at),
        "invoice": terms.invoices_at(found.charged_at),
    }
