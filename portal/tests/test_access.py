"""Every door of the portal, tried by every person of the cast."""

from datetime import timedelta
from http.cookies import SimpleCookie
from typing import Any

import pytest
from django.conf import settings as project
from django.contrib.admin import site
from django.db import transaction
from django.urls import URLResolver, get_resolver
from rest_framework.test import APIClient

from accounts.actions import issue_token
from compensation.actions import Offered, appeal_label, issue_coupon, report_no_room, take_label_away
from compensation.models import Affected, Filling, ForceMajeure, Grant, Happening, Recovery
from disputes.actions import answer, file_claim
from disputes.actions.backtest import try_version
from disputes.models import Evidence, Offer, Party
from disputes.tests.label_cases import TRAVEL, carried
from ledger.actions import accounts
from ledger.chart import fund_budget
from ledger.models import Account, Transfer
from notices.models import Notice
from orders.models import Stay, Store
from payouts.models import Break, Payout, Report, ReportLine, Stop
from policies.models import Version
from portal.access import DOORS, PEOPLE, Meets, as_markdown

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
ADMIN, SIGN_IN = "admin/", ("/sign-in/?next=", "/admin/login/?next=")
ADDRESSES = tuple(dict.fromkeys(door.address for door in DOORS))


def addresses(resolver, prefix=""):
    """Every address as the URLconf writes it; the admin site counts as one."""
    for entry in resolver.url_patterns:
        here = prefix + str(entry.pattern)
        if not isinstance(entry, URLResolver):
            yield here
        elif entry.app_name == site.name:
            yield ADMIN
        else:
            yield from addresses(entry, here)


def test_every_address_is_declared_and_nothing_else_is():
    of_the_project = set(addresses(get_resolver())) - {"style/", "admin/login/"}
    assert set(ADDRESSES) == of_the_project


def test_the_page_about_it_is_up_to_date():
    assert (project.BASE_DIR / "docs" / "access.md").read_text(encoding="utf-8") == as_markdown(), (
        "run `manage.py access_table`"
    )


def test_nobody_is_left_out():
    assert all(set(door.who) == set(PEOPLE) for door in DOORS)
    assert len({(door.address, door.method) for door in DOORS}) == len(DOORS)


@pytest.fixture
def things(request, cast, goods_order, enrolled_shop, now):
    """What stands behind each address: an order, a paid claim, and one with an offer and evidence."""
    consumer, merchant = cast["consumer"], cast["merchant"]
    mug, jackets = goods_order.lines.order_by("position")
    wanted = {"consumer": consumer, "order": goods_order.number, "reason": "damaged", "remedy": "refund", "at": now}
    file_claim(line=mug.pk, **wanted)
    claim = file_claim(line=jackets.pk, **wanted)
    answer(claim=claim, by=merchant, kind="offer", amount=100_00, statement="A part of it?", at=now)
    document = Evidence.objects.create(
        claim=claim, party=Party.CONSUMER, kind="photo", file="evidence/none.png", name="none.png",
        content_type="image/png", size_bytes=1, given_by=consumer, given_at=now,
    )  # fmt: skip
    return {
        "orders": {"number": goods_order.number, "line": jackets.pk} | _an_event(jackets, now),
        "desk": {"number": goods_order.number, "line": jackets.pk, "code": "closed_store", "label": TRAVEL},
        "labels": {"pk": _label_under_appeal(cast, enrolled_shop, now)},
        "merchants": {"code": enrolled_shop.code},
        "claims": {
            "number": claim.number,
            "offer": Offer.objects.get().pk,
            "pk": document.pk,
            "grant": _a_grant(claim, now),
        },
        **_of_the_fund(claim, now),
        "notices": {"pk": Notice.objects.filter(recipient=consumer).earliest("pk").pk},
        "payouts": {
            "pk": Payout.objects.get().pk,
            "stop": Stop.objects.create(because="x", stopped_at=now).pk,
            "account": min(accounts([fund_budget("special", "CNY")]).values()),
        },
        "journal": {
            "pk": Account.objects.earliest("pk").pk,
            "transfer": Transfer.objects.earliest("pk").pk,
            "merchant": goods_order.merchant_id,
        },
        "reconciliation": {"pk": _break_in_a_report(now), "gateway": "sandbox", "currency": "GBP"},
        "webhooks": {"gateway": "sandbox"},
        "policies": {"code": "closed_store", "number": 1},
        "backtests": {"pk": _a_backtest(now).pk},
        "merchant": {"policy": "closed_store"},
        "verdicts": {"pk": claim.verdict_id},
        "events": _an_event(jackets, now),
        **_a_coupon(mug, now),
        **_a_missing_room(request.getfixturevalue("stay_order"), merchant, now),
    }


def _a_backtest(now):
    version = Version.objects.select_related("policy").get(policy__code="closed_store", number=1)
    return try_version(version=version, by=None, at=now)


def _an_event(jackets, now) -> dict[str, int]:
    """A closure, and a line that it affects."""
    store, _new = Store.objects.get_or_create(merchant=jackets.order.merchant, code="x", kind="shop", name="x")
    happening, _new = Happening.objects.get_or_create(
        key="x", kind="store_closed", store=store, starts_at=now, received_at=now
    )
    affected, _new = Affected.objects.get_or_create(
        happening=happening, line=jackets, cause="store_closed", status="refused", currency="CNY", found_at=now,
        ended_at=now,
    )  # fmt: skip
    return {"pk": happening.pk, "affected": affected.pk}


