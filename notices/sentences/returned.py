"""Goods on their way back."""

from django.utils.translation import gettext_noop as _

from notices.sentences.phrases import IT_IS_ABOUT, PAYOUT_ON_CLAIM
from notices.sentences.row import Row

SHIP_BY = _("Send the goods by %(due_at)s.")
RECEIVE_BY = _("Confirm or contest the return by %(due_at)s.")

RETURNED = (
    Row(
        "return_asked",
        _("Claim %(claim)s: send the goods back to get %(amount)s"),
        (
            _("%(merchant)s pays when “%(item)s” has come back."),
            _("Send it with a carrier that gives you a tracking number, and enter the number on the claim’s page."),
        ),
        due=SHIP_BY,
        action=_("Enter the tracking number"),
    ),
    Row(
        "ship_by",
        _("Claim %(claim)s: the goods have not been sent back yet"),
        (
            IT_IS_ABOUT,
            _("If you do not send it and enter the tracking number, the claim is closed and nothing is paid."),
        ),
        due=SHIP_BY,
        action=_("Enter the tracking number"),
    ),
    Row(
        "return_shipped",
        _("Claim %(claim)s: the goods are on their way back to you"),
        (
            _("“%(item)s” was sent with %(carrier)s, tracking number %(tracking)s."),
            _("Without your word the return counts as received, and the consumer is paid."),
        ),
        due=RECEIVE_BY,
    ),
    Row(
        "confirm_return_by",
        _("Claim %(claim)s: has the return arrived?"),
        (IT_IS_ABOUT, _("Without your word the return counts as received, and the consumer is paid.")),
        due=RECEIVE_BY,
    ),
    Row(
        "return_received",
        _("Claim %(claim)s: your return has arrived, you get %(amount)s"),
        (IT_IS_ABOUT, PAYOUT_ON_CLAIM),
    ),
)
