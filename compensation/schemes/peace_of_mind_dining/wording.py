"""The words of `peace_of_mind_dining`."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from compensation.schemes import pledge_words

LABEL = _("Peace of Mind: dining")

CAUSES: Mapping[str, Promise] = {
    "food_unsafe": _("The food was not safe"),
    "portion_short": _("The portion was smaller than on the menu"),
    "set_not_as_sold": _("Dishes of the set were missing or replaced"),
}

BECAUSE: Mapping[str, Promise] = {
    "food_unsafe": _(
        "Safe food: the price comes back, and ten times as much on top, or three times what it cost you. What counts as"
        " proof: %(evidence)s."
    ),
    "portion_short": _(
        "Whole portions: the missing part comes back more than once. What counts as proof: %(evidence)s."
    ),
    "set_not_as_sold": _(
        "The set as sold: the price of the missing dishes comes back more than once. What counts as proof:"
        " %(evidence)s."
    ),
}

TESTS: Mapping[str, Promise] = {
    **pledge_words.TESTS,
    "meal_was_served": _("The meal was served, as far as it is recorded."),
    "more_is_missing_than_tolerated": _("More is missing than %(percent)s %%: %(missing)s of %(whole)s."),
}

REFUSED: Mapping[str, Promise] = {
    **pledge_words.REFUSED,
    "meal_was_served": _("The record shows that nothing was served."),
    "more_is_missing_than_tolerated": _("Up to %(percent)s %% may be missing; here it is %(missing)s of %(whole)s."),
}

STEPS: Mapping[str, Promise] = {
    **pledge_words.STEPS,
    "loss_made_good": _("What it cost, made good"),
    "times_the_loss": _("%(times)s times the loss of %(loss)s"),
    "times_the_missing_part": _("%(times)s times the missing part (%(missing)s of %(whole)s) of the price of %(paid)s"),
}

PROBLEMS: Mapping[str, Promise] = {
    **pledge_words.PROBLEMS,
    "nothing_is_missing": _("by these figures nothing is missing."),
    "more_than_the_whole": _("%(value)s is more than there were: %(whole)s."),
}

LABELS = pledge_words.LABELS

QUESTIONS: Mapping[str, Promise] = {
    "loss": _("What did it cost you, such as a doctor’s bill?"),
    "promised_grams": _("How many grams did the menu promise?"),
    "served_grams": _("How many grams were served?"),
    "dishes": _("How many dishes are in the set?"),
    "dishes_missing": _("How many of them were missing or replaced?"),
}

HINTS: Mapping[str, Promise] = {
    "loss": _("Leave it at zero if nothing more came of it. Keep the receipts: they count as proof."),
}

FIELDS: Mapping[str, Promise] = {
    **pledge_words.FIELDS,
    "food_unsafe": _("Unsafe food"),
    "portion_short": _("A portion that is too small"),
    "set_not_as_sold": _("A set with dishes missing"),
    "times_price": _("How many times the price"),
    "times_loss": _("How many times the loss"),
    "tolerance_percent": _("What may be missing"),
}