def _a_missing_room(stay_order, merchant, now) -> dict[str, dict[str, Any]]:
    """A stay to come, and the offer of another hotel for it."""
    Stay.objects.update(outcome="booked", room_type_assigned=None, arrival_on=now.date() + timedelta(days=3))
    stay = stay_order.lines.get()
    other = Offered(name="River Inn", address="8 Quay", room="Double", difference=0, transport=0)
    offered = report_no_room(line=stay.pk, hotels=[other], by=merchant, at=now)
    assert offered is not None
    return {"stays": {"line": stay.pk}, "rehousings": {"pk": offered.pk}}


def _a_grant(claim, now) -> int:
    given = {"claim": claim.number, "line": claim.line, "payee": claim.consumer, "currency": "CNY", "amount": 1}
    granted = {"hardship": "illness", "because": "x", "granted_by": claim.consumer, "granted_at": now, "due_at": now}
    return Grant.objects.create(**given, **granted).pk


def _of_the_fund(claim, now) -> dict[str, dict[str, Any]]:
    owed = {"key": "x", "merchant": claim.merchant, "amount": 1, "currency": "CNY", "budget": "special"}
    declared = {"kind": "storm", "place": "market", "because": "x", "declared_by": claim.consumer}
    return {
        "recoveries": {"pk": Recovery.objects.create(**owed, cause="by_hand", charged_at=now, due_at=now).pk},
        "force-majeure": {"pk": ForceMajeure.objects.create(**declared, starts_at=now, declared_at=now).pk},
    }


def _a_coupon(mug, now) -> dict[str, dict[str, Any]]:
    coupon = issue_coupon(
        key="x", holder=mug.order.consumer, line=mug, scheme="goodwill", amount=1, expires_at=now + timedelta(days=1),
        bearer=None, consent=None, at=now,
    )  # fmt: skip
    return {"coupons": {"code": coupon.code}, "fund": {"coupon": coupon.pk, "pk": _money_in(mug.order.consumer, now)}}


def _money_in(by, now) -> int:
    given = {"kind": "fund", "amount": 1, "currency": "CNY", "because": "x"}
    return Filling.objects.create(**given, proposed_by=by, proposed_at=now, due_at=now).pk


def _label_under_appeal(cast, shop, now) -> int:
    lost = take_label_away(admission=carried(shop, now), because="x", by=cast["operator"], at=now)
    return appeal_label(admission=lost, statement="x", by=cast["merchant"], at=now).admission_id


def _break_in_a_report(now) -> int:
    """The number of both."""
    report = Report.objects.create(
        pk=1, gateway="sandbox", name="x", digest="x", received_at=now, finished_at=now, covers_from=now,
        covers_until=now,
    )  # fmt: skip
    line = ReportLine.objects.create(
        report=report, number=3, batch=3, gateway="sandbox", provider_id="x", reference="x", amount=1, currency="GBP",
        paid_at=now, stands=False,
    )  # fmt: skip
    missing = {"kind": "missing_here", "line": line, "gateway": "sandbox", "amount": 1, "currency": "GBP"}
    return Break.objects.create(pk=1, opened_at=now, **missing).pk


@pytest.fixture
def cast(request):
    return {person: None if person == "anonymous" else request.getfixturevalue(person) for person in PEOPLE}


@pytest.fixture
def signed_in(cast):
    """For each person a browser, and a program with a token."""
    return {name: (browser(person), program(person)) for name, person in cast.items()}


def browser(person):
    client = APIClient()
    if person:
        client.force_login(person)
    return client


def program(person):
    return APIClient(headers={"Authorization": f"Token {issue_token(user=person).token}"} if person else {})


@pytest.mark.slow
@pytest.mark.django_db
def test_each_person_meets_at_every_door_what_is_declared(things, signed_in, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    (tmp_path / "evidence").mkdir()
    (tmp_path / "evidence" / "none.png").write_bytes(b"x")
    surprises = [
        (method, address, name, met)
        for address, method, name, expected in visits()
        if (met := meets(method, path_of(address, things), signed_in[name])) != expected
    ]
    assert surprises == []


def visits():
    """Each declared door for everybody; every other method for one person who may use the address otherwise."""
    for address in ADDRESSES:
        declared = {door.method: door.who for door in DOORS if door.address == address}
        for method, who in declared.items():
            yield from ((address, method, name, met) for name, met in who.items())
        opened = [name for who in declared.values() for name, met in who.items() if met == Meets.OPEN]
        if opened and address != ADMIN:  # the admin site does not look at the method
            yield from ((address, method, opened[-1], None) for method in METHODS if method not in declared)


def path_of(address, things):
    noun = address.removeprefix("api/v1/").split("/")[0]
    path = address
    for name, value in things.get(noun, {}).items():
        for converter in ("str", "int", "slug"):
            path = path.replace(f"<{converter}:{name}>", str(value))
    return f"/{path}"


SHUT = {401: Meets.UNAUTHENTICATED, 403: Meets.FORBIDDEN, 404: Meets.NOTHING, 405: None}


def meets(method, path, clients):
    """What this person meets, None for a method nobody can use; whatever was done behind the door is undone."""
    undone: Any = transaction.atomic()
    undone._from_testcase = True
    with undone:
        answered = sent(method, path, clients)
        if answered.streaming:
            answered.getvalue()  # a file that is read to its end is closed
        transaction.set_rollback(True)
    assert answered.status_code < 500, (method, path, answered.content)
    if answered.status_code == 302 and answered["Location"].startswith(SIGN_IN):
        return Meets.SIGN_IN
    return SHUT.get(answered.status_code, Meets.OPEN)


def sent(method, path, clients):
    page, api = clients
    if path.startswith("/api/"):
        return api.generic(method, path, "{}", content_type="application/json")
    visitor = APIClient()
    visitor.cookies = SimpleCookie(page.cookies.output(header="", sep=";"))  # signing out ends no later visit
    return visitor.generic(method, path, "kind=accept", content_type="application/x-www-form-urlencoded")
