"""What the holder of a coupon is told: that it was issued, is about to expire, or was redeemed, expired or revoked."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from compensation.models import Coupon
from notices.actions import Telling, tell_all


def tell_holders(
    coupons: Iterable[Coupon], kind: str, *, at: datetime, key: str = "", case_: str = "", **values: Any
) -> int:
    """Tell each holder one fact about the coupon, once; how many were told. A statement for any number of them."""
    return tell_all([_telling(coupon, kind, key=key, case_=case_, values=values) for coupon in coupons], at=at)


def _telling(coupon: Coupon, kind: str, *, key: str, case_: str, values: dict[str, Any]) -> Telling:
    line = coupon.line
    facts = {
        "amount": coupon.amount,
        "currency": coupon.currency,
        "item": line.title,
        "item_zh": line.title_zh,
        "expires_at": coupon.expires_at,
        **values,
    }
    return Telling(
        key=f"coupon:{coupon.pk}:{key or kind}",
        recipient=coupon.holder,
        kind=kind,
        values=facts | ({"case": case_} if case_ else {}),
        link=coupon.get_absolute_url(),
    )
