"""Money that is stuck: payouts that wait for a person, and those that have been checked for too long, oldest first."""

from datetime import datetime, timedelta

from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.doors import PersonRequest, role_required
from accounts.models import Role, User
from common.pages import read_page
from payouts.models import Approval, ApprovalQuerySet, Attention, Payout, PayoutQuerySet, Status

PAYOUTS_A_PAGE = 50

# From this age on a payout that nobody can tell about is a matter for a person; most are clear within seconds.
CHECKED_TOO_LONG = timedelta(minutes=10)
CHECKING, TO_CALL_OFF = "checking", "to_call_off"

KINDS: dict[str, str | Promise] = {
    Attention.APPROVAL: _("Waits for approval"),
    Attention.KEY_WINDOW: _("Nobody knows whether it was paid"),
    Attention.PARKED: _("Set aside after errors"),
    Attention.UNCONFIRMED: _("Not confirmed by the payee"),
    CHECKING: _("Being checked for too long"),
    TO_CALL_OFF: _("Waits for a second person to call it off"),
}


@role_required(Role.FINANCE)
@require_safe
def queue(request: PersonRequest) -> HttpResponse:
    """Whose money has waited longest stands first; `kind` narrows it to one kind of trouble."""
    now, kind = timezone.now(), request.GET.get("kind", "")
    found = stuck(request.user, kind if kind in KINDS else "", now=now)
    page = read_page(found, by=("created_at", "id"), after=request.GET.get("after"), size=PAYOUTS_A_PAGE)
    to_call_off = set(_to_call_off().filter(payout__in=page.rows).values_list("payout", flat=True))
    for payout in page.rows:
        payout.is_to_be_called_off = payout.pk in to_call_off  # type: ignore[attr-defined]  # for the template
        payout.trouble = KINDS[payout.attention or CHECKING]  # type: ignore[attr-defined]  # for the template
    context = {
        "payouts": page.rows,
        "kinds": _counted(request.user, now),
        "kind": kind,
        **page.hrefs(request),
    }
    return render(request, "payouts/queue.html", context)


def stuck(user: User, kind: str, *, now: datetime) -> PayoutQuerySet:
    """The payouts that need this person's eyes: of one kind, or ("") of any."""
    seen = Payout.objects.visible_to(user)
    checked = seen.filter(
        status=Status.UNKNOWN, attention="", next_at__isnull=False, created_at__lt=now - CHECKED_TOO_LONG
    )
    match kind:
        case "":
            return seen.exclude(attention="") | checked
        case "checking":
            return checked
        case "to_call_off":
            return seen.filter(pk__in=_to_call_off().values("payout"))
        case _:
            return seen.filter(attention=kind)


def _to_call_off() -> ApprovalQuerySet:
    return Approval.objects.to_call_off().waiting()


def _counted(user: User, now: datetime) -> list[tuple[str, str | Promise, int]]:
    """How many there are of each kind that occurs."""
    numbers = dict(stuck(user, "", now=now).order_by().values_list("attention").annotate(number=Count("pk")))
    numbers[TO_CALL_OFF] = stuck(user, TO_CALL_OFF, now=now).count()
    return [
        (kind, label, number)
        for kind, label in KINDS.items()
        if (number := numbers.get("" if kind == CHECKING else kind, 0))
    ]
