"""Coupons: for the consumer who holds them, the merchant who takes them, and finance that answers for them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Case, Count, IntegerField, Q, Sum, When
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.doors import PersonRequest, role_required
from accounts.models import Role
from common.errors import Refusal
from common.formats import money_text
from common.idempotency import once_posted
from common.pages import read_page
from common.refusals import add_refusal, status_of
from compensation.actions import redeem_coupon, revoke_coupon
from compensation.forms.coupons import RedemptionForm, RevocationForm
from compensation.models import Coupon
from ledger.models import Account, AccountKind, Balance, Transfer
from policies.wording import label_of_rule

COUPONS_A_PAGE = 20
ROWS_A_PAGE = 50

SIGNALS = {
    Coupon.Status.ISSUED: "waiting",
    Coupon.Status.REDEEMED: "settled",
    Coupon.Status.EXPIRED: "plain",
    Coupon.Status.REVOKED: "trouble",
}


@dataclass(frozen=True)
class Shown:
    """A coupon with its state in a word; one whose time is over has expired, whether a sweep has seen it or not."""

    coupon: Coupon
    word: str
    signal: str

    @property
    def can_be_spent(self) -> bool:
        return self.signal == SIGNALS[Coupon.Status.ISSUED]


@role_required(Role.CONSUMER)
@require_safe
def coupons(request: PersonRequest) -> HttpResponse:
    """The reader's coupons: what can be spent, then what was spent or has ended, each newest first."""
    can_be_spent = When(status=Coupon.Status.ISSUED, expires_at__gt=timezone.now(), then=1)
    own = Coupon.objects.visible_to(request.user).select_related("line")
    page = read_page(
        own.annotate(spendable=Case(can_be_spent, default=0, output_field=IntegerField())),
        by=("-spendable", "-id"),
        after=request.GET.get("after"),
        size=COUPONS_A_PAGE,
    )
    context = {
        "coupons": _shown(page.rows),
        "now": timezone.now(),
        **page.hrefs(request),
    }
    return render(request, "compensation/coupons.html", context)


@role_required(Role.CONSUMER)
@require_safe
def coupon(request: PersonRequest, code: str) -> HttpResponse:
    """One coupon with its cause, what it was taken instead of, and its story."""
    own = Coupon.objects.visible_to(request.user).select_related("line__order__merchant", "redeemed_for__merchant")
    found = get_object_or_404(own, code=code)
    return render(request, "compensation/coupon.html", _story(found))


def _story(coupon: Coupon) -> dict[str, Any]:
    return {
        "shown": _shown([coupon])[0],
        "coupon": coupon,
        "scheme": label_of_rule(coupon.scheme),
        "claim": _claim_of(coupon.key),
        "moves": coupon.moves.select_related("by").order_by("id"),
        "now": timezone.now(),
    }


def _shown(coupons: Iterable[Coupon]) -> list[Shown]:
    now = timezone.now()
    shown = []
    for coupon in coupons:
        status = Coupon.Status.EXPIRED if coupon.is_over(now) else Coupon.Status(coupon.status)
        shown.append(Shown(coupon, str(status.label), SIGNALS[status]))
    return shown


def _claim_of(key: str) -> dict[str, str] | None:
    """The claim that a coupon's key names as its cause, where the room above has a page for it."""
    match key.split(":"):
        case ["claim", number, *_rest]:
            try:
                return {"number": number, "href": reverse("claim", args=[number])}
            except NoReverseMatch:
                return None
        case _:
            return None


# --- the merchant's desk -----------------------------------------------------------------------------


@role_required(Role.MERCHANT)
@require_http_methods(["GET", "HEAD", "POST"])
def desk_coupons(request: PersonRequest) -> HttpResponse:
    """Take a coupon for an order, and see those that were taken, newest first."""
    form = RedemptionForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            return _redeem(request, form)
        except Refusal as refusal:
            _add(form, refusal)
    taken = Coupon.objects.visible_to(request.user).filter(status=Coupon.Status.REDEEMED).select_related("redeemed_for")
    page = read_page(taken, by=("-ended_at", "-id"), after=request.GET.get("after"), size=ROWS_A_PAGE)
    context = {
        "form": form,
        "coupons": page.rows,
        **page.hrefs(request),
    }
    return render(request, "compensation/desk_coupons.html", context, status=status_of(form.errors))


