"""Reconciliation for finance: what each clearing account holds, the reports that were read, and the breaks."""

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Count, Exists, OuterRef
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.doors import PersonRequest, role_required
from accounts.models import Role, User
from common.errors import Refusal
from common.pages import read_page
from common.refusals import add_refusal, show_refusal, status_of
from ledger.models import Transfer
from payouts import actions
from payouts.clearing import awaited, clearing_accounts
from payouts.forms import AgreementForm, BecauseForm, BreaksForm, ReportForm, ResolutionForm
from payouts.gateways.reports import FORMATS
from payouts.models import (
    Break,
    BreakKind,
    BreakQuerySet,
    BreakStatus,
    Payout,
    Report,
    ReportLine,
    Resolution,
    Status,
)
from payouts.wording import gateway_in_words

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

REPORTS_A_PAGE, LINES_A_PAGE, BREAKS_A_PAGE = 20, 50, 50
REJECTED_SHOWN = 50

reads_and_acts = require_http_methods(["GET", "HEAD", "POST"])

Act = Callable[..., object]


# --- all gateways ------------------------------------------------------------------------------------


@reads_and_acts
@role_required(Role.FINANCE)
def reconciliation(request: PersonRequest) -> HttpResponse:
    """Where each clearing account stands, how many breaks there are, the reports, and the form that takes one in."""
    gateways = _gateways()
    form = ReportForm(
        request.POST or None, request.FILES or None, gateways=gateways, initial={"gateway": gateways[0][0]}
    )
    if request.method == "POST" and form.is_valid():
        try:
            received = _receive(request, form.cleaned_data["gateway"], form.cleaned_data["file"])
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            return redirect("reconciliation-report", received.report.pk)
    reports = Report.objects.visible_to(request.user).select_related("received_by")
    page = read_page(reports, by=("-id",), after=request.GET.get("after"), size=REPORTS_A_PAGE)
    context = {
        "accounts": clearing_accounts(),
        "kinds": _kinds(Break.objects.visible_to(request.user).unsettled()),
        "reports": page.rows,
        "form": form,
        **page.hrefs(request),
    }
    return render(request, "payouts/reconciliation.html", context, status=status_of(form.errors))


def _gateways() -> "list[tuple[str, StrOrPromise]]":
    return [(code, gateway_in_words(code)) for code in FORMATS]


def _receive(request: PersonRequest, gateway: str, file: UploadedFile) -> actions.Received:
    """Keep the file; a worker reads it."""
    received = actions.receive_report(
        gateway=gateway, name=file.name or "", file=file, by=request.user, at=timezone.now()
    )
    if received.is_new:
        messages.success(request, _("The report was received. It is read in the background."))
    else:
        messages.info(request, _("This very file was received before. Nothing has changed."))
    return received


def _kinds(breaks: BreakQuerySet) -> list[tuple[BreakKind, int]]:
    numbers = dict(breaks.order_by().values_list("kind").annotate(number=Count("pk")))
    return [(kind, numbers.get(kind, 0)) for kind in BreakKind]


@require_safe
@role_required(Role.FINANCE)
def report(request: PersonRequest, pk: int) -> HttpResponse:
    """One report: what it says, what became of its lines, and where they stand in the books."""
    found = get_object_or_404(Report.objects.visible_to(request.user).select_related("received_by"), pk=pk)
    kind = request.GET.get("kind", "")
    lines = ReportLine.objects.filter(report=found).select_related("payout")
    live = Break.objects.filter(line=OuterRef("pk")).exclude(status=BreakStatus.EXPLAINED)
    if kind in BreakKind:
        lines = lines.filter(Exists(live.filter(kind=kind)))
    page = read_page(lines, by=("number", "id"), after=request.GET.get("after"), size=LINES_A_PAGE)
    of_lines = Break.objects.filter(line__report=found).exclude(status=BreakStatus.EXPLAINED)
    shown = {each.line_id: each for each in of_lines.filter(line__in=page.rows)}
    context = {
        "report": found,
        "kind": kind,
        "kinds": [(each, number) for each, number in _kinds(of_lines) if number],
        "rows": [(line, shown.get(line.pk)) for line in page.rows],
        "rejected": found.rejected.order_by("number")[:REJECTED_SHOWN],
        **page.hrefs(request),
    }
    return render(request, "payouts/report.html", context)


@require_safe
@role_required(Role.FINANCE)
def unreported(request: PersonRequest, gateway: str, currency: str) -> HttpResponse:
    """What a gateway paid that no report has named so far, the oldest first."""
    named = ReportLine.objects.filter(payout=OuterRef("pk"), stands=True)
    broken = Break.objects.filter(payout=OuterRef("pk"), kind=BreakKind.MISSING_THERE).exclude(
        status=BreakStatus.EXPLAINED
    )
    paid = Payout.objects.visible_to(request.user).filter(
        ~Exists(named), ~Exists(broken), gateway=gateway, currency=currency, status=Status.SETTLED
    )
    page = read_page(paid, by=("ended_at", "id"), after=request.GET.get("after"), size=LINES_A_PAGE)
    context = {
        "gateway": gateway,
        "currency": currency,
        "payouts": page.rows,
        **page.hrefs(request),
    }
    return render(request, "payouts/unreported.html", context)


@require_safe
@role_required(Role.FINANCE)
def not_heard_of(request: PersonRequest, gateway: str, currency: str) -> HttpResponse:
    """What reports of a gateway name and we have not heard of yet, the oldest line first."""
    lines = awaited(gateway, currency).select_related("payout", "report")
    page = read_page(lines, by=("id",), after=request.GET.get("after"), size=LINES_A_PAGE)
    context = {"gateway": gateway, "currency": currency, "lines": page.rows, **page.hrefs(request)}
    return render(request, "payouts/not_heard_of.html", context)


