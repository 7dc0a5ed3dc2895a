"""The words of `long_queue`."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

LABEL = _("Long queue")

CAUSES: Mapping[str, Promise] = {
    "long_queue": _("I waited longer than was promised"),
}

QUESTIONS: Mapping[str, Promise] = {
    "waited_minutes": _("How many minutes did you wait?"),
}

HINTS: Mapping[str, Promise] = {
    "waited_minutes": _(
        "From the booked time until you were called, or until you left. Leave it out where the queue’s own record shows"
        " it: the record counts."
    ),
}

BECAUSE: Mapping[str, Promise] = {
    "queue_was_long": ngettext_lazy(
        "The wait was %(waited)s minute and %(promised)s were promised: the guarantee pays for it.",
        "The wait was %(waited)s minutes and %(promised)s were promised: the guarantee pays for it.",
        "waited",
    ),
    "queue_reported_long": ngettext_lazy(
        "The wait was %(waited)s minute and %(promised)s were promised: the guarantee pays for it. The merchant"
        " answers first, because the wait is not on record.",
        "The wait was %(waited)s minutes and %(promised)s were promised: the guarantee pays for it. The merchant"
        " answers first, because the wait is not on record.",
        "waited",
    ),
}

TESTS: Mapping[str, Promise] = {
    "queue_is_on_record": _("The queue’s own record shows when the guest joined and was called."),
    "guest_was_there": _("Nothing on record says that the guest did not come: %(booking_outcome)s."),
    "queue_time_has_come": _("The booked time has come: %(since_at)s."),
    "queue_window_is_open": ngettext_lazy(
        "The claim comes within %(days)s day after the booked time, before %(until_at)s.",
        "The claim comes within %(days)s days after the booked time, before %(until_at)s.",
        "days",
    ),
    "wait_is_known": _("It is known how long the wait was."),
    "wait_is_past_the_promise": ngettext_lazy(
        "The wait of %(waited)s minutes is at least %(minutes)s minute past the %(promised)s that were promised.",
        "The wait of %(waited)s minutes is at least %(minutes)s minutes past the %(promised)s that were promised.",
        "minutes",
    ),
    "wait_is_paid_in_this_currency": _("The terms name a sum in the order’s currency."),
}

REFUSED: Mapping[str, Promise] = {
    "guest_was_there": _("Only a guest who came has waited. On record is: %(booking_outcome)s."),
    "queue_time_has_come": _("The booked time, %(since_at)s, has not come yet."),
    "queue_window_is_open": _("The time to claim this ended on %(until_at)s."),
    "wait_is_known": _("The wait is not on record. Say how many minutes it was."),
    "wait_is_past_the_promise": ngettext_lazy(
        "The wait was %(waited)s minutes. This guarantee pays from %(minutes)s minute past the %(promised)s that were"
        " promised.",
        "The wait was %(waited)s minutes. This guarantee pays from %(minutes)s minutes past the %(promised)s that were"
        " promised.",
        "minutes",
    ),
    "wait_is_paid_in_this_currency": _("This guarantee names no sum in the order’s currency."),
}

NEVER_REFUSE = frozenset({"queue_is_on_record"})

STEPS: Mapping[str, Promise] = {
    "waited_past_the_promise": ngettext_lazy(
        "A wait of at least %(minutes)s minute past the promise",
        "A wait of at least %(minutes)s minutes past the promise",
        "minutes",
    ),
}

PROBLEMS: Mapping[str, Promise] = {
    "queue_not_a_wait": _("a wait is from 1 to %(limit)s minutes, not %(value)s."),
    "queue_longer_than_since_then": _("no more minutes than %(limit)s have passed since the booked time."),
    "queue_step_within_the_promise": _("a step begins at least one minute past the promise."),
    "queue_steps_do_not_ascend": _("each step begins later than the one before it."),
    "queue_steps_fall": _("who waits longer is never paid less: this step pays less than the one before it."),
}

FIELDS: Mapping[str, Promise] = {
    "promised_minutes": _("Longest wait promised"),
    "steps": _("Steps"),
    "from_minutes": _("From how many minutes past the promise on"),
    "amount": _("What is paid in all"),
    "own_pays_from_minutes": _("A merchant’s own steps begin at the latest, past the promise"),
    "own_least": _("What a merchant’s own steps pay at least"),
}
