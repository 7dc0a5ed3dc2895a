"""The words of `cancelled_performance`."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

LABEL = _("Cancelled performance")

CAUSES: Mapping[str, Promise] = {
    "performance_cancelled": _("The performance was cancelled"),
}

QUESTIONS: Mapping[str, Promise] = {
    "told_at": _("When were you told?"),
}

HINTS: Mapping[str, Promise] = {
    "told_at": _("The shorter the notice, the more you get on top. Leave it out if you only found out at the door."),
}

BECAUSE: Mapping[str, Promise] = {
    "performance_was_cancelled": _(
        "The performance was cancelled: the price is paid back, and by how short the notice was something on top."
    ),
    "performance_reported_cancelled": _(
        "The performance was cancelled: the price is paid back, and by how short the notice was something on top. The"
        " merchant answers first, because no cancellation is on record."
    ),
}

# This only decides how fast it settles.
NEVER_REFUSE = frozenset({"cancellation_is_on_record"})

TESTS: Mapping[str, Promise] = {
    "cancellation_is_on_record": _("The merchant’s cancellation is on record."),
    "performance_was_not_given_up": _("You did not cancel the booking yourself."),
    "performance_did_not_take_place": _("No record shows that the performance took place."),
    "performance_window_is_open": ngettext_lazy(
        "The claim comes within %(days)s day after the performance was to begin, before %(until_at)s.",
        "The claim comes within %(days)s days after the performance was to begin, before %(until_at)s.",
        "days",
    ),
}

REFUSED: Mapping[str, Promise] = {
    "performance_was_not_given_up": _("The booking was cancelled by you, so this guarantee does not cover it."),
    "performance_did_not_take_place": _("The record shows that the performance took place."),
    "performance_window_is_open": _("The time to claim this ended on %(until_at)s."),
}

STEPS: Mapping[str, Promise] = {
    "short_notice": ngettext_lazy(
        "%(percent)s %% of the price of %(paid)s, told less than %(hours)s hour before",
        "%(percent)s %% of the price of %(paid)s, told less than %(hours)s hours before",
        "hours",
    ),
}

PROBLEMS: Mapping[str, Promise] = {
    "longer_notice_pays_more": _("the steps begin with the shortest notice, and a longer one never pays more."),
}
