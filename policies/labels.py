"""What the fields of terms are called, in which unit their figures are, and what the words in them are called.

A guarantee brings labels of its own as FIELDS in its module of words; a field nobody named is called by its name.
"""

from collections.abc import Callable, Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from policies.wording import CATEGORIES, GUARANTEES, REASONS, RULES, THEIR_LABELS

# By name, or by policy and name where the name alone says something else elsewhere.
FIELDS: Mapping[str, Promise] = {
    # In the terms of several policies.
    "merchant_must_enrol": _("Only for merchants that take part"),
    "window_days": _("Time to claim it"),
    "cap": _("The most that is paid beyond the refund"),
    "percent": _("Share of the price that comes on top"),
    "limit_per_claim": _("The platform’s limit for one claim"),
    "reasons": _("Reasons that are covered"),
    "timezone": _("Time zone of the stores"),
    # Claims in general, and the clocks of a case.
    "claims_per_line": _("Claims that may be filed for one line"),
    "merchant_answer_minutes": _("Time for the merchant’s first answer"),
    "offer_answer_minutes": _("Time to answer an offer"),
    "escalation_minutes": _("Time to ask the platform after a rejection"),
    "return_shipping_minutes": _("Time to send the goods back"),
    "return_receipt_minutes": _("Time for the merchant to confirm that they arrived"),
    "evidence_minutes": _("Time for evidence"),
    "decision_minutes": _("Time for the platform to decide"),
    "senior_decision_minutes": _("Time for a senior agent on top"),
    "appeal_minutes": _("Time to appeal"),
    "appeal_decision_minutes": _("Time to decide the appeal"),
    "merchant_reminder_minutes": _("The merchant is reminded before its deadline"),
    "consumer_reminder_minutes": _("The consumer is reminded before their deadline"),
    "voucher_reminder_minutes": _("The consumer is reminded before a voucher expires"),
    # Lightning refunds, and the limits of a merchant.
    "undelivered_after_days": _("Goods count as not received after"),
    "consumer_limits": _("Limits by the consumer’s standing"),
    "standing": _("From this standing on"),
    "per_claim": _("The most for one claim"),
    "per_day": _("The most within 24 hours"),
    "pieces_for_nothing": _("Pieces may be given back for a sum that rounds to nothing"),
    # Refunds without return, and returns.
    "rules": _("Rules of your own"),
    "name": _("Name"),
    "price_from": _("Price of one piece, from"),
    "price_until": _("Price of one piece, below"),
    "categories": _("Categories (none: every category)"),
    "at_fault": _("Reasons for which the merchant bears the freight"),
    "at_fault_days": _("Time to send it back for these reasons"),
    "by_choice": _("Reasons of the consumer’s own choice"),
    "by_choice_days": _("Time to send it back by choice"),
    "kept_categories": _("Categories that cannot be sent back by choice"),
    "freight": _("Freight that the merchant bears"),
    "pays_freight_always": _("The merchant pays the freight of every return"),
    # Guarantees that pay by steps, and coupons.
    "steps": _("Steps"),
    "short_notice": _("Steps by how late the notice came"),
    "under_hours": _("Told less than this before it begins"),
    "under_minutes": _("Told less than this before the booked time"),
    "at_least": _("And at least"),
    "least": _("The least that is paid"),
    "coupon_percent": _("What a coupon is worth, of the sum in money"),
    "coupon_days": _("How long a coupon runs"),
    "goodwill.ended_as": _("Endings it is given for"),
    "goodwill.waited": _("By how long the case took"),
    "goodwill.after_days": _("From this many days on"),
    "goodwill.amount": _("Worth of the coupon"),
    "goodwill.once_in_days": _("Not again within"),
    # The special fund.
    "advance.lengthy_after_business_days": _("A dispute takes too long after so many business days"),
    "advance.lengthy_percent": _("Advanced of what is claimed, when it takes too long"),
    "advance.force_majeure_percent": _("Advanced of what is claimed, for force majeure"),
    "advance.cap": _("The most for one claim"),
    "advance.least": _("Nothing is advanced below"),
    "recovery.try_again_hours": _("The settlement is looked at again after"),
    "recovery.deposit_after_days": _("The deposit is taken after"),
    "recovery.invoice_after_days": _("What is left is invoiced after"),
    "recovery.least_invoice": _("Nothing is invoiced below"),
    "recovery.invoice_due_days": _("Time to pay an invoice"),
    "recovery.remind_after_days": _("Reminders after its last day"),
    "recovery.write_off_after_days": _("Written off after its last day"),
    "recovery.dispute_days": _("Finance is reminded of what a merchant disputes every"),
    "empathy.alone": _("The most that one agent grants alone"),
    "empathy.most": _("The most that two agents grant"),
    "empathy.per_agent": _("The most of one agent before a second one agrees"),
    "empathy.agent_days": _("Counted for the agent over"),
    "empathy.per_consumer": _("The most for one consumer before a second agent agrees"),
    "empathy.consumer_days": _("Counted for the consumer over"),
    "empathy.answer_days": _("Time for a second agent to answer"),
    "compensation_caps.days": _("How far back it is counted"),
    "compensation_caps.scheme": _("The most for one consumer by one guarantee"),
    "compensation_caps.order": _("The most for one order"),
    "compensation_caps.consumer": _("The most for one consumer by all guarantees"),
    "compensation_caps.day": _("The most for one consumer within 24 hours"),
}

