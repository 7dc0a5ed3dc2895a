"""The guarantees a merchant gives: what the platform promises with each, what it cost so far, and joining, changing
and leaving from a moment on. The form is made from the terms that merchants enrol with.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db.models import F, Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.doors import PersonRequest, role_required
from accounts.models import MemberRole, Merchant, Role
from common.errors import Refusal
from common.refusals import status_of
from disputes.costs import Cost, costs_of
from policies import actions
from policies.actions import TermsNotAccepted
from policies.forms import StartForm
from policies.in_force import enrolment_terms, in_force, rule_of, terms_of
from policies.models import Enrolment, Version
from policies.shapes import Misshapen
from policies.sheets import Read, add_problem, every, filled, laid_out, read, with_rows_changed
from policies.told import Told, told
from policies.wording import label_of_rule

HISTORY_SHOWN = 50


@dataclass(frozen=True, kw_only=True)
class Guarantee:
    """A policy a merchant can take part in: its part now and the one to come, and what it cost."""

    code: str
    name: str
    version: Version | None
    running: Enrolment | None
    coming: Enrolment | None
    costs: Sequence[Cost]
    by_label: bool


@dataclass(frozen=True)
class Past:
    """An enrolment with its own terms in words."""

    enrolment: Enrolment
    told: Sequence[Told]
    was_called_off: bool


@role_required(Role.MERCHANT)
@require_safe
def enrolments(request: PersonRequest) -> HttpResponse:
    """Every guarantee there is, with the merchant's part in it."""
    merchant, now = _merchant(request), timezone.now()
    guarantees = sorted(_guarantees(merchant, now), key=lambda one: (one.running is None, one.name))
    context = {"guarantees": guarantees, "may_change": _is_owner(request)}
    return render(request, "disputes/enrolments.html", context)


def _merchant(request: PersonRequest) -> Merchant:
    membership = getattr(request.user, "membership", None)
    if membership is None:
        raise Http404
    merchant: Merchant = membership.merchant
    return merchant


def _is_owner(request: PersonRequest) -> bool:
    return bool(request.user.membership.role == MemberRole.OWNER)


def joinable() -> list[str]:
    """The codes of the policies that merchants can take part in."""
    return [code for code in settings.POLICY_RULES if rule_of(code).enrolment is not None]


def _guarantees(merchant: Merchant, now: datetime) -> Iterator[Guarantee]:
    """Five queries, however many guarantees there are."""
    versions, costs = in_force(joinable(), at=now), costs_of(merchant.pk)
    taking_part = _taking_part(merchant, now)
    for code in joinable():
        own = taking_part.get(code, [])
        yield Guarantee(
            code=code,
            name=label_of_rule(code),
            version=versions.get(code),
            running=next((one for one in own if one.starts_at <= now), None),
            coming=next((one for one in own if one.starts_at > now), None),
            costs=costs.get(code, []),
            by_label=getattr(rule_of(code).terms, "by_admission", False),
        )


def _taking_part(merchant: Merchant, now: datetime) -> Mapping[str, list[Enrolment]]:
    """Enrolments that run or will, by policy, those that begin first in front."""
    rows = Enrolment.objects.filter(
        Q(ends_at__isnull=True) | (Q(ends_at__gt=now) & Q(ends_at__gt=F("starts_at"))), merchant=merchant
    ).select_related("policy")
    found: dict[str, list[Enrolment]] = {}
    for enrolment in rows.order_by("starts_at"):
        found.setdefault(enrolment.policy.code, []).append(enrolment)
    return found


