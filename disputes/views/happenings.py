"""The events of the marketplace: what agents see and say of them, and the consumer's page to contest what one paid."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.db.models import Count, Q, Sum
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.doors import PersonRequest, role_required
from accounts.models import Role
from common.errors import Refusal
from common.idempotency import once_posted
from common.pages import read_page
from common.refusals import add_refusal, show_refusal, status_of
from compensation.actions import happenings
from compensation.models import Affected, Happening
from compensation.nobody_affected import nobody_because
from disputes.actions.contest import contest
from disputes.forms import AnnounceForm, ChangeForm, ContestForm, DismissForm
from disputes.views.by_event import ROW_RELATED, by_event, why
from orders.models import Line, Order

EVENTS_A_PAGE, LINES_A_PAGE = 25, 50

reads_and_acts = require_http_methods(["GET", "HEAD", "POST"])


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """How many lines of an event ended one way, and with what sum (minor units) in one currency."""

    status: str
    label: str
    because: str
    why: str
    lines: int
    amount: int
    currency: str


@reads_and_acts
@role_required(Role.AGENT)
def happening_list(request: PersonRequest) -> HttpResponse:
    """All events, the newest first, and the form that announces one."""
    form = AnnounceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        answer = _announce(request, form)
        if answer is not None:
            return answer
    found = Happening.objects.visible_to(request.user).select_related("store")
    counted = found.annotate(
        lines=Count("affected"), waiting=Count("affected", filter=Q(affected__status=Affected.Status.PARKED))
    )
    page = read_page(counted, by=("-id",), after=request.GET.get("after"), size=EVENTS_A_PAGE)
    context = {
        "happenings": page.rows,
        "form": form,
        **page.hrefs(request),
    }
    return render(request, "disputes/happenings.html", context, status=status_of(form.errors))


def _announce(request: PersonRequest, form: AnnounceForm) -> HttpResponse | None:
    """The event's page, or None when it was refused."""
    now = timezone.now()

    def act() -> HttpResponse:
        found = happenings.announce(key=f"agent:{uuid4()}", by=request.user, at=now, **form.cleaned_data)
        messages.success(request, _("The event is announced. Whom it affects is found and paid within moments."))
        return redirect(found)

    try:
        return once_posted(request, act, now=now)
    except Refusal as refusal:
        add_refusal(form, refusal)
        return None


@role_required(Role.AGENT)
@require_safe
def happening(request: PersonRequest, pk: int) -> HttpResponse:
    """One event: what was said of it, what became of the lines it affects, and each of them (`?status=&because=`)."""
    found = _visible(request, pk)
    form = ChangeForm(initial={"starts_at": found.starts_at, "ends_at": found.ends_at})
    return _show(request, found, form)


def _show(request: PersonRequest, found: Happening, form: ChangeForm) -> HttpResponse:
    lines = found.affected.select_related(*ROW_RELATED)
    if status := request.GET.get("status"):
        lines = lines.filter(status=status, because=request.GET.get("because", ""))
    page = read_page(lines, by=("id",), after=request.GET.get("after"), size=LINES_A_PAGE)
    context = {
        "happening": found,
        "bulletins": found.bulletins.select_related("said_by").order_by("id"),
        "outcomes": _outcomes(found),
        "rows": [(row, why(row)) for row in page.rows],
        "narrowed": bool(status),
        "nobody_because": nobody_because(found, now=timezone.now()),
        "form": form,
        "dismiss_form": DismissForm(),
        **page.hrefs(request),
    }
    return render(request, "disputes/happening.html", context, status=status_of(form.errors))


def _outcomes(found: Happening) -> list[Outcome]:
    labels = dict(Affected.Status.choices)
    counted = found.affected.order_by("status", "because", "currency").values("status", "because", "currency")
    return [
        Outcome(**row, label=str(labels[row["status"]]), why=_why(found, row["status"], row["because"]))
        for row in counted.annotate(lines=Count("pk"), amount=Sum("amount"))
    ]


def _why(found: Happening, status: str, because: str) -> str:
    """In the words of one of them: those with the same code have the same sentence, but for their own figures."""
    row = found.affected.filter(status=status, because=because).select_related(*ROW_RELATED).order_by("id").first()
    return why(row) if row else ""


