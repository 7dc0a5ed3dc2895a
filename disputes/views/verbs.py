"""The verbs of a case, each a POST to its noun: load through the one door, call one action, go back to the case.

A form that needs mending, or an action that refuses, brings the case back with the reason beside the field.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from accounts.doors import PersonRequest, role_required
from accounts.models import Role
from common.errors import Refusal
from common.idempotency import once_posted
from common.refusals import add_refusal, show_refusal
from disputes import actions
from disputes.models import Claim, Offer, Status
from disputes.rights import Answer
from disputes.views.case import open_offer, show_case, visible_claim
from disputes.views.choices import Refused, new_form

Given = dict[str, Any]
Act = Callable[[Claim, Given, datetime], object]

parties = role_required(Role.CONSUMER, Role.MERCHANT)
everybody = role_required(Role.CONSUMER, Role.MERCHANT, Role.AGENT)


@require_POST
@role_required(Role.MERCHANT)
def answer(request: PersonRequest, number: str) -> HttpResponse:
    """Accept, offer or reject: three forms of the page, one address."""
    kind = request.POST.get("kind", "")
    if kind not in tuple(Answer):
        raise Http404

    def act(claim: Claim, given: Given, at: datetime) -> object:
        return actions.answer(claim=claim, by=request.user, kind=kind, at=at, **given)

    return _act_once(request, number, kind, act, done=_("Your answer was sent."))


@require_POST
@role_required(Role.CONSUMER)
def offers(request: PersonRequest, number: str) -> HttpResponse:
    """The consumer asks for another sum; merchants offer by answering."""

    def act(claim: Claim, given: Given, at: datetime) -> object:
        return actions.make_offer(claim=claim, by=request.user, at=at, **given)

    return _act_once(request, number, "counter", act, done=_("The merchant was asked for this sum."))


@require_POST
@parties
def acceptance(request: PersonRequest, number: str, offer: int) -> HttpResponse:
    claim = visible_claim(request.user, number)
    found = get_object_or_404(Offer, pk=offer, claim=claim)

    def act(at: datetime) -> object:
        return actions.accept_offer(claim=claim, offer=found.pk, by=request.user, at=at)

    return _press_once(request, claim, act, done=_("You accepted the offer."))


@require_POST
@role_required(Role.CONSUMER)
def escalation(request: PersonRequest, number: str) -> HttpResponse:
    def act(claim: Claim, given: Given, at: datetime) -> object:
        return actions.escalate(claim=claim, by=request.user, at=at, **given)

    return _act_once(
        request, number, "escalation", act, done=_("The platform will decide. Both sides can add evidence.")
    )


@require_POST
@role_required(Role.CONSUMER)
def withdrawal(request: PersonRequest, number: str) -> HttpResponse:
    def act(claim: Claim, given: Given, at: datetime) -> object:
        return actions.withdraw(claim=claim, by=request.user, at=at, **given)

    return _act_once(request, number, "withdrawal", act, done=_("You withdrew the claim."))


@require_POST
@everybody
def say(request: PersonRequest, number: str) -> HttpResponse:
    """A message to the others, or a note among the platform's people."""
    internal = "internal" in request.POST

    def act(claim: Claim, given: Given, at: datetime) -> object:
        return actions.say(claim=claim, by=request.user, internal=internal, at=at, **given)

    done = _("The note was kept.") if internal else _("Your message was sent.")
    return _act_once(request, number, "note" if internal else "message", act, done=done)


@require_POST
@parties
def evidence(request: PersonRequest, number: str) -> HttpResponse:
    def act(claim: Claim, given: Given, at: datetime) -> object:
        return actions.give_evidence(claim=claim, by=request.user, at=at, **given)

    return _act_once(request, number, "evidence", act, done=_("Your document was added."))


@require_POST
@role_required(Role.AGENT)
def decision(request: PersonRequest, number: str) -> HttpResponse:
    """The first decision, or the one on appeal."""

    def act(claim: Claim, given: Given, at: datetime) -> object:
        decide = actions.decide_appeal if claim.status == Status.APPEAL_REVIEW else actions.decide
        return decide(claim=claim, by=request.user, at=at, **given)

    return _act_once(request, number, "decision", act, done=_("Your decision was recorded."))


@require_POST
@parties
def appeal(request: PersonRequest, number: str) -> HttpResponse:
    def act(claim: Claim, given: Given, at: datetime) -> object:
        return actions.appeal(claim=claim, by=request.user, at=at, **given)

    return _act_once(request, number, "appeal", act, done=_("Your appeal was sent to another reviewer."))


@require_POST
@role_required(Role.CONSUMER)
def shipment(request: PersonRequest, number: str) -> HttpResponse:
    def act(claim: Claim, given: Given, at: datetime) -> object:
        return actions.ship_return(claim=claim, by=request.user, at=at, **given)

    return _act_once(request, number, "shipment", act, done=_("The merchant knows the goods are on their way."))


@require_POST
@role_required(Role.MERCHANT)
def receipt(request: PersonRequest, number: str) -> HttpResponse:
    claim = visible_claim(request.user, number)

    def act(at: datetime) -> object:
        return actions.receive_return(claim=claim, by=request.user, at=at)

    return _press_once(request, claim, act, done=_("You confirmed that the goods came back."))


def _act_once(request: PersonRequest, number: str, name: str, act: Act, *, done: str | Promise) -> HttpResponse:
    """One posted form, carried out once however often it is sent."""
    claim = visible_claim(request.user, number)
    name = "give_in" if name == "accept" and claim.status != Status.AWAITING_MERCHANT else name
    form = new_form(name, claim, request.user, offer=open_offer(claim), request=request)
    if not form.is_valid():
        return show_case(request, claim, refused=Refused(name, form))
    try:
        return _once(request, claim, lambda at: act(claim, form.cleaned_data, at), done=done)
    except Refusal as refusal:
        add_refusal(form, refusal)
        return show_case(request, visible_claim(request.user, number), refused=Refused(name, form))


def _press_once(
    request: PersonRequest, claim: Claim, act: Callable[[datetime], object], *, done: str | Promise
) -> HttpResponse:
    """One pressed button without anything to fill in."""
    try:
        return _once(request, claim, act, done=done)
    except Refusal as refusal:
        show_refusal(request, refusal)
        return redirect(claim)


def _once(
    request: PersonRequest, claim: Claim, act: Callable[[datetime], object], *, done: str | Promise
) -> HttpResponse:
    now = timezone.now()

    def carry_out() -> HttpResponse:
        act(now)
        messages.success(request, str(done))
        return redirect(claim)

    return once_posted(request, carry_out, now=now)
