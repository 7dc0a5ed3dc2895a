"""What becomes of a coupon."""

from django.utils.translation import gettext_noop as _

from notices.sentences.row import Row

SEE_COUPON = _("See the coupon")
COUPON_USABLE_UNTIL = _("You can spend it until %(expires_at)s.")
SPENT_WHOLE = _("Spend it on one order of at least its worth, at any merchant; its code is on its page.")

COUPONS = (
    Row(
        "coupon_issued",
        _("You have a coupon of %(amount)s"),
        (_("You chose it instead of money for “%(item)s”."), SPENT_WHOLE),
        due=COUPON_USABLE_UNTIL,
        action=SEE_COUPON,
        case="chosen",
    ),
    Row(
        "coupon_issued",
        _("A coupon of %(amount)s for your patience"),
        (
            _("Your case about “%(item)s” took longer than it should."),
            _("The platform gives you this of its own accord; it says nothing about who was right."),
            SPENT_WHOLE,
        ),
        due=COUPON_USABLE_UNTIL,
        action=SEE_COUPON,
        case="goodwill",
    ),
    Row(
        "coupon_expiring",
        _("Your coupon of %(amount)s expires soon"),
        (SPENT_WHOLE,),
        due=COUPON_USABLE_UNTIL,
        action=SEE_COUPON,
    ),
    Row(
        "coupon_expired",
        _("Your coupon of %(amount)s has expired"),
        (_("It was not spent in time and can no longer be used."),),
        action=SEE_COUPON,
    ),
    Row(
        "coupon_redeemed",
        _("Your coupon of %(amount)s was spent"),
        (_("It was redeemed for your order %(order)s."),),
        action=SEE_COUPON,
    ),
    Row(
        "coupon_revoked",
        _("Your coupon of %(amount)s was revoked"),
        (_("The platform took it back and gives this reason: %(reason)s"),),
        action=SEE_COUPON,
    ),
)
