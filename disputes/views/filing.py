"""Filing a claim: four short steps, one question a page, without JavaScript. Nothing is filed before the last.

Where a guarantee has questions about the reason, they are a step of their own after it.

Back leads to the step before; a step opened by "Change" on the last page (`?change`) leads straight back to it.
"""

from collections.abc import Callable, Sequence
from enum import IntEnum, auto
from http import HTTPStatus
from typing import Any

from django import forms
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from accounts.doors import Door, PersonRequest, role_required
from accounts.models import Role
from common.errors import Refusal
from common.idempotency import once_posted
from common.refusals import show_refusal, status_of
from compensation.options import LINE_RELATED, NoTermsInForce
from compensation.schemes.registry import names_of, particulars_of, reasons_of
from disputes.actions import file_claim
from disputes.actions.file_claim import AlreadyClaimed, SaidOtherwise
from disputes.drafts import Draft, drop_draft, keep_draft, read_draft
from disputes.earlier import earlier_of
from disputes.entitlements import Entitlement, owed, why_nothing
from disputes.forms import DetailsForm, ParticularsForm, ReasonForm, RemedyForm, ShownClaimForm
from disputes.questions import answers, questions_about
from disputes.views.cards import card, remedy_label
from orders.actions import NothingLeftToRefund
from orders.models import Line, Order
from policies.shapes import Misshapen
from policies.wording import explained, label_of_reason
from policies.words import Remedy
from refunds.rules import RefundFacts

CHANGE = "change"

# What the last page shows and sends.
SHOWN = ("reason", "particulars", "remedy", "quantity", "amount", "statement")


class Step(IntEnum):
    """The steps in their order."""

    REASON = auto()
    PARTICULARS = auto()
    REMEDY = auto()
    DETAILS = auto()
    CHECK = auto()


class NotAsShown(Refusal):
    """The rules give something else than they did when the page was drawn."""

    code = "not_as_shown"
    message = _("What you are owed has changed since you looked. Nothing was sent: check it once more.")


View = Callable[[PersonRequest, Line], HttpResponse]


def step_of_filing(view: View) -> Door[[str, int]]:
    """A step about the consumer's own line, or 404; orders without terms lead back to where that is said."""

    @role_required(Role.CONSUMER)
    @require_http_methods(["GET", "HEAD", "POST"])
    def step(request: PersonRequest, number: str, line: int) -> HttpResponse:
        orders = Order.objects.visible_to(request.user)
        lines = Line.objects.select_related(*LINE_RELATED).filter(order__in=orders)
        bought = get_object_or_404(lines, pk=line, order__number=number)
        try:
            return view(request, bought)
        except NoTermsInForce:
            return redirect(bought.order)

    return step


@step_of_filing
def reason(request: PersonRequest, line: Line) -> HttpResponse:
    """Step 1: what went wrong."""
    draft = read_draft(request.session, line.pk)
    reasons = [(value, label_of_reason(value)) for value in reasons_of(line)]
    form = ReasonForm(_posted(request), reasons=reasons, initial={"reason": draft.reason})
    if form.is_valid():
        draft = _choose_reason(request, draft, form.cleaned_data["reason"])
        return _go_on(request, line, "claim-remedy" if _is_told(line, draft) else "claim-particulars")
    return _question(request, "disputes/filing/reason.html", line, draft, form, step=Step.REASON)


@step_of_filing
def particulars(request: PersonRequest, line: Line) -> HttpResponse:
    """What the guarantee asks about the reason; only there where it asks something."""
    draft = read_draft(request.session, line.pk)
    kind = line.order.kind
    if not questions_about(draft.reason, kind):
        return redirect("claim-remedy", line.order.number, line.pk)
    told = particulars_of(draft.reason, kind, draft.particulars)
    form = ParticularsForm(
        _posted(request),
        reason=draft.reason,
        line=line,
        now=timezone.now(),
        initial=dict(vars(told)) if told else {},
    )
    if form.is_valid():
        keep_draft(request.session, draft, particulars=form.cleaned_data["particulars"])
        return _go_on(request, line, "claim-remedy")
    label = label_of_reason(draft.reason)
    return _question(
        request, "disputes/filing/particulars.html", line, draft, form, step=Step.PARTICULARS, reason_label=label
    )


