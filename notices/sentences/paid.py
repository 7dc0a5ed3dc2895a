"""Money on its way to a consumer, whatever it is for, and a voucher that is soon worth nothing."""

from django.utils.translation import gettext_noop as _

from notices.sentences.phrases import NOTHING_TO_DO, SEE_ORDER
from notices.sentences.row import Row

SEE_PAYOUT = _("See the payout")
CONFIRM_BY = _("Confirm it by %(due_at)s.")

PAID = (
    Row(
        "refunded_unasked",
        _("%(merchant)s refunds %(amount)s to you"),
        (
            _("It is for “%(item)s” in order %(order)s; you did not have to ask."),
            _("The order’s page shows how far the money is."),
        ),
        action=SEE_ORDER,
    ),
    Row(
        "payout_settled",
        _("%(amount)s has arrived"),
        (_("The payment to you is confirmed."),),
        action=SEE_PAYOUT,
    ),
    Row(
        "payout_replaced_by_wallet",
        _("%(amount)s was paid to your wallet instead"),
        (_("The payment the usual way did not go through, so we put the money into your wallet at once."),),
        action=SEE_PAYOUT,
    ),
    Row(
        "payout_to_confirm",
        _("Confirm %(amount)s to be paid"),
        (
            _("The payment service holds the money for you until you confirm it there."),
            _("If you do not, it comes back and we put it into your wallet."),
        ),
        due=CONFIRM_BY,
        action=SEE_PAYOUT,
    ),
    Row(
        "payout_to_confirm_soon",
        _("%(amount)s still waits for you to confirm it"),
        (
            _("The payment service will not hold the money for much longer."),
            _("If you do not confirm it there, it comes back and we put it into your wallet."),
        ),
        due=CONFIRM_BY,
        action=SEE_PAYOUT,
    ),
    Row(
        "payout_waits_for_approval",
        _("A payout of %(amount)s waits for your approval"),
        (
            _("It is conspicuous, so it leaves only after a second person has looked at it."),
            _("Until then its money is set aside."),
        ),
        action=SEE_PAYOUT,
    ),
    Row(
        "payout_waits_for_approval",
        _("A payout of %(amount)s still waits for approval"),
        (_("Nobody has decided about it since %(asked_at)s."), _("The payee is waiting for the money.")),
        action=SEE_PAYOUT,
        case="reminder",
    ),
    Row(
        "payout_waits_to_be_called_off",
        _("Calling off a payout of %(amount)s waits for your approval"),
        (
            _("Somebody of finance found that it was not paid. It is large, so a second person looks at it."),
            _("Look into the provider’s records. With your approval it is called off, and the wallet pays instead."),
        ),
        action=SEE_PAYOUT,
    ),
    Row(
        "payout_waits_to_be_called_off",
        _("Calling off a payout of %(amount)s still waits for approval"),
        (_("Nobody has decided about it since %(asked_at)s."), _("The payee is waiting for the money.")),
        action=SEE_PAYOUT,
        case="reminder",
    ),
    Row(
        "payment_owed",
        _("%(amount)s for claim %(claim)s is owed to you"),
        (
            _("The platform pays this sum and is refilling the fund it comes from."),
            _("It is written in the books as yours and sent as soon as the fund allows."),
            NOTHING_TO_DO,
        ),
    ),
    Row(
        "voucher_expiring",
        _("Your voucher for %(store)s expires soon"),
        (_("“%(item)s” has not been used yet."),),
        due=_("It can be used until %(expires_at)s."),
        action=SEE_ORDER,
    ),
)
