"""The Peace of Mind labels: merchants ask, see their figures and appeal; operators decide and take away."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.doors import PersonRequest, role_required
from accounts.models import MemberRole, Merchant, Role
from common.errors import Refusal
from common.pages import read_page
from common.refusals import add_refusal, show_refusal, status_of
from compensation import actions
from compensation.models import LABELS, Admission, LabelAppeal, Licence
from compensation.schemes.peace_of_mind_admission.rules import AdmissionFacts
from disputes.conduct import conduct_of
from disputes.forms import LabelAppealForm, LabelDecisionForm, LabelRemovalForm, LicenceForm
from policies.models import Version
from policies.traces import Verdict
from policies.wording import Explained, explained, label_of_rule

ADMISSIONS_A_PAGE = 50
EARLIER_SHOWN = 10


@dataclass(frozen=True, kw_only=True)
class Told:
    """One answer to a merchant, with its statement of reasons in the reader's language.

    `trace` is what the checks saw when it was given (None: given back on appeal), `loss` what they saw when it was
    lost (None where an operator took it away, or it was not lost).
    """

    admission: Admission
    name: str
    trace: Explained | None
    loss: Explained | None
    appeal: LabelAppeal | None
    appeal_until: datetime | None


@dataclass(frozen=True, kw_only=True)
class Label:
    """A label as a merchant sees it: whether it is carried, and what the checks say now."""

    code: str
    name: str
    held: Admission | None
    passes: bool


# --- the merchant's pages ----------------------------------------------------------------------------


@role_required(Role.MERCHANT)
@require_safe
def labels(request: PersonRequest) -> HttpResponse:
    """The three labels, each with what the checks say now."""
    merchant, now = _merchant(request), timezone.now()
    try:
        shown, refusal = [_label(merchant, code, now) for code in LABELS], ""
    except actions.NoChecksInForce as none:
        shown, refusal = [], none.sentence()
    return render(request, "disputes/labels.html", {"labels": shown, "refusal": refusal})


def _label(merchant: Merchant, code: str, now: datetime) -> Label:
    held = Admission.objects.held().filter(merchant=merchant, label=code).first()
    _version, _facts, verdict = _checked_now(merchant, code, now)
    return Label(code=code, name=label_of_rule(code), held=held, passes=verdict.granted)


def _checked_now(merchant: Merchant, code: str, now: datetime) -> tuple[Version, AdmissionFacts, Verdict]:
    days = actions.terms_in_force(at=now).window_days
    return actions.checked(merchant, code, conduct_of(merchant, code, days=days, now=now), at=now)


@role_required(Role.MERCHANT)
@require_safe
def label(request: PersonRequest, label: str) -> HttpResponse:
    """One label: the checks with this merchant's figures, what was answered so far, and what can be done."""
    return _label_page(request, label, LabelAppealForm())


def _label_page(request: PersonRequest, code: str, form: forms.Form) -> HttpResponse:
    merchant, now = _merchant(request), timezone.now()
    _known(code)
    own = Admission.objects.visible_to(request.user).filter(label=code).select_related("merchant", "verdict", "lost_by")
    answers = list(own.order_by("-id")[:EARLIER_SHOWN])
    trace, again_at, refusal = None, None, ""
    try:
        version, facts, verdict = _checked_now(merchant, code, now)
    except actions.NoChecksInForce as none:
        refusal = none.sentence()
    else:
        trace, again_at = explained(verdict), actions.asked_again_from(version, facts)
    told = _told(answers, now) if not refusal else []
    latest = _at_issue(told, now)
    context = {
        "code": code,
        "name": label_of_rule(code),
        "held": next((one for one in answers if one.status == Admission.Status.HELD), None),
        "trace": trace,
        "again_at": again_at if again_at and now < again_at else None,
        "refusal": refusal,
        "told": told,
        "latest": latest,
        "may_appeal": latest is not None and _may_appeal(latest, now),
        "is_owner": merchant.members.filter(user=request.user, role=MemberRole.OWNER).exists(),
        "form": form,
    }
    return render(request, "disputes/label.html", context, status=status_of(form.errors))


