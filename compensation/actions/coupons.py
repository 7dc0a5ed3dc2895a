"""Coupons: issue them, redeem them once, let them expire, revoke them.

The money is in the books at each step: issuing moves it from whoever bears the coupon to the coupon liability, and
from there it goes to the merchant where the coupon was spent, or back to whoever bore it. Amounts are minor units.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Merchant, User
from common.crash_points import crash_point
from common.errors import Refusal
from common.states import move_to
from common.transactions import atomic
from compensation.actions.guarantees import insert_once
from compensation.models import Coupon, Honouring
from compensation.tidings.coupons import tell_holders
from ledger import chart
from ledger.actions import Posting, post
from ledger.chart import AccountName
from ledger.models import TransferKind
from orders.actions import Taking, take_all
from orders.models import Line, Order
from refunds.models import Payer

# Without the letters and digits that look or sound alike. One of 30 ** 15 codes is not found by trying.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
GROUPS, LETTERS = 3, 5


class UnknownCoupon(Refusal):
    """No coupon has this code, or it belongs to somebody else than the order."""

    code = "unknown_coupon"
    message = _("There is no coupon with this code for this order.")
    http_status = HTTPStatus.NOT_FOUND


class UnknownOrder(Refusal):
    """No such order of the one who redeems."""

    code = "unknown_order"
    message = _("You have no order with this number.")
    field = "order"
    http_status = HTTPStatus.NOT_FOUND


class CouponRedeemed(Refusal):
    """`order` is the number of the order it was spent on."""

    code = "coupon_redeemed"
    message = _("This coupon was already redeemed, for order %(order)s.")


class CouponExpired(Refusal):
    code = "coupon_expired"
    message = _("This coupon has expired and can no longer be redeemed.")


class CouponRevoked(Refusal):
    code = "coupon_revoked"
    message = _("This coupon was revoked and can no longer be redeemed.")


class OrderBeforeCoupon(Refusal):
    """A coupon is spent on something new; an order that was there before it was paid for already."""

    code = "order_before_coupon"
    message = _("The order was placed before the coupon was issued. Redeem it for a later order.")
    field = "order"


class OtherCurrency(Refusal):
    code = "other_currency"
    message = _("The coupon is in %(coupon)s and the order in %(order)s.")
    field = "order"


class OrderBelowCoupon(Refusal):
    """A coupon is spent whole; nobody loses a part of it on a smaller order. `left` is what is left of that order."""

    code = "order_below_coupon"
    message = _(
        "The coupon is worth %(amount)s, and only %(left)s of this order is left to pay with it. Redeem it for an order"
        " of at least its worth, so that nothing of it is lost."
    )
    field = "order"
    sums = ("amount", "left")


class ReasonMissing(Refusal):
    code = "reason_missing"
    message = _("Say why the coupon is revoked; its holder is told.")
    field = "reason"
    http_status = HTTPStatus.BAD_REQUEST


@dataclass(frozen=True, kw_only=True)
class Consent:
    """What somebody agreed to who took a coupon instead of `cash_amount` (minor units) in money."""

    cash_amount: int
    at: datetime


@atomic
def honour_by_coupon(
    *,
    key: str,
    line: Line,
    cause: str,
    scheme: str,
    amount: int,
    cash_amount: int,
    holder: User,
    bearer: Merchant | None,
    consented_at: datetime,
    expires_at: datetime,
    at: datetime,
) -> Honouring:
    """Keep a guarantee for a line with a coupon of `amount` that `holder` took instead of `cash_amount` in money.

    Both in minor units. What `bearer` means says `issue_coupon`. A line is made whole once for each cause, with a
    coupon or with money. Raises AlreadyHonoured, and Overdrawn when the bearer's settlement is at its floor.
    """
    issue_coupon(
        key=key,
        holder=holder,
        line=line,
        scheme=scheme,
        amount=amount,
        expires_at=expires_at,
        bearer=bearer,
        consent=Consent(cash_amount=cash_amount, at=consented_at),
        at=at,
    )
    kept = Honouring(
        key=key,
        line=line,
        cause=cause,
        scheme=scheme,
        remedy=Honouring.Remedy.COUPON,
        amount=amount,
        currency=line.order.currency,
        payer=Payer.MERCHANT if bearer else Payer.FUND,
        honoured_at=at,
    )
    insert_once(kept)
    return kept


@atomic
def issue_coupon(
    *,
    key: str,
    holder: User,
    line: Line,
    scheme: str,
    amount: int,
    expires_at: datetime,
    bearer: Merchant | None,
    consent: Consent | None,
    at: datetime,
) -> Coupon:
    """Give `holder` a coupon of `amount` minor units of the order's currency, and tell them.

    `key` names the cause, which gives one coupon: with the same key the first one comes back. `bearer` pays for it out
    of its settlement, or the platform does (None). `consent` is needed where it takes the place of money. `scheme` is
    the code of the policy behind it. Raises Overdrawn when the bearer's settlement is at its floor.
    """
    if first := Coupon.objects.filter(key=key).first():
        return first
    coupon = Coupon.objects.create(
        key=key,
        code=draw_code(),
        holder=holder,
        line=line,
        scheme=scheme,
        bearer=bearer,
        amount=amount,
        cash_amount=consent.cash_amount if consent else 0,
        currency=line.order.currency,
        consented_at=consent.at if consent else None,
        issued_at=at,
        expires_at=expires_at,
    )
    coupon.write_history(was="", at=at, history={})
    crash_point("compensation.coupon_is_written")
    liability = chart.coupon_liability(coupon.currency)
    post(_posting(key, borne_by(coupon), liability, coupon, kind=TransferKind.COUPON_ISSUED, at=at))
    tell_holders([coupon], "coupon_issued", case_="chosen" if consent else "goodwill", at=at)
    return coupon


def draw_code() -> str:
    """A new code such as "7KQ2M-WXA4T-9HDPR"; the database refuses one that is taken already."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(LETTERS)) for _ in range(GROUPS))


