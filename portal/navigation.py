"""Where each role can go, in the order of how often it goes there. Pages reach each other by address name only."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Role, User
from notices.models import Notice


@dataclass(frozen=True)
class Place:
    """One entry of the navigation. `count` is what waits there, or None where nothing is counted."""

    label: str | Promise
    href: str
    is_here: bool
    count: int | None = None


PLACES: dict[str, tuple[tuple[str | Promise, str], ...]] = {
    Role.CONSUMER: ((_("Orders"), "orders"), (_("Claims"), "claims"), (_("Notices"), "notices")),
    Role.MERCHANT: (
        (_("Needs your answer"), "inbox"),
        (_("All claims"), "claims"),
        (_("Refunds"), "merchant-refunds"),
        (_("Notices"), "notices"),
    ),
    Role.AGENT: ((_("Queue"), "queue"), (_("All claims"), "claims"), (_("Notices"), "notices")),
    Role.FINANCE: ((_("Special fund"), "fund"), (_("Journal"), "journal"), (_("Payouts"), "payouts")),
    Role.OPERATOR: ((_("Policies"), "policies"),),
}


def places(request: HttpRequest) -> list[Place]:
    """The reader's places, without those whose room is not installed.

    Strangers have none, nor has a request that was refused before anybody asked who sends it.
    """
    if not hasattr(request, "user") or not request.user.is_authenticated:
        return []
    return [
        Place(label, href, is_here=request.path.startswith(href), count=_waiting_at(name, request.user))
        for label, name in PLACES[request.user.role]
        if (href := _address(name))
    ]


def _waiting_at(name: str, reader: User) -> int | None:
    """How much is new there; nothing new is not worth a figure."""
    return Notice.objects.visible_to(reader).count_unread() or None if name == "notices" else None


def _address(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
