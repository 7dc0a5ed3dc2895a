"""A claim was filed: paid at once, waiting for the merchant, or withdrawn again."""

from django.utils.translation import gettext_noop as _

from accounts.models import Role
from notices.sentences.phrases import ANSWER_BY, ANSWER_CLAIM, IT_IS_ABOUT, NOTHING_TO_DO, SILENCE_PAYS
from notices.sentences.row import Row

FILED = (
    Row(
        "claim_filed",
        _("Claim %(claim)s: a consumer asks for %(amount)s"),
        (IT_IS_ABOUT, SILENCE_PAYS),
        due=ANSWER_BY,
        action=ANSWER_CLAIM,
    ),
    Row(
        "claim_paid",
        _("%(amount)s for claim %(claim)s is in your wallet"),
        (_("Your claim about “%(item)s” was approved, and the money is there."),),
        case="arrived",
        to=Role.CONSUMER,
    ),
    Row(
        "claim_paid",
        _("%(amount)s for claim %(claim)s is approved"),
        (
            _("The money for “%(item)s” is being sent to you."),
            _("We write again when it has arrived; the claim’s page shows how far it is."),
        ),
        to=Role.CONSUMER,
    ),
    Row(
        "claim_paid",
        _("Claim %(claim)s is settled"),
        (_("What you were promised for “%(item)s” was given; the claim’s page says what it is."),),
        case="in_kind",
        to=Role.CONSUMER,
    ),
    Row(
        "claim_paid",
        _("Claim %(claim)s was approved: %(amount)s"),
        (
            IT_IS_ABOUT,
            _("The claim’s page says by which rule, and from whose money it is paid."),
            NOTHING_TO_DO,
        ),
        to=Role.MERCHANT,
    ),
    Row(
        "claim_paid",
        _("Claim %(claim)s is settled without money"),
        (IT_IS_ABOUT, NOTHING_TO_DO),
        case="in_kind",
        to=Role.MERCHANT,
    ),
    Row(
        "claim_answer_due",
        _("Claim %(claim)s still waits for your answer"),
        (_("A consumer asks for %(amount)s for “%(item)s”."), SILENCE_PAYS),
        due=ANSWER_BY,
        action=ANSWER_CLAIM,
    ),
    Row(
        "withdrawn",
        _("Claim %(claim)s was withdrawn"),
        (_("The consumer withdrew the claim about “%(item)s”."), NOTHING_TO_DO),
        to=Role.MERCHANT,
    ),
    Row(
        "withdrawn",
        _("You withdrew claim %(claim)s"),
        (_("The claim about “%(item)s” is closed, and nothing is paid for it."),),
        to=Role.CONSUMER,
    ),
    Row(
        "message_received",
        _("New message about claim %(claim)s"),
        (IT_IS_ABOUT,),
        action=_("Read the message"),
    ),
)