def _at_issue(told: list[Told], now: datetime) -> Told | None:
    """The answer an appeal is about: a loss while it can be appealed, whatever was answered since; else the latest."""
    since = list(takewhile(lambda one: one.admission.status == Admission.Status.REFUSED, told))
    last = told[len(since)] if len(since) < len(told) else None
    if last and _may_appeal(last, now):
        return last
    return told[0] if told else None


def _may_appeal(told: Told, now: datetime) -> bool:
    return told.appeal is None and told.appeal_until is not None and now < told.appeal_until


@role_required(Role.MERCHANT)
@require_POST
def label_request(request: PersonRequest, label: str) -> HttpResponse:
    """Ask for the label; the checks answer at once."""
    merchant, now = _merchant(request), timezone.now()
    _known(label)

    def act() -> str:
        days = actions.terms_in_force(at=now).window_days
        conduct = conduct_of(merchant, label, days=days, now=now)
        answer = actions.ask_for_label(merchant=merchant, label=label, conduct=conduct, by=request.user, at=now)
        if answer.status == Admission.Status.HELD:
            return _("You carry the label. Orders placed from now on are covered.")
        return _("The label was refused. The reasons are below.")

    return _done(request, act, "label", label)


@role_required(Role.MERCHANT)
@require_POST
def label_departure(request: PersonRequest, label: str) -> HttpResponse:
    """Give the label up."""
    merchant = _merchant(request)
    _known(label)

    def act() -> str:
        actions.give_up_label(merchant=merchant, label=label, by=request.user, at=timezone.now())
        return _("You gave the label up. Orders placed before stay covered.")

    return _done(request, act, "label", label)


@role_required(Role.MERCHANT)
@require_POST
def label_appeal(request: PersonRequest, label: str) -> HttpResponse:
    """Appeal the loss, or the latest refusal, once."""
    _known(label)
    own = (
        Admission.objects.visible_to(request.user).filter(label=label).select_related("merchant", "verdict", "lost_by")
    )
    now = timezone.now()
    at_issue = _at_issue(_told(list(own.order_by("-id")[:EARLIER_SHOWN]), now), now)
    if at_issue is None:
        raise Http404
    form = LabelAppealForm(request.POST)
    if form.is_valid():
        try:
            actions.appeal_label(admission=at_issue.admission, by=request.user, at=now, **form.cleaned_data)
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Your appeal was sent. An operator who did not take part before decides."))
            return redirect("label", label)
    return _label_page(request, label, form)


def _merchant(request: PersonRequest) -> Merchant:
    return get_object_or_404(Merchant, members__user=request.user)


def _known(label: str) -> None:
    if label not in LABELS:
        raise Http404


# --- the operators' pages ----------------------------------------------------------------------------


@role_required(Role.OPERATOR)
@require_safe
def admissions(request: PersonRequest) -> HttpResponse:
    """Appeals that wait for a decision, the oldest first, and below them all answers, newest first."""
    rows = Admission.objects.visible_to(request.user).select_related("merchant")
    page = read_page(rows, by=("-id",), after=request.GET.get("after"), size=ADMISSIONS_A_PAGE)
    waiting = LabelAppeal.objects.filter(outcome="").select_related("admission__merchant")
    oldest = waiting.order_by("appealed_at", "id")[:ADMISSIONS_A_PAGE]
    context = {
        "waiting": [] if page.after else _named(appeal.admission for appeal in oldest),
        "rows": _named(page.rows),
        **page.hrefs(request),
    }
    return render(request, "disputes/admissions.html", context)


def _named(rows: Iterable[Admission]) -> list[tuple[Admission, str]]:
    return [(row, label_of_rule(row.label)) for row in rows]


@role_required(Role.OPERATOR)
@require_safe
def admission(request: PersonRequest, pk: int) -> HttpResponse:
    """One answer with all its reasons, and what an operator can do about it."""
    return _admission_page(request, pk, LabelRemovalForm(), LabelDecisionForm())