@step_of_filing
def remedy(request: PersonRequest, line: Line) -> HttpResponse:
    """Step 2: what would put it right, from what the rules say is owed. `?reason=` and `?remedy=` choose in advance."""
    draft = read_draft(request.session, line.pk)
    if request.method == "GET" and (wanted := request.GET.get("reason")):
        draft = _choose_reason(request, draft, wanted)
    if draft.reason not in reasons_of(line):
        return redirect("claim-reason", line.order.number, line.pk)
    if not _is_told(line, draft):
        return redirect("claim-particulars", line.order.number, line.pk)
    found = owed(line, reason=draft.reason, now=timezone.now(), particulars=draft.particulars)
    if request.method == "GET" and _is_among(found, request.GET.get("remedy")):
        keep_draft(request.session, draft, remedy=request.GET["remedy"])
        return redirect("claim-details", line.order.number, line.pk)
    choices = [(option.remedy, remedy_label(option)) for option in found]
    form = RemedyForm(_posted(request), remedies=choices, initial={"remedy": draft.remedy or _only(found)})
    if form.is_valid():
        keep_draft(request.session, draft, remedy=form.cleaned_data["remedy"])
        return _go_on(request, line, "claim-details")
    return _question(
        request,
        "disputes/filing/remedy.html",
        line,
        draft,
        form,
        step=Step.REMEDY,
        options=list(zip(form["remedy"], [card(option) for option in found], strict=True)),
        reason_label=label_of_reason(draft.reason),
        nothing_because="" if found else _why_nothing(line, draft),
    )


@step_of_filing
def details(request: PersonRequest, line: Line) -> HttpResponse:
    """Step 3: what happened, and how much of it is affected."""
    draft = read_draft(request.session, line.pk)
    chosen = _chosen(line, draft)
    if chosen is None:
        return redirect("claim-remedy", line.order.number, line.pk)
    form = DetailsForm(
        _posted(request),
        currency=chosen.currency,
        most=max(chosen.amount, 1),
        most_quantity=line.refundable_quantity if isinstance(chosen.facts, RefundFacts) else 1,
        by_amount=chosen.remedy == Remedy.REFUND and chosen.amount > 0 and isinstance(chosen.facts, RefundFacts),
        initial={
            "quantity": draft.quantity or line.refundable_quantity,
            "amount": draft.amount or chosen.amount,
            "statement": draft.statement,
        },
    )
    if form.is_valid():
        keep_draft(request.session, draft, **_part(form, line, chosen), statement=form.cleaned_data["statement"])
        return redirect("claim-check", line.order.number, line.pk)
    return _question(request, "disputes/filing/details.html", line, draft, form, step=Step.DETAILS)


@step_of_filing
def check(request: PersonRequest, line: Line) -> HttpResponse:
    """Step 4: see it all once more, and send just that. Sending twice files one claim."""
    if request.method == "POST":
        try:
            return _send(request, line)
        except Refusal as refusal:
            show_refusal(request, refusal)
    draft = read_draft(request.session, line.pk)
    chosen = _chosen(line, draft, quantity=draft.quantity, amount=draft.amount)
    if chosen is None:
        return redirect("claim-remedy" if draft.reason else "claim-reason", line.order.number, line.pk)
    shown = {name: getattr(draft, name) for name in SHOWN}
    form = ShownClaimForm(initial={**shown, "owed": chosen.amount, "settles": chosen.settles.value}, auto_id=False)
    status = HTTPStatus.CONFLICT if request.method == "POST" else HTTPStatus.OK
    return render(
        request,
        "disputes/filing/check.html",
        {
            "line": line,
            "order": line.order,
            "draft": draft,
            "form": form,
            "card": card(chosen),
            "reason_label": label_of_reason(draft.reason),
            "remedy_label": remedy_label(chosen),
            "answers": answers(draft.reason, line.order.kind, draft.particulars or {}, currency=line.order.currency),
            **_place(line, draft, Step.CHECK),
        },
        status=status,
    )


