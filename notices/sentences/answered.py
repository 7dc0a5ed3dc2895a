"""What the two sides answered each other, and what still waits for an answer."""

from django.utils.translation import gettext_noop as _

from accounts.models import Role
from notices.sentences.phrases import (
    ANSWER_BY,
    ANSWER_CLAIM,
    ANSWER_OFFER,
    IT_IS_ABOUT,
    MERCHANT_PAYS,
    NOTHING_TO_DO,
    PAYOUT_ON_CLAIM,
    REASONS_ON_CLAIM,
    SILENCE_PAYS,
)
from notices.sentences.row import Row

ESCALATE_BY = _("You can ask the platform to decide until %(due_at)s.")

ANSWERED = (
    Row(
        "merchant_answered",
        _("%(merchant)s accepted claim %(claim)s: you get %(amount)s"),
        (IT_IS_ABOUT, PAYOUT_ON_CLAIM),
        case="accepted",
    ),
    Row(
        "merchant_answered",
        _("%(merchant)s offers %(amount)s for claim %(claim)s"),
        (
            IT_IS_ABOUT,
            _("You can accept the offer, ask for another sum, or ask the platform to decide."),
            _("If you do nothing until then, the offer is paid to you and the claim ends."),
        ),
        due=ANSWER_BY,
        action=ANSWER_OFFER,
        case="offered",
    ),
    Row(
        "merchant_answered",
        _("%(merchant)s rejected claim %(claim)s"),
        (
            IT_IS_ABOUT,
            REASONS_ON_CLAIM,
            _("If you disagree, ask the platform to decide; otherwise the claim is closed."),
        ),
        due=ESCALATE_BY,
        case="rejected",
    ),
    Row(
        "offer_countered",
        _("Claim %(claim)s: the consumer asks for %(amount)s instead"),
        (
            IT_IS_ABOUT,
            _("You can accept this sum, make another offer or reject the claim."),
            SILENCE_PAYS,
        ),
        due=ANSWER_BY,
        action=ANSWER_CLAIM,
    ),
    Row(
        "offer_accepted",
        _("Claim %(claim)s: your offer of %(amount)s was accepted"),
        (IT_IS_ABOUT, MERCHANT_PAYS, NOTHING_TO_DO),
        to=Role.MERCHANT,
    ),
    Row(
        "offer_accepted",
        _("Claim %(claim)s: you and %(merchant)s agreed on %(amount)s"),
        (IT_IS_ABOUT, PAYOUT_ON_CLAIM),
        to=Role.CONSUMER,
    ),
    Row(
        "offer_lapsing",
        _("Claim %(claim)s: the offer of %(amount)s still waits for your answer"),
        (
            IT_IS_ABOUT,
            _("You can accept the offer, ask for another sum, or ask the platform to decide."),
            _("If you do nothing until then, the offer is paid to you and the claim ends."),
        ),
        due=ANSWER_BY,
        action=ANSWER_OFFER,
        to=Role.CONSUMER,
    ),
    Row(
        "offer_lapsing",
        _("Claim %(claim)s: the consumer’s sum of %(amount)s still waits for your answer"),
        (IT_IS_ABOUT, SILENCE_PAYS),
        due=ANSWER_BY,
        action=ANSWER_CLAIM,
        to=Role.MERCHANT,
    ),
    Row(
        "escalate_by",
        _("Claim %(claim)s: your time to ask the platform is running out"),
        (
            _("The merchant rejected your claim about “%(item)s”."),
            _("If you do not ask the platform to decide, the claim is closed and nothing is paid."),
        ),
        due=ESCALATE_BY,
    ),
)
