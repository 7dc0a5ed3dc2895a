"""The words of `session_card`."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

LABEL = _("Session card")

QUESTIONS: Mapping[str, Promise] = {
    "visited_at": _("When were you at the shop?"),
}

HINTS: Mapping[str, Promise] = {
    "visited_at": _("Leave it out where the shop is on record as closed."),
}

BECAUSE: Mapping[str, Promise] = {
    "card_shop_closed": ngettext_lazy(
        "The shop closed with %(count)s session left on the card: what was not used is paid back.",
        "The shop closed with %(count)s sessions left on the card: what was not used is paid back.",
        "count",
    ),
    "card_reported": ngettext_lazy(
        "%(count)s session is left on the card: what was not used is paid back. The merchant answers first, because no"
        " closure is on record.",
        "%(count)s sessions are left on the card: what was not used is paid back. The merchant answers first, because"
        " no closure is on record.",
        "count",
    ),
}

TESTS: Mapping[str, Promise] = {
    "card_closure_is_on_record": ngettext_lazy(
        "The shop is on record as closed until further notice, or for more than %(days)s day.",
        "The shop is on record as closed until further notice, or for more than %(days)s days.",
        "days",
    ),
    "card_has_sessions_left": ngettext_lazy(
        "%(count)s session is left on the card.", "%(count)s sessions are left on the card.", "count"
    ),
    "card_closure_is_long": ngettext_lazy(
        "The shop is closed for more than %(days)s day, until %(until_at)s.",
        "The shop is closed for more than %(days)s days, until %(until_at)s.",
        "days",
    ),
    "card_visit_is_over": _("It happened before the claim: %(visited_at)s."),
    "card_window_is_open": ngettext_lazy(
        "The claim comes within %(days)s day, before %(until_at)s.",
        "The claim comes within %(days)s days, before %(until_at)s.",
        "days",
    ),
    "card_was_valid": _("The card was still valid then, until %(until_at)s."),
    "card_is_not_used_up": _("The sessions used count less than the price of the card."),
}

REFUSED: Mapping[str, Promise] = {
    "card_has_sessions_left": _("All sessions of the card were used."),
    "card_closure_is_long": _("The shop opens again on %(until_at)s, and the card can be used then."),
    "card_visit_is_over": _("The visit lies in the future: %(visited_at)s."),
    "card_window_is_open": _("The time to claim this ended on %(until_at)s."),
    "card_was_valid": _("The card was valid until %(until_at)s only."),
    "card_is_not_used_up": _("The sessions used count as much as the card cost, so nothing of its price is left."),
}

NEVER_REFUSE = frozenset({"card_closure_is_on_record"})

STEPS: Mapping[str, Promise] = {
    "card_price": _("The price of the card"),
    "card_sessions_used": ngettext_lazy(
        "%(count)s of %(sessions)s session used, its share of the price",
        "%(count)s of %(sessions)s sessions used, their share of the price",
        "count",
    ),
    "card_sessions_used_singly": ngettext_lazy(
        "%(count)s session used, at %(single)s as the card says",
        "%(count)s sessions used, at %(single)s each as the card says",
        "count",
    ),
    "card_given_back_before": _("Given back before"),
}

FIELDS: Mapping[str, Promise] = {
    "closed_longer_than_days": _("A shop has closed when it is closed for more than"),
    "single_price_counts": _("A used session counts what the card says"),
}
