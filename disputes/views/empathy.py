"""Help in hardship, from the agent's bench: what was granted beside this claim, and the form that grants more."""

from collections.abc import Callable
from datetime import datetime

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.doors import PersonRequest, role_required
from accounts.models import Role
from common.errors import Refusal
from common.idempotency import once_posted
from common.refusals import add_refusal, show_refusal, status_of
from compensation import actions
from compensation.actions.empathy import empathy_terms, granted_before
from compensation.forms.grants import GrantForm
from compensation.models import Grant
from disputes.models import Claim
from disputes.views.case import visible_claim


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.AGENT)
def empathy(request: PersonRequest, number: str) -> HttpResponse:
    """What this consumer was granted, what may be granted without a second person, and the form."""
    claim, now = visible_claim(request.user, number), timezone.now()
    most = empathy_terms(now).most.of(claim.currency)
    form = GrantForm(request.POST or None, currency=claim.currency, most=most)
    if request.method == "POST" and form.is_valid():

        def act() -> Grant:
            return actions.grant(
                claim=claim.number,
                line=claim.line,
                payee=claim.consumer,
                gateway=claim.order.paid_through,
                by=request.user,
                at=now,
                **form.cleaned_data,
            )

        try:
            return _once(request, claim, act, now=now)
        except Refusal as refusal:
            add_refusal(form, refusal)
    return _show(request, claim, form, now)


@require_POST
@role_required(Role.AGENT)
def empathy_answer(request: PersonRequest, number: str, grant: int) -> HttpResponse:
    """The second person agrees or declines."""
    claim, now = visible_claim(request.user, number), timezone.now()
    found = get_object_or_404(Grant.objects.visible_to(request.user), pk=grant, claim=claim.number)
    agreed = request.POST.get("agreed") == "yes"

    def act() -> Grant:
        return actions.answer_grant(
            grant=found, agreed=agreed, gateway=claim.order.paid_through, by=request.user, at=now
        )

    try:
        return _once(request, claim, act, now=now)
    except Refusal as refusal:
        show_refusal(request, refusal)
        return redirect("claim-empathy", claim.number)


DONE: dict[str, Promise] = {
    Grant.Status.PAID: _("It was granted and is on its way."),
    Grant.Status.PROPOSED: _("It is above what one person grants alone: a second agent has to agree."),
    Grant.Status.DECLINED: _("It was declined. Nothing is paid."),
}


def _once(request: PersonRequest, claim: Claim, act: Callable[[], Grant], *, now: datetime) -> HttpResponse:
    def carry_out() -> HttpResponse:
        messages.success(request, str(DONE[act().status]))
        return redirect("claim-empathy", claim.number)

    return once_posted(request, carry_out, now=now)


def _show(request: PersonRequest, claim: Claim, form: forms.Form, now: datetime) -> HttpResponse:
    terms, currency = empathy_terms(now), claim.currency
    grants = Grant.objects.visible_to(request.user).filter(payee=claim.consumer).order_by("-id")
    context = {
        "claim": claim,
        "form": form,
        "grants": grants.select_related("granted_by", "answered_by", "payout")[:50],
        "alone": terms.alone.of(currency),
        "terms": terms,
        "before": granted_before(terms, agent=request.user, consumer=claim.consumer, currency=currency, at=now),
        "per_agent": terms.per_agent.of(currency),
        "per_consumer": terms.per_consumer.of(currency),
    }
    return render(request, "disputes/empathy.html", context, status=status_of(form.errors))
