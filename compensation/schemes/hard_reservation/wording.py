"""The words of `hard_reservation`."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

LABEL = _("Hard reservation")

CAUSES: Mapping[str, Promise] = {
    "reservation_refused": _("I was refused although I had booked"),
}

QUESTIONS: Mapping[str, Promise] = {
    "arrived_at": _("When did you arrive?"),
}

HINTS: Mapping[str, Promise] = {
    "arrived_at": _("Leave it out if the merchant cancelled before the day, or if you checked in: that is on record."),
}

BECAUSE: Mapping[str, Promise] = {
    "reservation_was_refused": _(
        "What was booked was not given: the price is paid back, and by how short the notice was something on top."
    ),
    "reservation_reported_refused": _(
        "What was booked was not given: the price is paid back, and by how short the notice was something on top. The"
        " merchant answers first, because no refusal of a guest who had checked in is on record."
    ),
}

TESTS: Mapping[str, Promise] = {
    "refusal_is_on_record": _("The merchant’s record shows that it cancelled, or refused a guest who had checked in."),
    "reservation_was_not_given_up": _("The consumer did not cancel the booking."),
    "arrival_is_known": _("It is known when the guest arrived."),
    "arrival_is_over": _("The guest arrived before the claim: %(arrived_at)s."),
    "guest_came_in_time": ngettext_lazy(
        "The guest arrived at %(arrived_at)s, and what was booked is kept for %(minutes)s minute, until %(until_at)s.",
        "The guest arrived at %(arrived_at)s, and what was booked is kept for %(minutes)s minutes, until %(until_at)s.",
        "minutes",
    ),
    "reservation_window_is_open": ngettext_lazy(
        "The claim comes within %(days)s day after the booked time, before %(until_at)s.",
        "The claim comes within %(days)s days after the booked time, before %(until_at)s.",
        "days",
    ),
    "reservation_leaves_something_owed": _("Something of the price is left, or the notice was short enough."),
}

REFUSED: Mapping[str, Promise] = {
    "reservation_was_not_given_up": _("The consumer cancelled the booking, so this guarantee does not cover it."),
    "arrival_is_known": _("No arrival is on record. Say when you arrived."),
    "arrival_is_over": _("The arrival lies in the future: %(arrived_at)s."),
    "guest_came_in_time": _("The guest arrived at %(arrived_at)s; what was booked was kept until %(until_at)s only."),
    "reservation_window_is_open": _("The time to claim this ended on %(until_at)s."),
    "reservation_leaves_something_owed": _(
        "Nothing of the price is left to pay back, and the merchant cancelled so early that nothing comes on top."
    ),
}

NEVER_REFUSE = frozenset({"refusal_is_on_record"})

STEPS: Mapping[str, Promise] = {
    "notice_percent": ngettext_lazy(
        "%(percent)s %% of the price of %(paid)s, told less than %(minutes)s minute before",
        "%(percent)s %% of the price of %(paid)s, told less than %(minutes)s minutes before",
        "minutes",
    ),
    "notice_least": _("Up to the least sum for such a notice, %(least)s"),
}

PROBLEMS: Mapping[str, Promise] = {
    "reservation_of_another_day": _("this is more than a day before the booked time."),
    "reservation_step_without_minutes": _("a step begins at least one minute before the booked time."),
    "reservation_steps_do_not_ascend": _("the steps begin with the shortest notice, each with a longer one."),
    "reservation_steps_rise": _("who was told earlier is never paid more: this step pays more than the one before it."),
}

FIELDS: Mapping[str, Promise] = {
    "hold_minutes": _("How long what was booked is kept for a late guest"),
    "steps": _("Steps"),
    "under_minutes": _("Told less than this long before"),
    "at_least": _("At least"),
    "percent": _("Percentage of the price"),
    "own_least": _("What a merchant pays at least to a guest who is refused at the door"),
}
