"""The words that the Peace of Mind guarantees share; each guarantee's `wording.py` takes them in."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

TESTS: Mapping[str, Promise] = {
    "label_was_held": _("The merchant carried the Peace of Mind label when this was bought."),
    "it_has_happened": _("It is told after it happened, from %(since_at)s on."),
    "told_in_time": ngettext_lazy(
        "It is told within %(days)s day, before %(until_at)s.",
        "It is told within %(days)s days, before %(until_at)s.",
        "days",
    ),
    "told_what_it_takes": _("What was told is enough to work out a sum."),
}

REFUSED: Mapping[str, Promise] = {
    "label_was_held": _("The merchant did not carry the Peace of Mind label when this was bought."),
    "it_has_happened": _("This can be told from %(since_at)s on."),
    "told_in_time": _("The time to tell this ended on %(until_at)s."),
    "told_what_it_takes": _(
        "Say what it was about, such as the sum that was charged: then we can work out what is owed."
    ),
}

STEPS: Mapping[str, Promise] = {
    "charge_back": _("What was charged, back"),
    "times_the_charge": _("%(times)s times the charge of %(charged)s"),
    "times_the_price": _("%(times)s times the price of %(paid)s"),
    "raised_to_the_least": _("Up to the least sum of %(least)s"),
    "percent_for_each": ngettext_lazy(
        "%(count)s time %(percent)s %% of the price of %(paid)s",
        "%(count)s times %(percent)s %% of the price of %(paid)s",
        "count",
    ),
}

PROBLEMS: Mapping[str, Promise] = {
    "pledge_steps_do_not_ascend": _("the steps begin with the smallest and ascend."),
    "pledge_steps_do_not_grow": _("who is harmed more is never paid less: the percentages go the other way."),
}

LABELS: Mapping[str, Mapping[str, Promise]] = {
    "evidence": {
        "photo": _("photo"),
        "receipt": _("receipt or invoice"),
        "shipping": _("proof of shipping or delivery"),
        "conversation": _("conversation"),
        "other": _("other document"),
    },
    "booking_outcome": {
        "booked": _("still booked"),
        "kept": _("kept"),
        "refused": _("refused on arrival"),
        "cancelled_by_merchant": _("cancelled by the merchant"),
        "cancelled_by_consumer": _("cancelled by the consumer"),
        "no_show": _("the consumer did not come"),
    },
}

# Labels of the terms that the editor shows.
FIELDS: Mapping[str, Promise] = {
    "report_within_days": _("Until when it can be told"),
    "evidence": _("What counts as proof of each right"),
    "times": _("How many times"),
    "at_least": _("At least"),
    "at_most_percent": _("At most, of the price"),
    "from_days": _("From this many days before"),
    "from_minutes": _("From this many minutes on"),
}