@atomic
def redeem_coupon(*, code: str, order: str, by: User, at: datetime) -> Coupon:
    """Spend a coupon on an order of its holder's, once and whole: the order's merchant gets the money.

    What it paid is taken off the order's lines: it was not paid in money, and is never given back in money.
    `by` is the holder at the checkout, or somebody of that merchant who was shown the code. Raises UnknownOrder,
    UnknownCoupon, CouponRedeemed, CouponExpired, CouponRevoked, OrderBeforeCoupon, OtherCurrency, OrderBelowCoupon.
    """
    bought = _locked_order(order, by)
    coupon = _locked(Coupon.objects.filter(code=code.strip().upper(), holder=bought.consumer_id))
    _refuse_ended(coupon, at=at)
    _refuse_unfit(coupon, bought)
    _take_off_the_lines(coupon, bought, at=at)
    move_to(coupon, Coupon.Status.REDEEMED, at=at, history={"by": by}, ended_at=at, redeemed_for=bought)
    crash_point("compensation.coupon_is_spent")
    post(ending(coupon, at=at))
    tell_holders([coupon], "coupon_redeemed", order=bought.number, at=at)
    return coupon


def _locked_order(number: str, by: User) -> Order:
    """Two coupons at once cannot pay for the same part of an order."""
    own = Order.objects.visible_to(by).select_related("merchant").filter(number=number)
    found = own.select_for_update(of=("self",), no_key=True).first()
    if found is None:
        raise UnknownOrder
    return found


def _locked(coupons: QuerySet[Coupon]) -> Coupon:
    found = (
        coupons.select_related("holder", "line", "bearer", "redeemed_for")
        .select_for_update(of=("self",), no_key=True)
        .first()
    )
    if found is None:
        raise UnknownCoupon
    return found


