"""The platform is asked: evidence, its decision, and the appeal."""

from django.utils.translation import gettext_noop as _

from accounts.models import Role
from notices.sentences.phrases import IT_IS_ABOUT, MERCHANT_PAYS, PAYOUT_ON_CLAIM, REASONS_ON_CLAIM
from notices.sentences.row import Row

GIVE_EVIDENCE = _("Give evidence")
EVIDENCE_BY = _("Give your evidence by %(due_at)s.")
APPEAL_BY = _("Either side may appeal once, until %(due_at)s.")
SEALED_AFTERWARDS = _("Give what supports your side: photos, receipts, proof of delivery. Later nothing can be added.")

DISPUTED = (
    Row(
        "escalated",
        _("The platform will decide claim %(claim)s"),
        (IT_IS_ABOUT, SEALED_AFTERWARDS),
        due=EVIDENCE_BY,
        action=GIVE_EVIDENCE,
    ),
    Row(
        "evidence_asked",
        _("Claim %(claim)s: the platform asks for your evidence"),
        (IT_IS_ABOUT, SEALED_AFTERWARDS),
        due=EVIDENCE_BY,
        action=GIVE_EVIDENCE,
    ),
    Row(
        "evidence_due",
        _("Claim %(claim)s: your time to give evidence is running out"),
        (IT_IS_ABOUT, _("Afterwards the platform decides on what it has.")),
        due=EVIDENCE_BY,
        action=GIVE_EVIDENCE,
    ),
    Row(
        "decided",
        _("Claim %(claim)s was decided for you: %(amount)s"),
        (IT_IS_ABOUT, REASONS_ON_CLAIM, PAYOUT_ON_CLAIM),
        due=APPEAL_BY,
        case="consumer",
        to=Role.CONSUMER,
    ),
    Row(
        "decided",
        _("Claim %(claim)s was decided for the merchant"),
        (IT_IS_ABOUT, REASONS_ON_CLAIM, _("Nothing is paid for this claim.")),
        due=APPEAL_BY,
        case="merchant",
        to=Role.CONSUMER,
    ),
    Row(
        "decided",
        _("Claim %(claim)s was decided in part for you: %(amount)s"),
        (IT_IS_ABOUT, REASONS_ON_CLAIM, PAYOUT_ON_CLAIM),
        due=APPEAL_BY,
        case="split",
        to=Role.CONSUMER,
    ),
    Row(
        "decided",
        _("Claim %(claim)s was decided for you: %(amount)s"),
        (IT_IS_ABOUT, REASONS_ON_CLAIM, _("The platform pays, because neither side is at fault.")),
        due=APPEAL_BY,
        case="no_fault",
        to=Role.CONSUMER,
    ),
    Row(
        "decided",
        _("Claim %(claim)s was decided for the consumer: %(amount)s"),
        (IT_IS_ABOUT, REASONS_ON_CLAIM, MERCHANT_PAYS),
        due=APPEAL_BY,
        case="consumer",
        to=Role.MERCHANT,
    ),
    Row(
        "decided",
        _("Claim %(claim)s was decided for you"),
        (IT_IS_ABOUT, REASONS_ON_CLAIM, _("You pay nothing for this claim.")),
        due=APPEAL_BY,
        case="merchant",
        to=Role.MERCHANT,
    ),
    Row(
        "decided",
        _("Claim %(claim)s was decided in part for the consumer: %(amount)s"),
        (IT_IS_ABOUT, REASONS_ON_CLAIM, MERCHANT_PAYS),
        due=APPEAL_BY,
        case="split",
        to=Role.MERCHANT,
    ),
    Row(
        "decided",
        _("Claim %(claim)s was decided: you are not at fault"),
        (IT_IS_ABOUT, REASONS_ON_CLAIM, _("The platform pays %(amount)s to the consumer; you pay nothing.")),
        due=APPEAL_BY,
        case="no_fault",
        to=Role.MERCHANT,
    ),
    Row(
        "appealed",
        _("Claim %(claim)s: the consumer appealed"),
        (IT_IS_ABOUT, _("Another reviewer looks at the case again; that decision is final.")),
        case="consumer",
        to=Role.MERCHANT,
    ),
    Row(
        "appealed",
        _("Claim %(claim)s: the merchant appealed"),
        (IT_IS_ABOUT, _("Another reviewer looks at the case again; that decision is final.")),
        case="merchant",
        to=Role.CONSUMER,
    ),
    Row(
        "appealed",
        _("Claim %(claim)s: your appeal is being reviewed"),
        (IT_IS_ABOUT, _("Another reviewer looks at the case again; that decision is final.")),
    ),
    Row(
        "appeal_decided",
        _("The appeal on claim %(claim)s was decided for the consumer: %(amount)s"),
        (IT_IS_ABOUT, REASONS_ON_CLAIM, _("This decision is final.")),
        case="consumer",
    ),
    Row(
        "appeal_decided",
        _("The appeal on claim %(claim)s was decided for the merchant"),
        (IT_IS_ABOUT, REASONS_ON_CLAIM, _("This decision is final.")),
        case="merchant",
    ),
    Row(
        "appeal_decided",
        _("The appeal on claim %(claim)s was decided in part for each side: %(amount)s"),
        (IT_IS_ABOUT, REASONS_ON_CLAIM, _("This decision is final.")),
        case="split",
    ),
    Row(
        "appeal_decided",
        _("The appeal on claim %(claim)s was decided: the platform pays %(amount)s"),
        (IT_IS_ABOUT, REASONS_ON_CLAIM, _("Neither side is at fault. This decision is final.")),
        case="no_fault",
    ),
)
