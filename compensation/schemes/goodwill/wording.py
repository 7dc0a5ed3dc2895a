"""The words of `goodwill`."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

LABEL = _("Goodwill")

BECAUSE: Mapping[str, Promise] = {
    "goodwill_for_waiting": ngettext_lazy(
        "The case took %(waited_days)s day. The platform gives a coupon of %(coupon)s of its own accord, which says"
        " nothing about who was right.",
        "The case took %(waited_days)s days. The platform gives a coupon of %(coupon)s of its own accord, which says"
        " nothing about who was right.",
        "waited_days",
    ),
}

TESTS: Mapping[str, Promise] = {
    "ending_earns_goodwill": _("The case ended in a way for which goodwill is given."),
    "case_took_long": ngettext_lazy(
        "The case took at least %(after_days)s day.", "The case took at least %(after_days)s days.", "after_days"
    ),
    "no_goodwill_lately": ngettext_lazy(
        "The consumer got no goodwill in the last %(once_in_days)s day.",
        "The consumer got no goodwill in the last %(once_in_days)s days.",
        "once_in_days",
    ),
    "goodwill_in_this_currency": _("The terms name a sum in this currency."),
}

REFUSED: Mapping[str, Promise] = {
    "ending_earns_goodwill": _("No goodwill is given for a case that ends in this way."),
    "case_took_long": ngettext_lazy(
        "Goodwill is given for cases that took at least %(after_days)s day.",
        "Goodwill is given for cases that took at least %(after_days)s days.",
        "after_days",
    ),
    "no_goodwill_lately": ngettext_lazy(
        "Goodwill is given once in %(once_in_days)s day.",
        "Goodwill is given once in %(once_in_days)s days.",
        "once_in_days",
    ),
    "goodwill_in_this_currency": _("The terms name no sum in this currency."),
}

STEPS: Mapping[str, Promise] = {
    "goodwill_by_days": ngettext_lazy(
        "For a case that took %(after_days)s day or more",
        "For a case that took %(after_days)s days or more",
        "after_days",
    ),
}

PROBLEMS: Mapping[str, Promise] = {
    "longer_wait_gives_less": _("the steps begin with the shortest wait, and a longer one never gives less."),
    "goodwill_runs_no_day": _("a coupon runs for at least one day."),
}

# How a case ended, as disputes.models.CloseReason calls it (a test holds the two together).
CHOICES: Mapping[str, Promise] = {
    "paid_by_rule": _("Paid by rule"),
    "given_in_kind": _("Upgrade or alternative given"),
    "nothing_owed": _("Nothing was owed"),
    "merchant_accepted": _("Accepted by the merchant"),
    "merchant_silent": _("Merchant did not answer in time"),
    "offer_accepted": _("Offer accepted"),
    "offer_lapsed": _("Offer paid when its time ran out"),
    "return_received": _("Goods came back"),
    "return_not_sent": _("Goods were not sent back"),
    "not_escalated": _("Rejection was not contested"),
    "withdrawn": _("Withdrawn"),
    "paid_by_event": _("Paid because of an event"),
    "superseded_by_chargeback": _("Superseded by a chargeback"),
    "decided_for_consumer": _("Decided for the consumer"),
    "decided_for_merchant": _("Decided for the merchant"),
    "decided_split": _("Decided for both in part"),
    "decided_no_fault": _("Paid by the platform, nobody at fault"),
}