def _refuse_ended(coupon: Coupon, *, at: datetime) -> None:
    """Half-open: at the moment it expires it has expired, whether anybody has looked at it since or not."""
    match coupon.status:
        case Coupon.Status.REDEEMED:
            raise CouponRedeemed(order=coupon.redeemed_for)
        case Coupon.Status.REVOKED:
            raise CouponRevoked
    if at >= coupon.expires_at or coupon.status == Coupon.Status.EXPIRED:
        raise CouponExpired


def _refuse_unfit(coupon: Coupon, order: Order) -> None:
    if order.currency != coupon.currency:
        raise OtherCurrency(coupon=coupon.currency, order=order.currency)
    if order.placed_at < coupon.issued_at:
        raise OrderBeforeCoupon


def _take_off_the_lines(coupon: Coupon, order: Order, *, at: datetime) -> None:
    """The first lines of the order are paid with it first. Raises OrderBelowCoupon where too little is left of them."""
    lines = order.lines.select_for_update(no_key=True).order_by("id")
    to_pay, parts = coupon.amount, list[Taking]()
    for line in sorted(lines, key=lambda line: line.position):
        if part := min(to_pay, line.refundable):
            parts.append(Taking(key=exposure_key(coupon, line), line_id=line.pk, amount=part, quantity=0))
            to_pay -= part
    if to_pay:
        raise OrderBelowCoupon(amount=coupon.amount, left=coupon.amount - to_pay, currency=coupon.currency)
    take_all(parts, at=at)


def exposure_key(coupon: Coupon, line: Line) -> str:
    """The key under which what a coupon paid of a line is off that line's price."""
    return f"coupon:{coupon.pk}:line:{line.pk}"


@atomic
def revoke_coupon(*, coupon: Coupon, by: User, reason: str, at: datetime) -> Coupon:
    """Take back a coupon that should not have been issued, and tell its holder why; whoever bore it has it back.

    Raises ReasonMissing, CouponRedeemed, CouponExpired and CouponRevoked.
    """
    written = " ".join(reason.split())
    if not written:
        raise ReasonMissing
    revoked = _locked(Coupon.objects.filter(pk=coupon.pk))
    _refuse_ended(revoked, at=at)
    move_to(revoked, Coupon.Status.REVOKED, at=at, history={"by": by, "reason": written}, ended_at=at)
    post(ending(revoked, at=at))
    tell_holders([revoked], "coupon_revoked", reason=written, at=at)
    return revoked


# --- in the books ------------------------------------------------------------------------------------

ENDED_AS = {
    Coupon.Status.REDEEMED: TransferKind.COUPON_REDEEMED,
    Coupon.Status.EXPIRED: TransferKind.COUPON_EXPIRED,
    Coupon.Status.REVOKED: TransferKind.COUPON_REVOKED,
}


def borne_by(coupon: Coupon) -> AccountName:
    """Whose money it is: the merchant's settlement, or the platform's expense."""
    if coupon.bearer_id:
        return chart.settlement_of(coupon.bearer_id, coupon.currency)
    return chart.compensation_expense(coupon.currency)


def ending(coupon: Coupon, *, at: datetime) -> Posting:
    """The transfer of a coupon that has ended. All ways of ending share one key, so the books know only one of them."""
    redeemed_for = coupon.redeemed_for
    to = chart.settlement_of(redeemed_for.merchant_id, coupon.currency) if redeemed_for else borne_by(coupon)
    kind = ENDED_AS[Coupon.Status(coupon.status)]
    return _posting(f"{coupon.key}:end", chart.coupon_liability(coupon.currency), to, coupon, kind=kind, at=at)


def _posting(
    key: str, debit: AccountName, credit: AccountName, coupon: Coupon, *, kind: TransferKind, at: datetime
) -> Posting:
    return Posting(key=key, debit=debit, credit=credit, amount=coupon.amount, kind=kind, happened_at=at)
