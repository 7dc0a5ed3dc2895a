"""Where each role can go, in the order of how often it goes there. Pages reach each other by address name only."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Role, User
from disputes.views.listed import waiting_for
from notices.models import Notice
from payouts.models import Break, Payout

MOST_COUNTED = 100


@dataclass(frozen=True)
class Place:
    """One entry of the navigation. `count` is what waits there, or None where nothing is counted.

    Where the screen is narrow, only what `is_first` stands in the line; the rest opens from a menu at its end.
    """

    label: str | Promise
    href: str
    is_here: bool
    count: int | None = None
    is_first: bool = True


PLACES: dict[str, tuple[tuple[str | Promise, str], ...]] = {
    Role.CONSUMER: (
        (_("Orders"), "orders"),
        (_("Claims"), "claims"),
        (_("Coupons"), "coupons"),
        (_("Notices"), "notices"),
    ),
    Role.MERCHANT: (
        (_("Needs your answer"), "inbox"),
        (_("All claims"), "claims"),
        (_("Refunds"), "merchant-refunds"),
        (_("Stays"), "stays"),
        (_("Coupons"), "desk-coupons"),
        (_("Statement"), "own-statement"),
        (_("Owed to the fund"), "recoveries"),
        (_("Guarantees"), "enrolments"),
        (_("Labels"), "labels"),
        (_("Notices"), "notices"),
    ),
    Role.AGENT: (
        (_("Queue"), "queue"),
        (_("All claims"), "claims"),
        (_("Events"), "happenings"),
        (_("Force majeure"), "force-majeure"),
        (_("Notices"), "notices"),
    ),
    Role.FINANCE: (
        (_("Special fund"), "fund"),
        (_("Journal"), "journal"),
        (_("Payouts"), "payouts"),
        (_("Reconciliation"), "reconciliation"),
    ),
    Role.OPERATOR: ((_("Policies"), "policies"), (_("Labels"), "admissions")),
}


# How many places have room beside each other on a phone, in both languages.
FIRST: dict[str, int] = {Role.CONSUMER: 4, Role.MERCHANT: 1, Role.AGENT: 2, Role.FINANCE: 2, Role.OPERATOR: 2}


# Pages that belong to a place and have addresses of their own.
BELONGING: dict[str, tuple[str, ...]] = {
    "inbox": ("/claims/R-",),
    "queue": ("/claims/R-",),
    "orders": ("/rehousings/",),
    "stays": ("/rehousings/",),
    "fund": ("/recoveries/", "/force-majeure/"),
    "policies": ("/backtests/",),
}


def places(request: HttpRequest) -> list[Place]:
    """The reader's places, without those whose room is not installed.

    Strangers have none, nor has a request that was refused before anybody asked who sends it.
    """
    if not hasattr(request, "user") or not request.user.is_authenticated:
        return []
    found = [(label, name, href) for label, name in PLACES[request.user.role] if (href := _address(name))]
    here = _nearest(request.path, [(name, href) for _label, name, href in found])
    return [
        Place(
            label,
            href,
            is_here=href == here,
            is_first=position < FIRST[request.user.role],
            count=_waiting_at(name, request.user) or None,
        )
        for position, (label, name, href) in enumerate(found)
    ]


def _nearest(path: str, found: list[tuple[str, str]]) -> str:
    """The address of the place that the page belongs to by the longest beginning of its path."""
    beginnings = [(beginning, href) for name, href in found for beginning in (href, *BELONGING.get(name, ()))]
    at = max((one for one in beginnings if path.startswith(one[0])), key=lambda one: len(one[0]), default=("", ""))
    return at[1]


def _waiting_at(name: str, reader: User) -> int:
    """How much waits there, counted as far as anybody would read the figure."""
    match name:
        case "notices":
            return Notice.objects.visible_to(reader).count_unread()
        case "payouts":
            return Payout.objects.visible_to(reader).exclude(attention="")[:MOST_COUNTED].count()
        case "reconciliation":
            return Break.objects.visible_to(reader).unsettled()[:MOST_COUNTED].count()
        case "inbox" | "queue":
            return waiting_for(reader)[:MOST_COUNTED].count()
        case _:
            return 0


def _address(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
