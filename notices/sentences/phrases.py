"""What several notices say in the same words."""

from django.utils.translation import gettext_noop as _

ANSWER_CLAIM = _("Answer the claim")
SEE_ORDER = _("See the order")
ANSWER_OFFER = _("Answer the offer")
ANSWER_BY = _("Answer by %(due_at)s.")
IT_IS_ABOUT = _("It is about “%(item)s”.")
NOTHING_TO_DO = _("There is nothing for you to do.")
PAYOUT_ON_CLAIM = _("The claim’s page shows how far the money is.")
SILENCE_PAYS = _("Without your answer the claim is decided for the consumer.")
REASONS_ON_CLAIM = _("The reasons are on the claim’s page.")
MERCHANT_PAYS = _("The sum is paid to the consumer and charged to you.")
