"""Where a claim stands, and how it may have ended."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Status(models.TextChoices):
    AWAITING_MERCHANT = "awaiting_merchant", _("Waiting for the merchant")
    OFFER_PENDING = "offer_pending", _("Offer to answer")
    AWAITING_RETURN = "awaiting_return", _("Waiting for the goods to be sent back")
    RETURN_SHIPPED = "return_shipped", _("Goods on their way back")
    REJECTED = "rejected", _("Rejected by the merchant")
    AWAITING_EVIDENCE = "awaiting_evidence", _("Collecting evidence")
    UNDER_REVIEW = "under_review", _("Being decided by the platform")
    DECIDED = "decided", _("Decided")
    APPEAL_REVIEW = "appeal_review", _("Appeal being reviewed")
    SETTLED = "settled", _("Settled")
    CLOSED = "closed", _("Closed")


AT_THE_PLATFORM = (Status.AWAITING_EVIDENCE, Status.UNDER_REVIEW, Status.APPEAL_REVIEW)


class CloseReason(models.TextChoices):
    """How a case ended; automatic, human and no-fault endings are told apart."""

    PAID_BY_RULE = "paid_by_rule", _("Paid by rule")
    GIVEN_IN_KIND = "given_in_kind", _("Upgrade or alternative given")
    NOTHING_OWED = "nothing_owed", _("Nothing was owed")
    MERCHANT_ACCEPTED = "merchant_accepted", _("Accepted by the merchant")
    MERCHANT_SILENT = "merchant_silent", _("Merchant did not answer in time")
    OFFER_ACCEPTED = "offer_accepted", _("Offer accepted")
    OFFER_LAPSED = "offer_lapsed", _("Offer paid when its time ran out")
    RETURN_RECEIVED = "return_received", _("Goods came back")
    RETURN_NOT_SENT = "return_not_sent", _("Goods were not sent back")
    NOT_ESCALATED = "not_escalated", _("Rejection was not contested")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    PAID_BY_EVENT = "paid_by_event", _("Paid because of an event")
    SUPERSEDED_BY_CHARGEBACK = "superseded_by_chargeback", _("Superseded by a chargeback")
    DECIDED_FOR_CONSUMER = "decided_for_consumer", _("Decided for the consumer")
    DECIDED_FOR_MERCHANT = "decided_for_merchant", _("Decided for the merchant")
    DECIDED_SPLIT = "decided_split", _("Decided for both in part")
    DECIDED_NO_FAULT = "decided_no_fault", _("Paid by the platform, nobody at fault")
