"""The timeline of a claim: what happened, who did it, and what became of it."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from common.rows import Row
from disputes.models.party import Party


class Deed(models.TextChoices):
    """What happened in a case, in the past tense. Its sentence stands in disputes.wording."""

    FILED = "filed", _("Filed")
    PAID_BY_RULE = "paid_by_rule", _("Paid by rule")
    GIVEN_IN_KIND = "given_in_kind", _("Upgrade or alternative given")
    FOUND_NOTHING_OWED = "found_nothing_owed", _("Nothing was owed")
    ACCEPTED = "accepted", _("Accepted by the merchant")
    OFFERED = "offered", _("Offer made")
    COUNTERED = "countered", _("Counter-offer made")
    OFFER_ACCEPTED = "offer_accepted", _("Offer accepted")
    REJECTED = "rejected", _("Rejected by the merchant")
    RETURN_SHIPPED = "return_shipped", _("Goods sent back")
    RETURN_RECEIVED = "return_received", _("Goods came back")
    RETURN_CONTESTED = "return_contested", _("Return contested")
    ESCALATED = "escalated", _("Escalated to the platform")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    EVIDENCE_GIVEN = "evidence_given", _("Evidence given")
    DECIDED = "decided", _("Decided")
    APPEALED = "appealed", _("Appealed")
    APPEAL_DECIDED = "appeal_decided", _("Appeal decided")
    MERCHANT_SILENT = "merchant_silent", _("Merchant did not answer in time")
    OFFER_LAPSED = "offer_lapsed", _("Offer paid when its time ran out")
    RETURN_NOT_SENT = "return_not_sent", _("Goods were not sent back")
    RETURN_NOT_CONFIRMED = "return_not_confirmed", _("Goods taken as received")
    NOT_ESCALATED = "not_escalated", _("Rejection was not contested")
    EVIDENCE_SEALED = "evidence_sealed", _("Evidence sealed")
    RAISED_TO_SENIOR = "raised_to_senior", _("Raised to a senior agent")
    DECISION_STANDS = "decision_stands", _("The decision stands")
    DEBT_PAID = "debt_paid", _("Paid when the fund was filled again")
    GOODWILL_GIVEN = "goodwill_given", _("Goodwill coupon given")
    PAID_BY_EVENT = "paid_by_event", _("Paid because of an event")
    CHARGED_BACK = "charged_back", _("Taken back by the card network")
    ADVANCED = "advanced", _("Paid first by the special fund")


class Event(Row):
    """One entry of a claim's timeline: who did what, when, and what became of the status.

    `values` fill the sentence of its `kind`.
    """

    claim = models.ForeignKey("disputes.Claim", db_index=False, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=32, choices=Deed)
    party = models.CharField(max_length=16, choices=Party)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    was = models.CharField(max_length=20, blank=True, default="")
    became = models.CharField(max_length=20, blank=True, default="")
    values = models.JSONField(default=dict)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["claim", "id"], name="event_timeline")]
