"""The words of `closed_store`."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

LABEL = _("Closed store")

CAUSES: Mapping[str, Promise] = {
    "store_closed": _("The store was closed"),
    "store_refused": _("The store would not serve me"),
}

BECAUSE: Mapping[str, Promise] = {
    "another_store": _("%(name)s is open, %(metres)s metres away."),
    "store_was_closed": _("The store was closed: the price is paid back and the guarantee pays on top."),
    "store_reported_closed": _(
        "The store was closed: the price is paid back and the guarantee pays on top. The merchant answers first,"
        " because no closure is on record."
    ),
    "store_reported_refusing": _(
        "The store would not serve the consumer: the price is paid back and the guarantee pays on top. The merchant"
        " answers first, because nobody else saw it."
    ),
}

TESTS: Mapping[str, Promise] = {
    "closure_is_on_record": ngettext_lazy(
        "The store is on record as closed within the last %(days)s day.",
        "The store is on record as closed within the last %(days)s days.",
        "days",
    ),
    "closure_was_on_record_then": _("The store is on record as closed on %(came_at)s."),
    "visit_was_lately": ngettext_lazy(
        "The consumer came within the last %(days)s day, on %(came_at)s.",
        "The consumer came within the last %(days)s days, on %(came_at)s.",
        "days",
    ),
    "store_is_open_at_that_hour": _("By its hours the store is open on %(came_at)s."),
    "report_was_made_at_the_store": _(
        "The report was made at the store: %(metres)s metres away, where %(limit_metres)s are allowed."
    ),
    "open_store_is_near": _("Another store of the business is open within %(limit_metres)s metres."),
}

REFUSED: Mapping[str, Promise] = {
    "visit_was_lately": ngettext_lazy(
        "A closed store is reported within %(days)s day after the visit, which was on %(came_at)s.",
        "A closed store is reported within %(days)s days after the visit, which was on %(came_at)s.",
        "days",
    ),
    "store_is_open_at_that_hour": _("By its hours the store is closed on %(came_at)s anyway."),
    "open_store_is_near": _("No other store of the business is open within %(limit_metres)s metres."),
}

NEVER_REFUSE = frozenset({"closure_is_on_record", "closure_was_on_record_then", "report_was_made_at_the_store"})

PROBLEMS: Mapping[str, Promise] = {
    "only_half_a_place": _("a place is told by latitude and longitude together."),
    "not_on_earth": _("degrees from -%(limit)s to %(limit)s are expected."),
}

QUESTIONS: Mapping[str, Promise] = {
    "happened_at": _("When were you at the store?"),
    "latitude": _("Where were you then? Latitude"),
    "longitude": _("Where were you then? Longitude"),
}

HINTS: Mapping[str, Promise] = {
    "happened_at": _("Leave it out if you do not remember it. A closure on record at that time settles your claim."),
    "latitude": _(
        "The map on your phone shows it, for example 30.2500. It supports what you say; you may leave it out."
    ),
    "longitude": _("For example 120.1650."),
}

FIELDS: Mapping[str, Promise] = {
    "causes": _("Reasons it answers for"),
    "report_within_days": _("How long ago the visit may be"),
    "alternative_within_metres": _("How far another store may be"),
    "at_store_within_metres": _("How close a report counts as made at the store"),
    "timezone": _("Time zone of the stores’ hours"),
}
