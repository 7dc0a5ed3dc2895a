"""The words of `closed_store`."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

LABEL = _("Closed store")

CAUSES: Mapping[str, Promise] = {
    "store_closed": _("The store was closed"),
}

BECAUSE: Mapping[str, Promise] = {
    "another_store": _("%(name)s is open, %(metres)s metres away."),
    "store_was_closed": _("The store was closed: the price is paid back and the guarantee pays on top."),
    "store_reported_closed": _(
        "The store was closed: the price is paid back and the guarantee pays on top. The merchant answers first,"
        " because no closure is on record."
    ),
}

TESTS: Mapping[str, Promise] = {
    "closure_is_on_record": ngettext_lazy(
        "The store is on record as closed within the last %(days)s day.",
        "The store is on record as closed within the last %(days)s days.",
        "days",
    ),
    "open_store_is_near": _("Another store of the business is open within %(limit_metres)s metres."),
}

REFUSED: Mapping[str, Promise] = {
    "open_store_is_near": _("No other store of the business is open within %(limit_metres)s metres."),
}

NEVER_REFUSE = frozenset({"closure_is_on_record"})
