"""Every page there is, seen by everybody it is for: axe finds nothing, and nothing scrolls sideways at 320 px.

Which pages there are stands in portal/access.py, which another test holds against the URLconf. A new page is looked
at without more ado; one with parameters fails here until `places` says what to open there.
"""

from collections.abc import Iterator, Mapping, Sequence

import pytest

from compensation.actions import budget, fund
from conftest import bought
from disputes.actions import refund_unasked
from ledger.models import Account
from orders.models import OrderKind
from payouts.models import Payout
from portal.access import DOORS, Meets
from portal.tests.cases import Cases

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SMALLEST = 320
HEIGHT = 844

# One person for each way that pages can look; a clerk sees what the merchant sees.
READERS = {
    "consumers": ("anonymous", "consumer", "consumer2"),
    "merchants": ("merchant", "outsider"),
    "platform": ("agent", "senior", "finance", "operator"),
}
SCREENS = {"en": (1280, "light"), "zh-hans": (390, "dark")}

# What answers with no page of ours: machines' addresses, files, a notice (it leads to its claim), Django's admin.
NO_PAGES = frozenset(
    {"healthz", "readyz", "metrics", "admin/", "notices/<int:pk>/", "claims/<str:number>/evidence/<int:pk>/"}
)

# Address -> who opens what there; whoever is not named sees what another sees.
Places = Mapping[str, Mapping[str, Sequence[str]]]


@pytest.mark.parametrize("language", SCREENS)
@pytest.mark.parametrize("readers", READERS)
def test_every_page_can_be_used_by_everybody_it_is_for(request, visit, places, readers, language):
    width, scheme = SCREENS[language]
    wrong = {}
    for name in READERS[readers]:
        person = None if name == "anonymous" else request.getfixturevalue(name)
        visitor = visit(person=person, language=language, scheme=scheme)
        for path in paths(name, places):
            visitor.page.set_viewport_size({"width": SMALLEST, "height": HEIGHT})
            assert visitor.open(path) == 200, path
            sideways = ["it scrolls sideways"] if visitor.has_to_scroll_sideways() else []
            visitor.page.set_viewport_size({"width": width, "height": HEIGHT})
            if found := sideways + visitor.violations() + visitor.problems:
                wrong[name, path] = found
            visitor.problems.clear()
    assert wrong == {}


def paths(name: str, places: Places) -> Iterator[str]:
    """All that this person can look at, page by page."""
    for door in DOORS:
        if door.method == "GET" and door.who[name] == Meets.OPEN and is_page(door.address):
            yield from places[door.address].get(name, ()) if "<" in door.address else [f"/{door.address}"]


def is_page(address: str) -> bool:
    return not address.startswith("api/") and address not in NO_PAGES


@pytest.fixture
def places(goods_order, stay_order, voucher_order, cases) -> Places:
    mug, jackets = goods_order.lines.order_by("position")
    orders = [order.get_absolute_url() for order in (goods_order, stay_order, voucher_order)]
    desk = f"/desk/refunds/{goods_order.number}/"
    step = f"{orders[0]}lines/{jackets.pk}/claim"
    claims = [claim.get_absolute_url() for claim in cases.values()]
    payouts = {payout.status: f"/payouts/{payout.pk}/" for payout in Payout.objects.all()}
    accounts = {account.kind: f"/journal/accounts/{account.pk}/" for account in Account.objects.all()}
    return {
        "orders/<str:number>/": {"consumer": orders},
        "orders/<str:number>/lines/<int:line>/claim/reason/": {"consumer": [f"{step}/reason/"]},
        "orders/<str:number>/lines/<int:line>/claim/remedy/": {
            "consumer": [f"{step}/remedy/?reason=damaged", f"{step}/remedy/?reason=damaged&remedy=refund"]
        },
        "orders/<str:number>/lines/<int:line>/claim/details/": {"consumer": [f"{step}/details/"]},
        "orders/<str:number>/lines/<int:line>/claim/check/": {"consumer": [f"{step}/check/"]},
        "claims/<str:number>/": {
            "consumer": [*claims, f"{cases['paid_at_once'].get_absolute_url()}?filed"],
            "merchant": claims,
            "agent": claims,
            "senior": [cases["appealed"].get_absolute_url()],
        },
        "desk/refunds/<str:number>/": {"merchant": [desk]},
        "desk/refunds/<str:number>/<int:line>/": {"merchant": [f"{desk}{mug.pk}/", f"{desk}{jackets.pk}/"]},
        "journal/accounts/<int:pk>/": {"finance": list(accounts.values())},
        "payouts/<int:pk>/": {"finance": list(payouts.values())},
    }


@pytest.fixture
def cases(consumer, merchant, agent, senior, shop, goods_order, enrolled_shop, visit, now):
    """A case in every state, beside a fund that is filled, a refund nobody asked for, and payouts on their way."""
    fund(amount=1_000_00, currency="CNY", key="fund", at=now)
    budget(budget="special", amount=500_00, currency="CNY", key="budget", at=now)
    refund_unasked(line=goods_order.lines.get(position=1).pk, by=merchant, at=now)
    order = bought(consumer, shop, OrderKind.GOODS, "G-2001", placed_at=goods_order.placed_at)
    order.delivered_at, order.paid_through = goods_order.delivered_at, "sandbox"
    order.save()
    people = {"consumer": consumer, "merchant": merchant, "agent": agent, "senior": senior}
    return Cases(order, now=now, **people).in_every_state()