KINDS: Mapping[str, Promise] = {
    "goods": _("Goods"),
    "stay": _("Stays"),
    "voucher": _("Vouchers"),
    "booking": _("Bookings"),
    "card": _("Cards for several visits"),
}

PROOFS: Mapping[str, Promise] = {
    "photo": _("Photo"),
    "receipt": _("Receipt"),
    "conversation": _("Conversation"),
    "other": _("Other document"),
}

# Fields whose words are reasons, or categories of goods.
OF_REASONS = frozenset({"reasons", "at_fault", "by_choice", "causes"})
OF_CATEGORIES = frozenset({"categories", "kept_categories"})

MINUTES_AN_HOUR = 60
MINUTES_A_DAY = 24 * MINUTES_AN_HOUR
METRES_A_KILOMETRE = 1000


def label_of_field(policy: str, name: str) -> str:
    """What a field of the policy's terms, or of those that merchants enrol with, is called."""
    own: Mapping[str, Promise] = getattr(GUARANTEES.get(policy), "FIELDS", {})
    label = own.get(name) or FIELDS.get(f"{policy}.{name}") or FIELDS.get(name)
    return str(label) if label else name.replace("_", " ").capitalize()


def label_of_word(name: str, word: str) -> str:
    """What a word is called that stands in the field of this name, or as a key in it."""
    if name in OF_CATEGORIES:
        return str(CATEGORIES.get(word, word))
    first = {"scheme": RULES}.get(name) or (REASONS if name in OF_REASONS else KINDS)
    places = (first, KINDS, THEIR_LABELS.get(name, {}))
    known = next((labels[word] for labels in places if word in labels), None)
    return str(known or _known_anywhere(word) or PROOFS.get(word) or word)


def _known_anywhere(word: str) -> Promise | None:
    for guarantee in GUARANTEES.values():
        for name in ("CHOICES", "CAUSES"):
            if word in (labels := getattr(guarantee, name, {})):
                found: Promise = labels[word]
                return found
    return REASONS.get(word)


def with_unit(name: str, figure: int) -> str:
    """A figure in the unit that the end of its field's name says; whole hours and days are told as such."""
    for ending, written in UNITS.items():
        if name.endswith(ending):
            return written(figure)
    return str(figure)


def _days(days: int) -> str:
    return ngettext("%(days)s day", "%(days)s days", days) % {"days": days}


def _hours(hours: int) -> str:
    return ngettext("%(hours)s hour", "%(hours)s hours", hours) % {"hours": hours}


def _minutes(minutes: int) -> str:
    if minutes and minutes % MINUTES_A_DAY == 0:
        return _days(minutes // MINUTES_A_DAY)
    if minutes and minutes % MINUTES_AN_HOUR == 0:
        return _hours(minutes // MINUTES_AN_HOUR)
    return ngettext("%(minutes)s minute", "%(minutes)s minutes", minutes) % {"minutes": minutes}


def _metres(metres: int) -> str:
    if metres and metres % METRES_A_KILOMETRE == 0:
        return str(_("%(kilometres)s km")) % {"kilometres": metres // METRES_A_KILOMETRE}
    return str(_("%(metres)s m")) % {"metres": metres}


UNITS: Mapping[str, Callable[[int], str]] = {
    "days": _days,
    "hours": _hours,
    "minutes": _minutes,
    "metres": _metres,
    "percent": lambda percent: f"{percent} %",
}

HINTS: Mapping[str, Promise] = {
    "days": _("In whole days."),
    "hours": _("In whole hours."),
    "minutes": _("In whole minutes: 60 an hour, 1440 a day."),
    "metres": _("In whole metres."),
    "percent": _("As a percentage, from 0 to 100."),
}


def hint_of_unit(name: str) -> str:
    """In which unit a figure is written; "" where it has none."""
    return next((str(hint) for ending, hint in HINTS.items() if name.endswith(ending)), "")
