"""Every page there is, seen by everybody it is for: axe finds nothing, and nothing scrolls sideways at 320 px.

Which pages there are stands in portal/access.py, which another test holds against the URLconf. A new page is looked
at without more ado; one with parameters fails here until `places` says what to open there.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta

import pytest

from accounts.models import Role
from compensation.actions import (
    Conduct,
    Consent,
    Offered,
    appeal_label,
    ask_for_label,
    budget,
    declare_force_majeure,
    dispute_recovery,
    fund,
    issue_coupon,
    pay_from_fund,
    propose_relief,
    receive_payment,
    redeem_coupon,
    report_no_room,
    revoke_coupon,
    take_label_away,
)
from compensation.actions.filling import answer_filling, propose_filling
from compensation.actions.happenings import announce, look_through
from compensation.models import LABELS, Admission, Affected, Recovery
from conftest import bought, line, person
from disputes.actions import refund_unasked
from disputes.actions.backtest import go_on, try_terms, try_version
from disputes.happenings import pay_for_events
from disputes.tests.label_cases import carried
from ledger.actions import Posting
from ledger.chart import compensation_expense, payable_to, settlement_of
from ledger.models import Account, Transfer, TransferKind
from orders.models import Chargeback, Line, OrderKind, Stay, StockOut, Voucher
from payouts.actions import (
    DrawRequest,
    limit_budget,
    request_draw,
    resolve_break,
    resume_payouts,
    start,
    stop_payouts,
)
from payouts.models import Break, Payout, Stop
from payouts.tests.reports import imported, said, settled, written
from policies.actions import check, draft, send_back, withdraw
from policies.models import Version
from portal.access import DOORS, Meets
from portal.tests.cases import Cases

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.django_db(transaction=True)]

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
    {
        "healthz",
        "readyz",
        "metrics",
        "admin/",
        "notices/<int:pk>/",
        "claims/<str:number>/evidence/<int:pk>/",
        "policies/<slug:code>/<int:number>/export/",
        "backtests/<int:pk>/claims.csv",
    }
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
def lamps(missing_order):
    """Two that were not delivered, of which nobody has said yet that one is missing."""
    StockOut.objects.all().delete()
    return missing_order.lines.get()


@pytest.fixture
def places(
    goods_order, stay_order, voucher_order, lamps, cases, owed, reported, controlled, labelled, rehoused, happened,
    changed, tried, coupons,
) -> Places:  # fmt: skip
    mug, jackets = goods_order.lines.order_by("position")
    orders = [order.get_absolute_url() for order in (goods_order, stay_order, voucher_order)]
    desk = f"/desk/refunds/{goods_order.number}/"
    step = f"{orders[0]}lines/{jackets.pk}/claim"
    dinner = f"{orders[2]}lines/{voucher_order.lines.get().pk}/claim"
    claims = [claim.get_absolute_url() for claim in cases.values()]
    judged = f"/verdicts/{cases['paid_at_once'].verdict_id}/"
    payouts = {payout.status: f"/payouts/{payout.pk}/" for payout in Payout.objects.all()}
    special = Account.objects.get(kind="fund_budget", owner="special", currency="CNY")
    accounts = {account.kind: f"/journal/accounts/{account.pk}/" for account in Account.objects.all()}
    return {
        "orders/<str:number>/": {"consumer": orders},
        "orders/<str:number>/lines/<int:line>/claim/reason/": {"consumer": [f"{step}/reason/"]},
        "orders/<str:number>/lines/<int:line>/claim/particulars/": {
            "consumer": [f"{dinner}/remedy/?reason=store_closed"]
        },
        "orders/<str:number>/lines/<int:line>/events/<int:affected>/contest/": {
            "consumer": [
                f"{row.line.order.get_absolute_url()}lines/{row.line_id}/events/{row.pk}/contest/" for row in happened
            ]
        },
        "coupons/<str:code>/": {"consumer": [coupon.get_absolute_url() for coupon in coupons]},
        "fund/coupons/<int:coupon>/": {"finance": [f"/fund/coupons/{coupon.pk}/" for coupon in coupons]},
        "events/<int:pk>/": {"agent": [row.happening.get_absolute_url() for row in happened]},
        "rehousings/<int:pk>/": {who: [rehoused.get_absolute_url()] for who in ("consumer", "merchant", "agent")},
        "stays/<int:line>/": {"merchant": [f"/stays/{stay.line_id}/" for stay in Stay.objects.all()]},
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
        "desk/refunds/<str:number>/<int:line>/stock-out/": {
            "merchant": [f"{desk}{jackets.pk}/stock-out/", f"/desk/refunds/{lamps.order.number}/{lamps.pk}/stock-out/"]
        },
        **changed,
        **tried,
        "verdicts/<int:pk>/": {who: [judged] for who in ("agent", "operator")},
        "desk/guarantees/<slug:code>/": {
            "merchant": [f"/desk/guarantees/{code}/" for code in ("closed_store", "refund_without_return")],
            "outsider": ["/desk/guarantees/lightning_refund/"],
        },
        "desk/guarantees/<slug:code>/leaving/": {"merchant": ["/desk/guarantees/closed_store/leaving/"]},
        "desk/peace-of-mind/<slug:label>/": {"merchant": [f"/desk/peace-of-mind/{label}/" for label in LABELS]},
        "labels/<int:pk>/": {"operator": [f"/labels/{admission.pk}/" for admission in labelled]},
        "claims/<str:number>/empathy/": {"agent": [f"{cases['disputed'].get_absolute_url()}empathy/"]},
        "recoveries/<int:pk>/": {who: [f"/recoveries/{row.pk}/" for row in owed] for who in ("finance", "merchant")},
        "journal/accounts/<int:pk>/": {"finance": list(accounts.values())},
        "journal/accounts/<int:pk>/statement/": {"finance": [f"{accounts['fund_budget']}statement/"]},
        "journal/merchants/<int:merchant>/statement/": {
            "finance": [f"/journal/merchants/{goods_order.merchant_id}/statement/"]
        },
        "journal/transfers/<int:transfer>/": {
            "finance": [f"/journal/transfers/{row.pk}/" for row in Transfer.objects.order_by("pk")[:3]]
        },
        "payouts/<int:pk>/": {"finance": [*payouts.values(), *controlled.values()]},
        "payouts/<int:pk>/approval/": {"finance": [f"{path}approval/" for path in controlled.values()]},
        "payouts/<int:pk>/retry/": {"finance": [f"{controlled['in_doubt']}retry/"]},
        "payouts/<int:pk>/inquiry/": {"finance": [f"{controlled['in_doubt']}inquiry/"]},
        "payouts/<int:pk>/calling-off/": {"finance": [f"{controlled['in_doubt']}calling-off/"]},
        "payouts/stops/<int:stop>/end/": {"finance": [f"/payouts/stops/{stop.pk}/end/" for stop in Stop.objects.all()]},
        "payouts/budgets/<int:account>/": {"finance": [f"/payouts/budgets/{special.pk}/"]},
        "reconciliation/reports/<int:pk>/": {"finance": [f"/reconciliation/reports/{reported.pk}/"]},
        "reconciliation/unreported/<slug:gateway>/<slug:currency>/": {
            "finance": ["/reconciliation/unreported/sandbox/GBP/"]
        },
        "reconciliation/not-heard-of/<slug:gateway>/<slug:currency>/": {
            "finance": ["/reconciliation/not-heard-of/sandbox/GBP/"]
        },
        "reconciliation/breaks/<int:pk>/": {
            "finance": [f"/reconciliation/breaks/{found.pk}/" for found in Break.objects.all()]
        },
    }


@pytest.fixture
def changed(operator, published_policies, now) -> dict[str, dict[str, list[str]]]:
    """Versions at each step of their life: drafted by the reader and by another, sent back, checked, withdrawn."""
    other = person("operator2", Role.OPERATOR)
    base = Version.objects.get(policy__code="lightning_refund", market="")
    written = {"policy": "lightning_refund", "terms": {**base.terms, "undelivered_after_days": 9}, "at": now}
    here: dict[str, Version] = {}
    for state, author in (
        ("own", operator), ("draft", other), ("sent_back", operator), ("checked", operator), ("withdrawn", operator),
    ):  # fmt: skip
        moment = now + timedelta(days=9 + len(here))
        here[state] = draft(effective_from=moment, written=base.written, by=author, **written)
    send_back(version=here["sent_back"], by=other, because="Nine days are too many.", at=now)
    check(version=here["checked"], by=other, at=now)
    withdraw(version=here["withdrawn"], by=operator, at=now)
    at = {state: f"/policies/lightning_refund/{version.number}/" for state, version in here.items()}
    published = f"/policies/lightning_refund/{base.number}/"
    return {
        "policies/<slug:code>/": {"operator": ["/policies/lightning_refund/"]},
        "policies/<slug:code>/draft/": {"operator": ["/policies/lightning_refund/draft/"]},
        "policies/<slug:code>/<int:number>/": {
            **{who: [published] for who in ("anonymous", "consumer", "merchant", "agent")},
            "operator": [published, *at.values()],
        },
        "policies/<slug:code>/<int:number>/terms/": {"operator": [f"{at['own']}terms/"]},
        "policies/<slug:code>/<int:number>/file/": {"operator": [f"{at['sent_back']}file/"]},
        "policies/<slug:code>/<int:number>/check/": {"operator": [f"{at['draft']}check/"]},
        "policies/<slug:code>/<int:number>/return/": {"operator": [f"{at['draft']}return/"]},
        "policies/<slug:code>/<int:number>/withdrawal/": {"operator": [f"{at['own']}withdrawal/"]},
        "policies/<slug:code>/<int:number>/publication/": {"operator": [f"{at['checked']}publication/"]},
    }


@pytest.fixture
def tried(changed, cases, now) -> dict[str, dict[str, list[str]]]:
    """Back-tests that have come to their end, with claims that change and without, and one that waits to begin; terms
    with a finding and without."""
    published = Version.objects.filter(status=Version.Status.PUBLISHED).select_related("policy")
    base = published.get(policy__code="lightning_refund", market="")
    never = {**base.terms, "reasons": ["not_received"]}
    ended = [
        try_terms(policy="lightning_refund", terms=terms, version=base, by=None, at=now + timedelta(days=1))
        for terms in (never, base.terms)
    ]
    while go_on(now=now):
        pass
    waiting = try_version(version=base, by=None, at=now)
    found = Version.objects.create(
        policy=base.policy, number=99, terms={**base.terms, "undelivered_after_days": 15}, effective_from=now,
        drafted_at=now,
    )  # fmt: skip
    at = f"/policies/lightning_refund/{base.number}/"
    return {
        "policies/<slug:code>/<int:number>/analysis/": {
            "operator": [f"{at}analysis/", f"/policies/lightning_refund/{found.number}/analysis/"]
        },
        "policies/<slug:code>/<int:number>/backtests/": {"operator": [f"{at}backtests/"]},
        "backtests/<int:pk>/": {"operator": [f"/backtests/{it.pk}/" for it in (*ended, waiting)]},
        "backtests/<int:pk>/claims/": {"operator": [f"/backtests/{it.pk}/claims/" for it in ended]},
    }


@pytest.fixture
def happened(consumer, shop, closed_store, now):
    """What a closure paid for one line, and what it refused another; a third waits for an agent."""
    lines = []
    for number in range(3):
        order = bought(consumer, shop, OrderKind.VOUCHER, f"E-{number}", placed_at=now - timedelta(days=9))
        dinner = line(order, 1, "dinner", "Dinner", "晚餐", paid=88_00, category="dining")
        Line.objects.filter(pk=dinner.pk).update(store=closed_store)
        Voucher.objects.create(line=dinner, usable_from=order.placed_at, expires_at=now + timedelta(days=9))
        lines.append(dinner)
    announce(
        key="feed", kind="store_closed", store=closed_store.code, starts_at=now - timedelta(hours=2),
        orders_named=["E-0", "E-1", "E-2"], by=None, at=now,
    )  # fmt: skip
    look_through(now=now)
    Voucher.objects.filter(line=lines[1]).update(redeemed_at=now)
    Affected.objects.filter(line=lines[2]).update(status="parked", because="could_not_be_paid", due_at=None)
    pay_for_events(now=now)
    return list(Affected.objects.exclude(status="parked").select_related("happening", "line__order").order_by("id"))


@pytest.fixture
def coupons(goods_order, consumer, shop, finance, cases, now):
    """One to be spent, one that was spent, and one given as goodwill that was revoked."""
    mug, *_others = goods_order.lines.order_by("position")
    before = now - timedelta(days=1)
    given = {"holder": consumer, "line": mug, "amount": 30_00, "expires_at": now + timedelta(days=9), "at": before}
    chosen = {"scheme": "out_of_stock", "bearer": shop, "consent": Consent(cash_amount=20_00, at=before)}
    number = cases["paid_at_once"].number
    kept, spent = (issue_coupon(key=f"claim:{number}:compensation:{one}", **chosen, **given) for one in (1, 2))
    revoked = issue_coupon(key="goodwill:1", scheme="goodwill", bearer=None, consent=None, **given)
    new = bought(consumer, shop, OrderKind.GOODS, "G-3001", placed_at=now)
    line(new, 1, "vase", "Vase", "花瓶", paid=80_00, category="home")
    redeem_coupon(code=spent.code, order=new.number, by=consumer, at=now)
    revoke_coupon(coupon=revoked, by=finance, reason="Given by mistake.", at=now)
    return [kept, spent, revoked]


@pytest.fixture
def rehoused(stay_order, merchant, enrolled_shop, now):
    """A stay to come for which another hotel is offered; another one has its room."""
    arrival_on = now.date() + timedelta(days=3)
    Stay.objects.update(outcome="booked", room_type_assigned=None, arrival_on=arrival_on)
    stay = Stay.objects.select_related("line__order").get()
    room = {"room_type_reserved": stay.room_type_reserved, "first_night_rate": stay.first_night_rate, "nights": 2}
    second = line(stay.line.order, 2, "deluxe", "Deluxe room", "豪华房", paid=1_200_00, category="hotel")
    Line.objects.filter(pk=second.pk).update(store=stay.line.store)
    Stay.objects.create(line=second, arrival_on=arrival_on, **room)
    other = Offered(name="River Inn", address="8 Quay Road", room="Double", difference=200_00, transport=60_00)
    return report_no_room(line=stay.line_id, hotels=[other], by=merchant, at=now)


@pytest.fixture
def owed(cases, shop, consumer, senior, finance, now):
    """What a merchant owes at each stage, what was advanced and put into the fund, and force majeure in a city."""
    money = {"payee": consumer, "currency": "GBP", "gateway": "wallet", "at": now, "as_expense": False}
    fund(amount=300_00, currency="GBP", key="owed:fund", at=now)
    budget(budget="special", amount=300_00, currency="GBP", key="owed:budget", at=now)
    for number in range(4):
        pay_from_fund(key=f"owed:{number}", amount=50_00, merchant=shop, **money)
    pay_from_fund(key="first", amount=10_00, **money)
    first, disputed, proposed, _open = rows = list(Recovery.objects.filter(currency="GBP").order_by("id"))
    receive_payment(recovery=first, amount=20_00, because="Bank, 4711.", by=finance, at=now)
    dispute_recovery(recovery=disputed, statement="Not ours.", by=senior, at=now)
    propose_relief(recovery=proposed, kind="write_off", because="They are gone.", by=finance, at=now)
    declare_force_majeure(
        kind="storm", place="market", where="", starts_at=now, ends_at=None, because="Typhoon.", by=senior, at=now
    )
    said = {"currency": "GBP", "because": "Bank, 4712.", "by": finance, "at": now}
    answer_filling(filling=propose_filling(kind="fund", amount=1_00, **said), agreed=True, by=senior, at=now)
    propose_filling(kind="budget", amount=1_00, budget="empathy", **said)
    propose_filling(kind="deposit", amount=1_00, merchant=shop.code, **said)
    for key, counted in (("net-1", 0), ("net-2", 45_00)):
        line = Line.objects.earliest("id")
        Chargeback.objects.create(key=key, line=line, amount=45_00, counted=counted, received_at=now)
    return rows


@pytest.fixture
def labelled(merchant, operator, shop, published_policies, now):
    """A label that is carried, one that was taken away and is appealed, and one that was refused."""
    long_ago = now - timedelta(days=40)
    lost = take_label_away(admission=carried(shop, long_ago), because="Nobody came.", by=operator, at=long_ago)
    appeal_label(admission=lost, statement="They came.", by=merchant, at=long_ago)
    record = Conduct(orders=0, complaints=0, asked=0, unanswered=0, broken=0)
    refused = ask_for_label(merchant=shop, label=LABELS[1], conduct=record, by=merchant, at=now)
    return [lost, refused, *Admission.objects.held()]


@pytest.fixture
def reported(consumer, finance, now):
    """A provider's report with a line of each kind; one break is large and waits for a second person."""
    start = now - timedelta(days=3)
    good, other_sum, other_currency, twice, _gone = settled(consumer, [1_00, 2_00, 4_00, 1_000_000_00, 9_00], at=start)
    lines = [
        said(good), said(other_sum, amount=2_50), said(other_currency, currency="EUR"), said(twice),
        said(twice, provider_id="again"), said(good, provider_id="other", reference="not ours"),
    ]  # fmt: skip
    report = imported(written(lines, start=start, end=now, ends="broken\nend,7"), at=now)
    settled(consumer, [7_00], at=now)
    large = Break.objects.get(kind="duplicate")
    resolve_break(found=large, resolution="borne", reason="They will not pay it back.", by=finance, at=now)
    return report


