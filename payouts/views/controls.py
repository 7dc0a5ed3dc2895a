"""What finance may do about payouts: stop them, approve one, and help one that the machine gave up on.

Each verb asks on a page of its own what will happen and why, and acts on a POST that may safely be sent twice. None of
them can pay anything twice: asking never pays, and what is called off is replaced only after the provider's promise.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.doors import PersonRequest, role_required
from accounts.models import Role
from common.errors import Refusal
from common.pages import read_page
from common.refusals import add_refusal, show_refusal, status_of
from payouts import actions
from payouts.actions.judging import calling_off_needs_a_second_person
from payouts.forms import BecauseForm, StopForm
from payouts.gateways.registry import connected_gateways
from payouts.models import Approval, Payout, Stop
from payouts.wording import gateway_in_words, tests_of

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

STOPS_A_PAGE = 50

reads_and_acts = require_http_methods(["GET", "HEAD", "POST"])


# --- the switch --------------------------------------------------------------------------------------


@reads_and_acts
@role_required(Role.FINANCE)
def stops(request: PersonRequest) -> HttpResponse:
    """What is stopped, the form that stops more, and who did so before, when and why."""
    standing = list(Stop.objects.standing().select_related("stopped_by").order_by("gateway"))
    form = StopForm(request.POST or None, gateways=_stoppable(standing), initial={"gateway": StopForm.ALL})
    if request.method == "POST" and form.is_valid():
        try:
            actions.stop_payouts(**form.cleaned_data, by=request.user, at=timezone.now())
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("From now on these payouts do not begin. Their money is safe and waits."))
            return redirect("payout-stops")
    ended = Stop.objects.filter(resumed_at__isnull=False).select_related("stopped_by", "resumed_by")
    page = read_page(ended, by=("-id",), after=request.GET.get("after"), size=STOPS_A_PAGE)
    context = {
        "standing": standing,
        "form": form,
        "history": page.rows,
        **page.hrefs(request),
    }
    return render(request, "payouts/stops.html", context, status=status_of(form.errors))


def _stoppable(standing: list[Stop]) -> "list[tuple[str, StrOrPromise]]":
    """All payouts, or those over one gateway, as far as they are not stopped already."""
    stopped = {stop.gateway or StopForm.ALL for stop in standing}
    every: list[tuple[str, StrOrPromise]] = [(StopForm.ALL, gettext_lazy("All payouts"))]
    choices = every + [(code, gateway_in_words(code)) for code in connected_gateways()]
    return [(code, label) for code, label in choices if code not in stopped]


@reads_and_acts
@role_required(Role.FINANCE)
def stop_end(request: PersonRequest, stop: int) -> HttpResponse:
    """Let payouts begin again."""
    found = get_object_or_404(Stop.objects.select_related("stopped_by", "resumed_by"), pk=stop)
    form = BecauseForm(request.POST or None)
    if found.resumed_at is None and request.method == "POST" and form.is_valid():
        try:
            actions.resume_payouts(gateway=found.gateway, by=request.user, at=timezone.now(), **form.cleaned_data)
        except Refusal as refusal:
            show_refusal(request, refusal)
        else:
            messages.success(request, _("Payouts begin again. Those that waited go on by themselves."))
        return redirect("payout-stops")
    context = {"stop": found, "form": form}
    return render(request, "payouts/stop_end.html", context, status=status_of(form.errors))


# --- a second person ---------------------------------------------------------------------------------


@reads_and_acts
@role_required(Role.FINANCE)
def approval(request: PersonRequest, pk: int) -> HttpResponse:
    """Why a payout is held back, and the form that lets it leave; 403 for whoever awarded the sum.

    So it is where a large one is to be called off: the same page, for whoever did not ask for that.
    """
    payout = _visible(request, pk)
    every = Approval.objects.select_related("made_by", "approved_by").filter(payout=payout, lapsed_at__isnull=True)
    asked = every.order_by("-id").first()
    is_maker = asked is not None and asked.made_by_id == request.user.pk
    form = BecauseForm(request.POST or None)
    status: int = status_of(form.errors)
    if request.method == "POST" and form.is_valid():
        try:
            actions.approve(payout=payout, by=request.user, at=timezone.now(), **form.cleaned_data)
        except Refusal as refusal:
            form.add_error(None, refusal.sentence())
            status = refusal.http_status
        else:
            messages.success(request, _approved(asked))
            return redirect("payout", payout.pk)
    tests = tests_of(asked) if asked else []
    context = {"payout": payout, "asked": asked, "tests": tests, "is_maker": is_maker, "form": form}
    return render(request, "payouts/approval.html", context, status=status)


def _approved(asked: Approval | None) -> str:
    if asked and asked.about == Approval.About.CALLING_OFF:
        return _("You approved it. The payout is being called off.")
    return _("You approved the payout. It leaves now.")


# --- what the machine gave up on ---------------------------------------------------------------------

Act = Callable[..., object]


@reads_and_acts
@role_required(Role.FINANCE)
def retry(request: PersonRequest, pk: int) -> HttpResponse:
    """Try one again that was set aside after errors."""
    words = {
        "title": gettext_lazy("Try again"),
        "question": gettext_lazy("Try this payout again?"),
        "happens": [
            gettext_lazy("It goes on from where it stood, under the same key, so it cannot be paid twice."),
            gettext_lazy("If it fails as often again, it comes back here."),
        ],
        "button": gettext_lazy("Try it again"),
    }
    return _act(request, pk, actions.unpark, words, done=lambda _after: _("The payout is tried again."))


@reads_and_acts
@role_required(Role.FINANCE)
def inquiry(request: PersonRequest, pk: int) -> HttpResponse:
    """Ask the provider once more."""
    words = {
        "title": gettext_lazy("Ask the provider"),
        "question": gettext_lazy("Ask the provider what became of this payout?"),
        "happens": [
            gettext_lazy("It is only asked. Nothing is sent, and nothing can be paid by it."),
            gettext_lazy("If the answer is sure, the payout goes on by itself; otherwise it stays here."),
        ],
        "button": gettext_lazy("Ask now"),
    }
    return _act(request, pk, actions.ask_again, words, done=lambda _after: _("The provider is being asked."))


@reads_and_acts
@role_required(Role.FINANCE)
def calling_off(request: PersonRequest, pk: int) -> HttpResponse:
    """A person found out that it was not paid: have it called off and paid to the wallet."""
    large = [gettext_lazy("It is large: nothing happens before somebody else of finance agrees.")]
    by_two = calling_off_needs_a_second_person(_visible(request, pk), at=timezone.now())
    words = {
        "title": gettext_lazy("Call it off"),
        "question": gettext_lazy("Call this payout off and pay the sum to the wallet?"),
        "happens": [
            *(large if by_two else []),
            gettext_lazy("Do this only when the provider’s own records show that it was not paid."),
            gettext_lazy("The provider is told never to pay it. Only when it promises that, the wallet pays."),
            gettext_lazy("If it was paid after all, the payout counts as settled and nothing is paid again."),
        ],
        "button": gettext_lazy("Call it off"),
        "is_grave": True,
    }
    return _act(request, pk, actions.call_off, words, done=_called_off)


def _called_off(payout: object) -> str:
    if isinstance(payout, Payout) and payout.called_off_by_id is None:
        return _("It is large: somebody else of finance has to agree before the provider is told.")
    return _("The payout is being called off.")


def _act(
    request: PersonRequest, pk: int, act: Act, words: dict[str, Any], *, done: Callable[[object], str]
) -> HttpResponse:
    """A page that says what will happen, and the POST that makes it happen; then back to the payout."""
    payout = _visible(request, pk)
    if request.method != "POST":
        return render(request, "payouts/verb.html", {"payout": payout, **words})
    try:
        after = act(payout=payout.pk, by=request.user, at=timezone.now())
    except Refusal as refusal:
        show_refusal(request, refusal)
    else:
        messages.success(request, done(after))
    return redirect("payout", payout.pk)


def _visible(request: PersonRequest, pk: int) -> Payout:
    return get_object_or_404(Payout.objects.visible_to(request.user), pk=pk)
