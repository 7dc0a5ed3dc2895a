"""The words of `peace_of_mind_beauty`."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from compensation.schemes import pledge_words

LABEL = _("Peace of Mind: beauty")

CAUSES: Mapping[str, Promise] = {
    "product_replaced": _("Another product was used than promised"),
    "practitioner_replaced": _("Somebody else was to treat me than booked"),
    "undisclosed_price": _("I had to pay more than the price that was shown"),
}

BECAUSE: Mapping[str, Promise] = {
    "product_replaced": _(
        "The product as promised: the price comes back, and several times as much on top. What counts as proof:"
        " %(evidence)s."
    ),
    "practitioner_replaced": _(
        "The practitioner as booked: a part of the price for a treatment by somebody else, all of it and more for one"
        " that was declined. What counts as proof: %(evidence)s."
    ),
    "undisclosed_price": _(
        "The price as shown: the charge comes back, and several times as much on top. What counts as proof:"
        " %(evidence)s."
    ),
}

TESTS: Mapping[str, Promise] = {
    **pledge_words.TESTS,
    "treatment_was_due": _("The treatment is not on record as called off."),
}

REFUSED: Mapping[str, Promise] = {
    **pledge_words.REFUSED,
    "treatment_was_due": _("The treatment is on record as called off, or the guest as not come."),
}

STEPS = pledge_words.STEPS
PROBLEMS = pledge_words.PROBLEMS
LABELS = pledge_words.LABELS

QUESTIONS: Mapping[str, Promise] = {
    "treatment": _("What did you do?"),
    "charged": _("How much did you have to pay?"),
}

CHOICES: Mapping[str, Promise] = {
    "treated": _("I let somebody else treat me"),
    "declined": _("I declined the treatment"),
}

HINTS: Mapping[str, Promise] = {
    "charged": _("Only what you paid on top of the price. Keep the receipt: it counts as proof."),
}

FIELDS: Mapping[str, Promise] = {
    **pledge_words.FIELDS,
    "product_replaced": _("Another product than promised"),
    "practitioner_replaced": _("Another practitioner than booked"),
    "undisclosed_price": _("A charge that was not disclosed"),
    "percent_if_treated": _("Treated by somebody else, of the price"),
    "percent_if_declined": _("Declined, on top of the price"),
}
