"""Payouts as finance sees them: how many are on their way, and every step of each."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.doors import PersonRequest, role_required
from accounts.models import Role, User
from common.pages import read_page
from ledger.models import Hold, Transfer
from payouts.models import Approval, Attention, Payout, PayoutQuerySet, Status
from payouts.views.queue import stuck
from payouts.wording import tests_of

PAYOUTS_A_PAGE = 50
ON_THE_WAY = (Status.RESERVED, Status.SENDING, Status.UNKNOWN, Status.SENT, Status.FAILED)


@dataclass(frozen=True)
class Verb:
    """What may be done about a payout: the name of its address, and the label of its button."""

    name: str
    label: str | Promise


APPROVE = Verb("payout-approval", _("Look at it and approve it"))
RETRY = Verb("payout-retry", _("Try it again"))
ASK = Verb("payout-inquiry", _("Ask the provider again"))
CALL_OFF = Verb("payout-calling-off", _("Call it off"))

# By what the payout waits for; only what cannot pay it twice is among them.
VERBS = {
    Attention.APPROVAL: (APPROVE,),
    Attention.PARKED: (RETRY,),
    Attention.KEY_WINDOW: (ASK, CALL_OFF),
    Attention.UNCONFIRMED: (ASK, CALL_OFF),
}


@role_required(Role.FINANCE)
@require_safe
def payouts(request: PersonRequest) -> HttpResponse:
    """All payouts, newest first; or those in one status on their way, whoever has waited longest first.

    With the `key` of a transfer, those that caused it.
    """
    status = request.GET.get("status", "")
    after = request.GET.get("after")
    if status in ON_THE_WAY:
        waiting = _waiting(request.user).filter(status=status)
        page = read_page(waiting, by=("created_at", "id"), after=after, size=PAYOUTS_A_PAGE)
    else:
        seen = Payout.objects.visible_to(request.user)
        if key := request.GET.get("key", ""):
            seen = seen.filter(key__in=_beginnings(key))
        page = read_page(seen, by=("-id",), after=after, size=PAYOUTS_A_PAGE)
    return render(
        request,
        "payouts/payouts.html",
        {
            "payouts": page.rows,
            "on_the_way": _on_the_way(request.user),
            "stuck": stuck(request.user, "", now=timezone.now()).count(),
            "status": status,
            **page.hrefs(request),
        },
    )


@role_required(Role.FINANCE)
@require_safe
def payout(request: PersonRequest, pk: int) -> HttpResponse:
    """One payout with every step it took, every call that was made for it, and what may be done about it."""
    seen = Payout.objects.visible_to(request.user).select_related("replaces", "replaced_by")
    found = get_object_or_404(seen, pk=pk)
    approvals = list(Approval.objects.select_related("made_by", "approved_by").filter(payout=found).order_by("id"))
    context = {
        "payout": found,
        "moves": found.moves.order_by("id"),
        "attempts": found.attempts.order_by("number"),
        "approvals": [(asked, tests_of(asked)) for asked in approvals],
        **_what_may_be_done(found, request.user),
        "transfers": _transfers(found),
        "hold": Hold.objects.filter(key=found.hold_key).first(),
    }
    return render(request, "payouts/payout.html", context)


def _what_may_be_done(payout: Payout, reader: User) -> dict[str, Any]:
    """The verbs for what it waits for; where calling it off is asked for, approving that stands in its place."""
    verbs = VERBS.get(Attention(payout.attention), ())
    to_call_off = Approval.objects.to_call_off().waiting().filter(payout=payout).select_related("made_by").first()
    if to_call_off:
        verbs = tuple(verb for verb in verbs if verb != CALL_OFF)
    if to_call_off and to_call_off.made_by_id != reader.pk:
        verbs = (APPROVE, *verbs)
    return {"verbs": verbs, "to_call_off": to_call_off}


def _beginnings(key: str) -> list[str]:
    """The key and those that a cause of it may have: "claim:R-7:refund:1:payout" and every beginning of it."""
    words = key.split(":")
    return [":".join(words[:number]) for number in range(1, len(words) + 1)]


def _waiting(user: User) -> PayoutQuerySet:
    """Those that have not ended; each arm of the condition has an index of its own."""
    return Payout.objects.visible_to(user).filter(Q(next_at__isnull=False) | ~Q(attention=""))


def _on_the_way(user: User) -> list[tuple[Status, int]]:
    """How many payouts are in each status before the last one, in the order in which they pass through."""
    numbers = dict(_waiting(user).order_by().values_list("status").annotate(number=Count("pk")))
    return [(status, numbers[status]) for status in ON_THE_WAY if status in numbers]


def _transfers(payout: Payout) -> list[Transfer]:
    """What made the sum payable, and what paid it, as the books have it."""
    keys = [payout.key, f"{payout.key}:draw", payout.hold_key]
    return list(Transfer.objects.filter(key__in=keys).select_related("debit", "credit").order_by("id"))
