"""The words of `peace_of_mind_admission`."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

LABEL = _("Peace of Mind: checks for the label")

CAUSES: Mapping[str, Promise] = {}

BECAUSE: Mapping[str, Promise] = {
    "label_granted": _("All checks for the label are met."),
    "label_kept": _("All checks are still met: the merchant keeps the label."),
}

TESTS: Mapping[str, Promise] = {
    "enough_orders": ngettext_lazy(
        "In the last %(days)s day %(orders)s orders were placed; at least %(least)s are asked for.",
        "In the last %(days)s days %(orders)s orders were placed; at least %(least)s are asked for.",
        "days",
    ),
    "few_complaints": _(
        "Complaints that were upheld: %(complaints)s of %(orders)s orders. Below %(least)s they do not count; from"
        " there on at most %(percent)s %% of the orders."
    ),
    "answers_in_time": _(
        "Claims left without an answer: %(unanswered)s of %(asked)s. Of fewer than %(least)s nothing is concluded; from"
        " there on at most %(percent)s %%."
    ),
    "promises_are_kept": _(
        "Promises of this label that the merchant did not keep by itself: %(broken)s, at most %(most)s."
    ),
    "deposit_is_paid": _("The deposit holds %(deposit)s; at least %(least)s is asked for."),
    "licence_is_on_record": _("A valid licence is on record."),
    "no_open_debts": _("The merchant owes the special fund %(owed)s, at most %(most)s."),
    "waited_since_loss": _("The label was not lost within the last %(days)s days."),
}

REFUSED: Mapping[str, Promise] = {
    "enough_orders": ngettext_lazy(
        "In the last %(days)s day only %(orders)s orders were placed; at least %(least)s are asked for.",
        "In the last %(days)s days only %(orders)s orders were placed; at least %(least)s are asked for.",
        "days",
    ),
    "few_complaints": _(
        "Too many complaints were upheld: %(complaints)s of %(orders)s orders, where at most %(percent)s %% are"
        " allowed."
    ),
    "answers_in_time": _(
        "Too many claims were left without an answer: %(unanswered)s of %(asked)s, where at most %(percent)s %% are"
        " allowed."
    ),
    "promises_are_kept": _(
        "Promises of this label were not kept by the merchant itself: %(broken)s, where at most %(most)s are allowed."
    ),
    "deposit_is_paid": _(
        "The deposit holds only %(deposit)s; at least %(least)s is asked for. Transfer it to the platform with the name"
        " of your business; when its finance team has booked it, ask again."
    ),
    "licence_is_on_record": _("No valid licence is on record."),
    "no_open_debts": _("The merchant owes the special fund %(owed)s, where at most %(most)s is allowed."),
    "waited_since_loss": _("The label was lost on %(lost_at)s; it can be asked for again from %(until_at)s on."),
}

PROBLEMS: Mapping[str, Promise] = {
    "keeps_less_than_it_asks": _("what is asked of those who carry the label cannot be stricter than for joining."),
}

FIELDS: Mapping[str, Promise] = {
    "orders_at_least": _("How many orders within that time to join"),
    "complaint_percent": _("Upheld complaints, of the orders"),
    "complaints_at_least": _("From how many upheld complaints on they count"),
    "unanswered_percent": _("Claims left without an answer"),
    "asked_at_least": _("From how many claims to answer on it counts"),
    "broken_at_most": _("Promises of the label not kept by the merchant itself"),
    "deposit": _("Deposit to join"),
    "deposit_to_keep_percent": _("How much of it has to remain"),
    "debt_to_keep": _("What may be owed to the special fund while carrying the label"),
    "wait_days": _("How long to wait after a loss"),
    "review_hours": _("How often it is looked at again"),
    "appeal_days": _("How long a loss can be appealed"),
    "to_join": _("To join"),
    "to_keep": _("To keep it"),
}