def _redeem(request: PersonRequest, form: forms.Form) -> HttpResponse:
    now = timezone.now()

    def act() -> HttpResponse:
        given = form.cleaned_data
        spent = redeem_coupon(code=given["code"], order=given["order"].strip(), by=request.user, at=now)
        told = _("The coupon of %(amount)s was redeemed for order %(order)s and stands in your settlement.")
        sum_ = money_text(spent.amount, spent.currency)
        messages.success(request, told % {"amount": sum_, "order": spent.redeemed_for})
        return redirect("desk-coupons")

    return once_posted(request, act, now=now)


def _add(form: forms.Form, refusal: Refusal) -> None:
    form.add_error(refusal.field if refusal.field in form.fields else "code", refusal.sentence())


# --- finance -----------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Liability:
    """What coupons may still cost in one currency (minor units), how many are open, and what became of the others."""

    currency: str
    account: Account
    posted: int
    number_open: int
    by_merchants: int
    by_platform: int
    ended: list[tuple[str, int, int]]


@role_required(Role.FINANCE)
@require_safe
def coupon_liability(request: PersonRequest) -> HttpResponse:
    """The liability in every currency, and the open coupons, the next to expire first."""
    waiting = Coupon.objects.visible_to(request.user).open().select_related("bearer", "line")
    page = read_page(waiting, by=("expires_at", "id"), after=request.GET.get("after"), size=ROWS_A_PAGE)
    context = {
        "liabilities": _liabilities(),
        "coupons": page.rows,
        "now": timezone.now(),
        **page.hrefs(request),
    }
    return render(request, "compensation/coupon_liability.html", context)


def _liabilities() -> list[Liability]:
    """Three queries, whatever there is."""
    accounts = Balance.objects.filter(account__kind=AccountKind.COUPON_LIABILITY).select_related("account")
    by_platform = Q(bearer__isnull=True)
    sums = {"number": Count("pk"), "platform": Sum("amount", filter=by_platform), "sum": Sum("amount")}
    open_ = {row["currency"]: row for row in Coupon.objects.open().order_by().values("currency").annotate(**sums)}
    ended = _ended()
    return [
        Liability(
            currency=balance.account.currency,
            account=balance.account,
            posted=balance.posted,
            number_open=row.get("number", 0),
            by_platform=row.get("platform") or 0,
            by_merchants=(row.get("sum") or 0) - (row.get("platform") or 0),
            ended=ended.get(balance.account.currency, []),
        )
        for balance in accounts.order_by("account__currency")
        for row in [open_.get(balance.account.currency, {})]
    ]


def _ended() -> dict[str, list[tuple[str, int, int]]]:
    """By currency: each way of ending in words, how many ended so, and their sum."""
    rows = Coupon.objects.exclude(status=Coupon.Status.ISSUED).order_by("status").values("currency", "status")
    found = defaultdict[str, list[tuple[str, int, int]]](list)
    for row in rows.annotate(number=Count("pk"), sum=Sum("amount")):
        found[row["currency"]].append((str(Coupon.Status(row["status"]).label), row["number"], row["sum"]))
    return dict(found)


@role_required(Role.FINANCE)
@require_safe
def coupon_in_the_books(request: PersonRequest, coupon: int) -> HttpResponse:
    """One coupon with its transfers, and what may be done about it."""
    return _in_the_books(request, _seen(request, coupon), RevocationForm())


@role_required(Role.FINANCE)
@require_http_methods(["POST"])
def coupon_revocation(request: PersonRequest, coupon: int) -> HttpResponse:
    found = _seen(request, coupon)
    form = RevocationForm(request.POST)
    if form.is_valid():
        try:
            revoke_coupon(coupon=found, by=request.user, reason=form.cleaned_data["reason"], at=timezone.now())
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("The coupon is revoked, and its holder is told why."))
            return redirect("coupon-in-the-books", found.pk)
    return _in_the_books(request, _seen(request, coupon), form)


def _seen(request: PersonRequest, pk: int) -> Coupon:
    every = Coupon.objects.visible_to(request.user)
    return get_object_or_404(every.select_related("line", "bearer", "redeemed_for__merchant"), pk=pk)


def _in_the_books(request: PersonRequest, coupon: Coupon, form: forms.Form) -> HttpResponse:
    keys = [coupon.key, f"{coupon.key}:end"]
    context = {
        **_story(coupon),
        "transfers": Transfer.objects.filter(key__in=keys).select_related("debit", "credit").order_by("id"),
        "form": form,
    }
    return render(request, "compensation/coupon_in_the_books.html", context, status=status_of(form.errors))