@require_POST
@role_required(Role.AGENT)
def change(request: PersonRequest, pk: int) -> HttpResponse:
    """The event begins or ends at another moment than was said."""
    found = _visible(request, pk)
    form = ChangeForm(request.POST)
    if not form.is_valid():
        return _show(request, found, form)
    return _tell(request, found, form, done=_("The event was changed."), **form.cleaned_data)


@require_POST
@role_required(Role.AGENT)
def cancellation(request: PersonRequest, pk: int) -> HttpResponse:
    """The event never was; nothing more is paid for it."""
    found = _visible(request, pk)
    return _tell(
        request, found, ChangeForm(), done=_("The event was cancelled. What was paid stays paid."), cancelled=True
    )


def _tell(request: PersonRequest, found: Happening, form: ChangeForm, *, done: str, **said: Any) -> HttpResponse:
    now = timezone.now()

    def act() -> HttpResponse:
        happenings.change(key=f"agent:{uuid4()}", about=found.key, by=request.user, at=now, **said)
        messages.success(request, done)
        return redirect(found)

    try:
        return once_posted(request, act, now=now)
    except Refusal as refusal:
        if form.is_bound:
            add_refusal(form, refusal)
            return _show(request, found, form)
        show_refusal(request, refusal)
        return redirect(found)


@require_POST
@role_required(Role.AGENT)
def retry(request: PersonRequest, pk: int, affected: int) -> HttpResponse:
    """Judge and pay a line once more that could not be paid."""
    found = _visible(request, pk)
    row = get_object_or_404(found.affected, pk=affected)
    try:
        happenings.try_again(affected=row.pk, by=request.user, at=timezone.now())
        messages.success(request, _("It is tried again within moments."))
    except Refusal as refusal:
        show_refusal(request, refusal)
    return redirect(found)


@require_POST
@role_required(Role.AGENT)
def dismissal(request: PersonRequest, pk: int, affected: int) -> HttpResponse:
    """Let a line go that could not be paid; its consumer can still claim."""
    found = _visible(request, pk)
    row = get_object_or_404(found.affected, pk=affected)
    form = DismissForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say why nothing is paid for it."))
        return redirect(found)
    try:
        happenings.dismiss(affected=row.pk, because=form.cleaned_data["because"], by=request.user, at=timezone.now())
        messages.success(request, _("Nothing is paid for it by the event. The consumer can still file a claim."))
    except Refusal as refusal:
        show_refusal(request, refusal)
    return redirect(found)


def _visible(request: PersonRequest, pk: int) -> Happening:
    return get_object_or_404(Happening.objects.visible_to(request.user).select_related("store"), pk=pk)


# --- contested ---------------------------------------------------------------------------------------


@reads_and_acts
@role_required(Role.CONSUMER)
def event_contest(request: PersonRequest, number: str, line: int, affected: int) -> HttpResponse:
    """What an event paid for the consumer's own line, and the form that asks a person for more."""
    orders = Order.objects.visible_to(request.user)
    bought = get_object_or_404(
        Line.objects.select_related("order__merchant", "store"), pk=line, order__number=number, order__in=orders
    )
    events = by_event([bought], now=timezone.now()).get(bought.pk, [])
    event = next((it for it in events if it.affected.pk == affected), None)
    if event is None or not event.may_contest:
        return redirect(bought.order)
    form = ContestForm(request.POST or None, currency=bought.order.currency, most=max(bought.paid, 1))
    if request.method == "POST" and form.is_valid():
        try:
            return _contest(request, affected, form)
        except Refusal as refusal:
            add_refusal(form, refusal)
    context = {"order": bought.order, "line": bought, "event": event, "form": form}
    return render(request, "disputes/event_contest.html", context, status=status_of(form.errors))


def _contest(request: PersonRequest, affected: int, form: ContestForm) -> HttpResponse:
    now = timezone.now()

    def act() -> HttpResponse:
        claim = contest(affected=affected, consumer=request.user, at=now, **form.cleaned_data)
        return redirect(f"{claim.get_absolute_url()}?filed")

    return once_posted(request, act, now=now)
