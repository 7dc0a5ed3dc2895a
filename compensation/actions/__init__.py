"""What the platform does beyond the refund: it keeps guarantees, and runs the special fund. One subject a file."""

from compensation.actions.coupons import (
    Consent,
    CouponExpired,
    CouponRedeemed,
    CouponRevoked,
    UnknownCoupon,
    honour_by_coupon,
    issue_coupon,
    redeem_coupon,
    revoke_coupon,
)
from compensation.actions.expiring import expire_due_coupons, remind_of_expiring_coupons
from compensation.actions.guarantees import AlreadyHonoured, Keeping, honour, honour_all
from compensation.actions.special_fund import (
    NothingToRecover,
    bear,
    budget,
    burden,
    charge,
    forgive,
    fund,
    pay_from_fund,
    recover,
    reverse,
)

__all__ = [
    "AlreadyHonoured",
    "Consent",
    "CouponExpired",
    "CouponRedeemed",
    "CouponRevoked",
    "Keeping",
    "NothingToRecover",
    "UnknownCoupon",
    "bear",
    "budget",
    "burden",
    "charge",
    "expire_due_coupons",
    "forgive",
    "fund",
    "honour",
    "honour_all",
    "honour_by_coupon",
    "issue_coupon",
    "pay_from_fund",
    "recover",
    "redeem_coupon",
    "remind_of_expiring_coupons",
    "reverse",
    "revoke_coupon",
]
