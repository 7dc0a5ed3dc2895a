"""How a claim ended, and what a deadline that passed brought about."""

from django.utils.translation import gettext_noop as _

from accounts.models import Role
from notices.sentences.phrases import IT_IS_ABOUT, NOTHING_TO_DO, PAYOUT_ON_CLAIM
from notices.sentences.row import Row

ENDED = (
    Row(
        "closed",
        _("Claim %(claim)s is closed"),
        (IT_IS_ABOUT, _("The claim’s page says how it ended.")),
    ),
    Row(
        "deadline_passed",
        _("Claim %(claim)s: a deadline has passed"),
        (IT_IS_ABOUT, _("The claim’s page says what follows from it.")),
    ),
    Row(
        "deadline_passed",
        _("%(merchant)s did not answer claim %(claim)s: you get %(amount)s"),
        (IT_IS_ABOUT, PAYOUT_ON_CLAIM),
        case="merchant_silent",
        to=Role.CONSUMER,
    ),
    Row(
        "deadline_passed",
        _("Claim %(claim)s was decided for the consumer, because you did not answer"),
        (IT_IS_ABOUT, _("%(amount)s is paid to the consumer and charged to you.")),
        case="merchant_silent",
        to=Role.MERCHANT,
    ),
    Row(
        "deadline_passed",
        _("The offer for claim %(claim)s has run out: you get %(amount)s"),
        (IT_IS_ABOUT, PAYOUT_ON_CLAIM),
        case="offer_lapsed",
        to=Role.CONSUMER,
    ),
    Row(
        "deadline_passed",
        _("Your offer for claim %(claim)s has run out and is paid: %(amount)s"),
        (IT_IS_ABOUT, _("The consumer did not answer, so the claim ends with your offer."), NOTHING_TO_DO),
        case="offer_lapsed",
        to=Role.MERCHANT,
    ),
    Row(
        "deadline_passed",
        _("Claim %(claim)s is closed: the rejection was not contested"),
        (IT_IS_ABOUT, _("Nothing is paid for this claim.")),
        case="not_escalated",
    ),
    Row(
        "deadline_passed",
        _("Claim %(claim)s is closed: the goods were not sent back"),
        (IT_IS_ABOUT, _("Nothing is paid for this claim.")),
        case="return_not_sent",
    ),
    Row(
        "deadline_passed",
        _("%(merchant)s did not contest your return: you get %(amount)s"),
        (IT_IS_ABOUT, PAYOUT_ON_CLAIM),
        case="return_not_confirmed",
        to=Role.CONSUMER,
    ),
    Row(
        "deadline_passed",
        _("Claim %(claim)s: the return counts as received"),
        (IT_IS_ABOUT, _("%(amount)s is paid to the consumer and charged to you.")),
        case="return_not_confirmed",
        to=Role.MERCHANT,
    ),
    Row(
        "deadline_passed",
        _("The platform took too long over claim %(claim)s: you get %(amount)s"),
        (IT_IS_ABOUT, PAYOUT_ON_CLAIM),
        case="platform_too_slow",
        to=Role.CONSUMER,
    ),
    Row(
        "deadline_passed",
        _("The platform took too long over claim %(claim)s and pays it itself"),
        (IT_IS_ABOUT, _("You pay nothing for this claim.")),
        case="platform_too_slow",
        to=Role.MERCHANT,
    ),
    Row(
        "deadline_passed",
        _("Claim %(claim)s: the time to give evidence is over"),
        (IT_IS_ABOUT, _("The platform now decides on what both sides have given.")),
        case="evidence_sealed",
    ),
    Row(
        "deadline_passed",
        _("Claim %(claim)s is now with a senior agent"),
        (IT_IS_ABOUT, _("The decision took too long, so somebody with more experience takes over."), NOTHING_TO_DO),
        case="raised_to_senior",
    ),
    Row(
        "deadline_passed",
        _("The decision on claim %(claim)s is final"),
        (IT_IS_ABOUT, _("Nobody appealed in time, so it stands as it was written.")),
        case="decision_stands",
    ),
)