@role_required(Role.MERCHANT)
@require_http_methods(["GET", "HEAD", "POST"])
def enrolment(request: PersonRequest, code: str) -> HttpResponse:
    """One guarantee: the platform's terms in words, the form for the own ones, and all that was promised before."""
    merchant, now = _merchant(request), timezone.now()
    guarantee = next((one for one in _guarantees(merchant, now) if one.code == code), None)
    if guarantee is None or guarantee.by_label:
        raise Http404
    shape: Any = rule_of(code).enrolment
    if request.method != "POST":
        latest = guarantee.coming or guarantee.running
        return _page(request, guarantee, filled(shape, latest.terms if latest else {}))
    typed = {name: values for name, values in request.POST.lists() if name not in BESIDE}
    asked = request.POST.get("do", "save")
    if asked.startswith(("add ", "remove ")):
        return _page(request, guarantee, with_rows_changed(typed, asked), form=_start(request, quiet=True))
    taken, form = read(shape, typed), StartForm(request.POST, now=now)
    if not form.is_valid() or taken.errors:
        return _page(request, guarantee, typed, taken=taken, form=form)
    try:
        actions.join(
            merchant=merchant,
            policy=code,
            terms=taken.terms,
            starts_at=form.cleaned_data["effective_from"] or now,
            by=request.user,
            at=now,
        )
    except Refusal as refusal:
        _add(taken, form, refusal)
        return _page(request, guarantee, typed, taken=taken, form=form)
    messages.success(request, _("It is settled: orders placed from then on carry this promise."))
    return redirect("enrolment", code)


# What the form holds beside the terms.
BESIDE = ("csrfmiddlewaretoken", "effective_from", "do")


def _start(request: PersonRequest, *, quiet: bool = False) -> StartForm:
    form = StartForm({"effective_from": request.POST.get("effective_from", "")}, now=timezone.now())
    if quiet:
        form.errors.clear()
    return form


def _add(taken: Read, form: StartForm, refusal: Refusal) -> None:
    """What was refused, at its place in the form where it has one."""
    problem = refusal.__cause__
    if isinstance(refusal, TermsNotAccepted) and isinstance(problem, Misshapen):
        add_problem(taken, problem)
    elif refusal.field == "starts_at":
        form.add_error("effective_from", refusal.sentence())
    else:
        form.add_error(None, refusal.sentence())


def _page(
    request: PersonRequest,
    guarantee: Guarantee,
    typed: Mapping[str, Sequence[str]],
    *,
    taken: Read | None = None,
    form: StartForm | None = None,
) -> HttpResponse:
    code, errors = guarantee.code, taken.errors if taken else {}
    entries = laid_out(code, rule_of(code).enrolment or object, typed, errors)
    rows = Enrolment.objects.filter(merchant=_merchant(request), policy__code=code)
    past = rows.select_related("joined_by", "left_by").order_by("-starts_at", "-pk")[:HISTORY_SHOWN]
    context = {
        "guarantee": guarantee,
        "told": told(code, terms_of(guarantee.version)) if guarantee.version else [],
        "may_change": _is_owner(request),
        "form": form or StartForm(now=timezone.now()),
        "entries": entries,
        "whole_error": errors.get(""),
        "wrong": [entry for entry in every(entries) if entry.error],
        "past": [_past(code, one) for one in past],
    }
    refused = bool(errors or (form and form.errors))
    return render(request, "disputes/enrolment.html", context, status=status_of(refused))


def _past(code: str, one: Enrolment) -> Past:
    return Past(one, told(code, enrolment_terms(code, one.terms)), one.ends_at == one.starts_at)


@role_required(Role.MERCHANT)
@require_http_methods(["GET", "HEAD", "POST"])
def leaving(request: PersonRequest, code: str) -> HttpResponse:
    """Give the guarantee no more, for orders placed from a moment on."""
    merchant, now = _merchant(request), timezone.now()
    guarantee = next((one for one in _guarantees(merchant, now) if one.code == code), None)
    if guarantee is None or guarantee.by_label:
        raise Http404
    form = StartForm(request.POST if request.method == "POST" else None, now=now, leaves=True)
    if form.is_valid():
        try:
            ends_at = form.cleaned_data["effective_from"] or now
            actions.resign(merchant=merchant, policy=code, ends_at=ends_at, by=request.user, at=now)
        except Refusal as refusal:
            form.add_error("effective_from" if refusal.field == "starts_at" else None, refusal.sentence())
        else:
            messages.success(request, _("You leave. Orders placed before keep what was promised with them."))
            return redirect("enrolment", code)
    context = {"guarantee": guarantee, "form": form, "may_change": _is_owner(request)}
    return render(request, "disputes/enrolment_leaving.html", context, status=status_of(form.errors))