def _send(request: PersonRequest, line: Line) -> HttpResponse:
    """File what the page showed. Raises what `file_claim` raises, and NotAsShown."""
    form = ShownClaimForm(request.POST)
    if not form.is_valid():
        raise NotAsShown
    shown = form.cleaned_data
    owed_as_shown, settles = shown.pop("owed"), shown.pop("settles")
    now = timezone.now()

    def act() -> HttpResponse:
        draft = Draft(line=line.pk, key="", **shown)
        try:
            chosen = _chosen(line, draft, quantity=draft.quantity, amount=draft.amount)
        except Misshapen as problem:
            raise NotAsShown from problem
        if chosen and (chosen.amount, chosen.settles) != (owed_as_shown, settles):
            raise NotAsShown
        claim = file_claim(consumer=request.user, order=line.order.number, line=line.pk, at=now, **shown)
        drop_draft(request.session, line.pk)
        return redirect(f"{claim.get_absolute_url()}?filed")

    return once_posted(request, act, now=now)


# --- below the steps ---------------------------------------------------------------------------


def _question(
    request: PersonRequest, template: str, line: Line, draft: Draft, form: forms.Form, *, step: Step, **context: Any
) -> HttpResponse:
    """One question on its page; an answer that does not do comes back with what to mend, as 422."""
    status = status_of(form.errors)
    values = {"line": line, "order": line.order, "form": form, **_place(line, draft, step), **context}
    return render(request, template, {**values, "changing": CHANGE in request.GET}, status=status)


def _place(line: Line, draft: Draft, step: Step) -> dict[str, Any]:
    """Which step this is, of how many, and whether the one with the guarantee's questions is among them."""
    asked = bool(questions_about(draft.reason, line.order.kind))
    steps = [each for each in Step if asked or each != Step.PARTICULARS]
    return {"step": steps.index(step) + 1, "steps": len(steps), "asked": asked}


def _is_told(line: Line, draft: Draft) -> bool:
    """Whether the guarantee's questions about the reason were answered, or there are none."""
    return draft.particulars is not None or not questions_about(draft.reason, line.order.kind)


def _posted(request: PersonRequest) -> QueryDict | None:
    """What was sent, also when it is nothing at all; None when the page is only looked at."""
    return request.POST if request.method == "POST" else None


def _go_on(request: PersonRequest, line: Line, step: str) -> HttpResponse:
    """To the next step, or back to the last one, which asks again for what no longer fits."""
    return redirect("claim-check" if CHANGE in request.GET else step, line.order.number, line.pk)


def _choose_reason(request: PersonRequest, draft: Draft, reason: str) -> Draft:
    """Keep the reason; a remedy chosen for another one is chosen anew, and its questions are asked anew."""
    if reason == draft.reason:
        return draft
    remedy = draft.remedy if CHANGE in request.GET else ""
    return keep_draft(request.session, draft, reason=reason, remedy=remedy, particulars=None)


def _part(form: forms.Form, line: Line, chosen: Entitlement) -> dict[str, int | None]:
    """How much of it is claimed; None for all that is left."""
    quantity, amount = form.cleaned_data.get("quantity"), form.cleaned_data.get("amount")
    return {
        "quantity": None if quantity == line.refundable_quantity else quantity,
        "amount": None if amount == chosen.amount else amount,
    }


def _only(found: Sequence[Entitlement]) -> str:
    return found[0].remedy if len(found) == 1 else ""


def _is_among(found: Sequence[Entitlement], remedy: str | None) -> bool:
    return any(option.remedy == remedy for option in found)


def _chosen(line: Line, draft: Draft, **part: int | None) -> Entitlement | None:
    """What the rules give for the draft's reason and remedy: for all that is left, or for a part of it."""
    if draft.reason not in reasons_of(line) or not _is_told(line, draft):
        return None
    found = owed(line, reason=draft.reason, now=timezone.now(), particulars=draft.particulars, **part)
    return next((option for option in found if option.remedy == draft.remedy), None)


def _why_nothing(line: Line, draft: Draft) -> str:
    if line.paid and not line.refundable:
        return NothingLeftToRefund().sentence()
    earlier = earlier_of([line])
    if (line.pk, draft.reason) in earlier.kept:
        return AlreadyClaimed().sentence()
    verdict = why_nothing(line, reason=draft.reason, now=timezone.now(), particulars=draft.particulars)
    if verdict:
        return explained(verdict, reader="consumer", names=names_of(line)).sentence
    return SaidOtherwise().sentence() if earlier.denies(line, draft.reason) else ""