@pytest.fixture
def controlled(consumer, finance, shop, cases, now):
    """A payout that waits for a second person, one of which nobody knows whether it was paid, one that waits for the
    fund, and stops."""
    held_back = pay(consumer, shop.pk, "large", amount=100_000_01, at=now)
    in_doubt = pay(consumer, shop.pk, "in doubt", amount=1_00, at=now)
    Payout.objects.filter(pk=in_doubt.pk).update(attention="key_window", status="unknown", next_at=None)
    for _ in range(2):
        stop = stop_payouts(gateway="sandbox", because="Odd figures.", by=finance, at=now)
        if stop.pk == Stop.objects.earliest("pk").pk:
            resume_payouts(gateway="sandbox", because="Cleared up.", by=finance, at=now)
    limit_budget(budget="special", currency="CNY", amount=250_00, because="A quiet week.", by=finance, at=now)
    request_draw(
        DrawRequest(
            key="in line", payee=consumer, amount=900_00, currency="CNY", gateway="wallet", at=now, budget="special",
            cost=compensation_expense("CNY"), kind=TransferKind.EXPENSE,
        )
    )  # fmt: skip
    return {"held_back": f"/payouts/{held_back.pk}/", "in_doubt": f"/payouts/{in_doubt.pk}/"}


def pay(payee, merchant, key, *, amount, at):
    payable = Posting(
        key=key, debit=settlement_of(merchant, "CNY"), credit=payable_to(payee.pk, "CNY"), amount=amount,
        kind=TransferKind.ADVANCE, happened_at=at,
    )  # fmt: skip
    return start(key=key, payee=payee, amount=amount, currency="CNY", gateway="sandbox", at=at, funding=[payable])


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
