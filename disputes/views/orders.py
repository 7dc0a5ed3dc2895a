"""Orders as their consumer sees them: what was bought, and for each trouble what the rules say is owed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.doors import PersonRequest, role_required
from accounts.models import Role
from common.pages import read_page
from compensation.actions import labels_at
from compensation.models import Rehousing
from compensation.options import NoTermsInForce
from compensation.schemes.registry import SCHEMES
from disputes.entitlements import Entitlement, entitlements, lines_of
from disputes.models import Claim
from disputes.views.by_event import ByEvent, by_event
from disputes.views.cards import Card, card
from orders.models import Line, Order
from policies.wording import label_of_reason, label_of_rule

ORDERS_A_PAGE = 20
LINES_A_PAGE = 20
LINES_NAMED = 3
OPEN_CLAIMS_SHOWN = 5
CLAIMS_SHOWN = 20
SHOWN_OF_A_LINE = ("booking", "card", "stock_out", "rehousing")


@dataclass(frozen=True)
class Trouble:
    """A reason, and what it would give, the best first."""

    reason: str
    label: str
    cards: list[Card]


@dataclass(frozen=True)
class Bought:
    """A line with what each trouble with it would give."""

    line: Line
    troubles: list[Trouble]
    events: list[ByEvent]


@role_required(Role.CONSUMER)
@require_safe
def order_list(request: PersonRequest) -> HttpResponse:
    """What went wrong? The open claims, then the orders, newest first; `?q=` finds orders by number or by content."""
    named = Prefetch("lines", Line.objects.order_by("position")[: LINES_NAMED + 1], to_attr="named_lines")
    mine = Order.objects.visible_to(request.user).select_related("merchant").prefetch_related(named)
    asked = request.GET.get("q", "").strip()
    page = read_page(_search(mine, asked), by=("-placed_at", "-id"), after=request.GET.get("after"), size=ORDERS_A_PAGE)
    return render(
        request,
        "disputes/orders.html",
        {
            "orders": page.rows,
            "hotels_offered": [] if page.after or asked else _hotels_offered(request),
            "open_claims": [] if page.after or asked else _open_claims(request),
            "asked": asked,
            **page.hrefs(request),
        },
    )


def _search(orders: QuerySet[Order], asked: str) -> QuerySet[Order]:
    """Within one person's orders, which are few enough to look through."""
    if not asked:
        return orders
    called_so = Q(title__icontains=asked) | Q(title_zh__icontains=asked)
    return orders.filter(Q(number__iexact=asked) | Exists(Line.objects.filter(called_so, order=OuterRef("pk"))))


def _hotels_offered(request: PersonRequest) -> QuerySet[Rehousing]:
    """Other hotels that wait for the reader's answer; after a while it is too late to choose."""
    mine = Rehousing.objects.visible_to(request.user).filter(status=Rehousing.Status.OFFERED)
    return mine.select_related("line").order_by("due_at", "id")


def _open_claims(request: PersonRequest) -> QuerySet[Claim]:
    mine = Claim.objects.visible_to(request.user).open().select_related("line", "merchant")
    return mine.order_by("due_at", "id")[:OPEN_CLAIMS_SHOWN]


@role_required(Role.CONSUMER)
@require_safe
def order(request: PersonRequest, number: str) -> HttpResponse:
    """One order with its lines, what each trouble would give, and the claims there are."""
    orders = Order.objects.visible_to(request.user).select_related("merchant", "consumer")
    found = get_object_or_404(orders, number=number)
    lines = lines_of(found).select_related(*SHOWN_OF_A_LINE)
    page = read_page(lines, by=("position", "id"), after=request.GET.get("after"), size=LINES_A_PAGE)
    now = timezone.now()
    try:
        owed, nothing_because = entitlements(found, now=now, lines=page.rows), ""
    except NoTermsInForce as refusal:
        owed, nothing_because = [], refusal.sentence()
    claims = Claim.objects.filter(order=found).select_related("line", "merchant").order_by("-id")
    return render(
        request,
        "disputes/order.html",
        {
            "order": found,
            "labels": _labels_of(found, page.rows),
            "bought": _by_line(page.rows, owed, by_event(page.rows, now=now)),
            "is_alone": len(page.rows) == 1 and not page.after,
            "claims": claims[:CLAIMS_SHOWN],
            "nothing_because": nothing_because,
            **page.hrefs(request),
        },
    )


def _labels_of(order: Order, lines: Sequence[Line]) -> list[str]:
    """The labels that the merchant carried when the order was placed, as far as they cover anything in it."""
    held = labels_at([order.merchant_id], at=order.placed_at).get(order.merchant_id, [])
    covering = (SCHEMES[code] for code in held)
    return [
        label_of_rule(scheme.code)
        for scheme in covering
        if scheme.knows(order.kind) and any(scheme.fits(line) for line in lines)
    ]


def _by_line(lines: Iterable[Line], owed: Iterable[Entitlement], events: Mapping[int, list[ByEvent]]) -> list[Bought]:
    by_line = {line: list(found) for line, found in groupby(owed, key=attrgetter("line.pk"))}
    return [Bought(line, _by_reason(by_line.get(line.pk, [])), events.get(line.pk, [])) for line in lines]


def _by_reason(owed: Iterable[Entitlement]) -> list[Trouble]:
    """What is settled at once first, which is also what is on record; else in the order the rules gave them."""
    troubles = [
        Trouble(reason, label_of_reason(reason), [card(one) for one in found])
        for reason, found in groupby(owed, key=attrgetter("reason"))
    ]
    return sorted(troubles, key=lambda trouble: trouble.cards[0].signal != "settled")
