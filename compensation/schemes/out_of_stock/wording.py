"""The words of `out_of_stock`."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

LABEL = _("Out of stock")

CAUSES: Mapping[str, Promise] = {
    "out_of_stock": _("The merchant cannot deliver it"),
}

QUESTIONS: Mapping[str, Promise] = {
    "pieces": _("How many pieces cannot be delivered?"),
}

HINTS: Mapping[str, Promise] = {
    "pieces": _("Leave it out if it is all of them. What the merchant itself has said counts in any case."),
}

BECAUSE: Mapping[str, Promise] = {
    "coupon_beside_money": _(
        "The merchant cannot deliver it. On top of the price, which comes back when you say that it never arrived, you"
        " may take this coupon of %(coupon)s, or %(cash)s in money instead."
    ),
    "money_beside_coupon": _(
        "The merchant cannot deliver it. On top of the price, which comes back when you say that it never arrived, you"
        " get %(cash)s in money, or a coupon of %(coupon)s if you would rather have that."
    ),
    "stock_out_reported": _(
        "The merchant cannot deliver it, as you say. It answers first, because it has said nothing of the kind on"
        " record."
    ),
}

TESTS: Mapping[str, Promise] = {
    "stock_out_is_on_record": _("The merchant has said that it cannot deliver."),
    "pieces_are_of_the_line": _("As many pieces are missing (%(pieces)s) as were bought, or fewer (%(quantity)s)."),
    "pieces_were_paid": _("Something was paid for the missing pieces."),
    "goods_did_not_come": _("No record shows that everything was delivered."),
    "something_is_promised": _("The terms promise something in this currency."),
    "stock_out_window_is_open": ngettext_lazy(
        "The claim comes within %(days)s day, before %(until_at)s.",
        "The claim comes within %(days)s days, before %(until_at)s.",
        "days",
    ),
}

REFUSED: Mapping[str, Promise] = {
    "stock_out_is_on_record": _("A coupon is only given once the merchant itself has said that it cannot deliver."),
    "pieces_are_of_the_line": _("Only %(quantity)s pieces were bought, and at least one has to be missing."),
    "pieces_were_paid": _("Nothing was paid for the missing pieces."),
    "goods_did_not_come": _("The record shows that everything was delivered."),
    "something_is_promised": _("The terms promise nothing in this currency."),
    "stock_out_window_is_open": _("The time to claim this ended on %(until_at)s."),
}

STEPS: Mapping[str, Promise] = {
    "percent_of_missing_pieces": _(
        "%(percent)s %% of %(price)s, the price of the missing pieces (%(pieces)s of %(quantity)s)"
    ),
    "stock_out_least": _("Raised to the least that is given, %(least)s"),
    "coupon_is_worth_more": _("A coupon is worth %(percent)s %% of the money"),
}

PROBLEMS: Mapping[str, Promise] = {
    "coupon_below_the_money": _("a coupon is worth at least 100 percent of the money, not %(value)s."),
    "coupon_out_of_proportion": _("a coupon is worth at most %(limit)s percent of the money, not %(value)s."),
    "coupon_runs_no_day": _("a coupon runs for at least one day."),
    "least_is_above_the_cap": _("the least that is given is above the most that is given."),
}