# --- breaks ------------------------------------------------------------------------------------------


@require_safe
@role_required(Role.FINANCE)
def breaks(request: PersonRequest) -> HttpResponse:
    """What somebody has to look at, the oldest first; or what has ended, the latest first."""
    form = BreaksForm(request.GET, gateways=_gateways())
    asked = form.asked()
    seen = _narrowed(Break.objects.visible_to(request.user), asked, request.user)
    if asked["ended"]:
        ended, by = seen.filter(ended_at__isnull=False), ("-id",)
        page = read_page(ended, by=by, after=request.GET.get("after"), size=BREAKS_A_PAGE)
    else:
        page = read_page(seen.unsettled(), by=("opened_at", "id"), after=request.GET.get("after"), size=BREAKS_A_PAGE)
    context = {
        "breaks": page.rows,
        "asked": asked,
        "form": form,
        "is_asked": any(asked[name] for name in ("kind", "gateway", "currency", "owner", "age")),
        "now": timezone.now(),
        **page.hrefs(request),
    }
    return render(request, "payouts/breaks.html", context)


def _narrowed(seen: BreakQuerySet, asked: dict[str, Any], reader: User) -> BreakQuerySet:
    seen = seen.select_related("owner", "line", "payout")
    same = {name: asked[name] for name in ("kind", "gateway", "currency") if asked[name]}
    if asked["owner"]:
        same["owner"] = reader if asked["owner"] == "me" else None
    if asked["age"]:
        seen = seen.filter(opened_at__lte=timezone.now() - timedelta(days=int(asked["age"])))
    return seen.filter(**same)


@reads_and_acts
@role_required(Role.FINANCE)
def one_break(request: PersonRequest, pk: int) -> HttpResponse:
    """One break with all that it is about; a POST says what became of the money."""
    found = _visible(request, pk)
    form = ResolutionForm(request.POST or None, ways=_ways(found))
    if request.method == "POST" and form.is_valid():
        resolution, because = form.cleaned_data["resolution"], form.cleaned_data["because"]
        try:
            ended = actions.resolve_break(
                found=found, resolution=resolution, reason=because, by=request.user, at=timezone.now()
            )
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            proposed = ended.status == BreakStatus.PROPOSED
            messages.success(
                request,
                _("Somebody else has to agree now: the sum is large.") if proposed else _("The break is resolved."),
            )
            return redirect("break", pk)
    return _show(request, found, form)


def _ways(found: Break) -> list[tuple[str, str]]:
    """What fits: only a payout that its provider does not report can be paid anew."""
    fits = [way for way in Resolution if way != Resolution.PAID_ANEW or found.kind == BreakKind.MISSING_THERE]
    return [(way.value, str(way.label)) for way in fits]


def _show(request: PersonRequest, found: Break, form: ResolutionForm) -> HttpResponse:
    context = {
        "found": found,
        "form": form,
        "moves": found.moves.select_related("by").order_by("id"),
        "transfers": _transfers(found),
        "others": _others(found),
        "is_maker": found.proposed_by_id == request.user.pk,
    }
    return render(request, "payouts/break.html", context, status=status_of(form.errors))


def _transfers(found: Break) -> list[Transfer]:
    """What stands in the books of this: the payout, the line's batch, the resolution."""
    keys = [f"break:{found.pk}:{found.currency}"]
    if found.payout:
        keys += [found.payout.hold_key, f"break:{found.pk}:{found.payout.currency}"]
    if found.line:
        keys.append(found.line.transfer_key)
    return list(Transfer.objects.filter(key__in=keys).select_related("debit").order_by("id"))


def _others(found: Break) -> list[ReportLine]:
    """Other lines that speak of the same payout."""
    if found.payout is None:
        return []
    return list(ReportLine.objects.filter(payout=found.payout).exclude(breaks=found).order_by("id")[:LINES_A_PAGE])


@require_POST
@role_required(Role.FINANCE)
def break_owner(request: PersonRequest, pk: int) -> HttpResponse:
    """From now on the reader looks after it."""
    return _act(request, pk, actions.take_over_break, done=_("The break is yours now."))


@require_POST
@role_required(Role.FINANCE)
def break_agreement(request: PersonRequest, pk: int) -> HttpResponse:
    """The second person agrees to the proposal that stood on their page."""
    form = AgreementForm(request.POST)
    proposal = form.cleaned_data["proposal"] if form.is_valid() else None
    return _act(request, pk, actions.agree_to_resolution, done=_("The break is resolved."), proposal=proposal)


@require_POST
@role_required(Role.FINANCE)
def break_refusal(request: PersonRequest, pk: int) -> HttpResponse:
    """The second person does not agree, and says why."""
    form = BecauseForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say why: whoever looks at this later has only your words."))
        return redirect("break", pk)
    reason = form.cleaned_data["because"]
    return _act(request, pk, actions.turn_down_resolution, done=_("The break is open again."), reason=reason)


def _act(request: PersonRequest, pk: int, act: Act, *, done: str, **given: str | int | None) -> HttpResponse:
    try:
        act(found=_visible(request, pk), by=request.user, at=timezone.now(), **given)
    except Refusal as refusal:
        show_refusal(request, refusal)
    else:
        messages.success(request, done)
    return redirect("break", pk)


def _visible(request: PersonRequest, pk: int) -> Break:
    seen = Break.objects.visible_to(request.user)
    return get_object_or_404(
        seen.select_related("owner", "line__report", "payout", "proposed_by", "resolved_by"), pk=pk
    )