def _admission_page(request: PersonRequest, pk: int, removal: forms.Form, decision: forms.Form) -> HttpResponse:
    rows = Admission.objects.visible_to(request.user).select_related("merchant", "verdict", "lost_by", "removed_by")
    found = get_object_or_404(rows, pk=pk)
    told = _told([found], timezone.now())[0]
    errors = removal.errors or decision.errors
    context = {
        "told": told,
        "admission": found,
        "removal": removal,
        "decision": decision,
        "has_errors": bool(errors),
        "is_same_operator": told.appeal is not None and told.appeal.against_id == request.user.pk,
    }
    return render(request, "disputes/admission.html", context, status=status_of(errors))


@role_required(Role.OPERATOR)
@require_POST
def admission_removal(request: PersonRequest, pk: int) -> HttpResponse:
    """Take a label away, with a written reason."""
    found = get_object_or_404(Admission.objects.visible_to(request.user), pk=pk)
    form = LabelRemovalForm(request.POST)
    if form.is_valid():
        try:
            actions.take_label_away(admission=found, by=request.user, at=timezone.now(), **form.cleaned_data)
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("The label was taken away, and the merchant was told why."))
            return redirect("admission", pk)
    return _admission_page(request, pk, form, LabelDecisionForm())


@role_required(Role.OPERATOR)
@require_POST
def admission_decision(request: PersonRequest, pk: int) -> HttpResponse:
    """Decide an appeal, for good."""
    appeals = LabelAppeal.objects.filter(admission__in=Admission.objects.visible_to(request.user))
    appeal = get_object_or_404(appeals, admission=pk)
    form = LabelDecisionForm(request.POST)
    if form.is_valid():
        try:
            actions.decide_label_appeal(
                appeal=appeal,
                restore=form.cleaned_data["outcome"] == LabelAppeal.Outcome.RESTORED,
                because=form.cleaned_data["because"],
                by=request.user,
                at=timezone.now(),
            )
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("The appeal was decided, and the merchant was told why."))
            return redirect("admission", pk)
    return _admission_page(request, pk, LabelRemovalForm(), form)


@role_required(Role.OPERATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def licences(request: PersonRequest) -> HttpResponse:
    """Put a licence on record; the latest ones stand below."""
    names = [(code, label_of_rule(code)) for code in LABELS]
    form = LicenceForm(request.POST if request.method == "POST" else None, labels=names)
    if form.is_valid():
        try:
            actions.record_licence(by=request.user, at=timezone.now(), **form.cleaned_data)
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("The licence is on record."))
            return redirect("licences")
    rows = Licence.objects.select_related("merchant", "recorded_by")
    page = read_page(rows, by=("-id",), after=request.GET.get("after"), size=ADMISSIONS_A_PAGE)
    context = {
        "form": form,
        "rows": [(row, label_of_rule(row.label)) for row in page.rows],
        **page.hrefs(request),
    }
    return render(request, "disputes/licences.html", context, status=status_of(form.errors))


# --- below the pages ---------------------------------------------------------------------------------


def _told(answers: list[Admission], now: datetime) -> list[Told]:
    """Each answer with its reasons; one query for their appeals."""
    appeals = LabelAppeal.objects.filter(admission__in=answers).select_related("decided_by", "against", "appealed_by")
    appeal_of = {appeal.admission_id: appeal for appeal in appeals}
    return [
        Told(
            admission=answer,
            name=label_of_rule(answer.label),
            trace=explained(answer.verdict.body) if answer.verdict else None,
            loss=explained(answer.lost_by.body) if answer.lost_by else None,
            appeal=appeal_of.get(answer.pk),
            appeal_until=_appeal_until(answer, now),
        )
        for answer in answers
    ]


def _appeal_until(answer: Admission, now: datetime) -> datetime | None:
    """None for what cannot be appealed."""
    if answer.status not in (Admission.Status.LOST, Admission.Status.REFUSED):
        return None
    return actions.appeal_until(answer, at=now)


def _done(request: PersonRequest, act: Callable[[], str], *address: Any) -> HttpResponse:
    """Do it and say so, or say why not; then back to the page."""
    try:
        messages.success(request, act())
    except Refusal as refusal:
        show_refusal(request, refusal)
    return redirect(*address)
