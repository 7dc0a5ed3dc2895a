"""The words of `peace_of_mind_travel`."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from compensation.schemes import pledge_words

LABEL = _("Peace of Mind: travel")

CAUSES: Mapping[str, Promise] = {
    "forced_purchase": _("I was made to buy something on the tour"),
    "hidden_charge": _("I had to pay for what was included or never disclosed"),
    "itinerary_changed": _("Parts of the itinerary were left out"),
    "lesser_hotel": _("The hotel was of a lower class than sold"),
    "lesser_service": _("Guide or vehicle were missing or less than sold"),
    "departure_cancelled": _("The tour did not depart"),
    "free_cancellation": _("I want to step back before departure"),
    "call_unanswered": _("Nobody answered when I called for help"),
}

BECAUSE: Mapping[str, Promise] = {
    "forced_purchase": _(
        "No forced purchases: what was bought under pressure comes back, and a part of the tour’s price for each forced"
        " stop. What counts as proof: %(evidence)s."
    ),
    "hidden_charge": _(
        "No hidden charges: the charge comes back, and several times as much on top. What counts as proof:"
        " %(evidence)s."
    ),
    "itinerary_changed": _(
        "The itinerary as sold: a part of the price for each sight that was left out. What counts as proof:"
        " %(evidence)s."
    ),
    "lesser_hotel": _(
        "The hotel as sold: a part of the price for each night in a lower class. What counts as proof: %(evidence)s."
    ),
    "lesser_service": _(
        "Guide and vehicle as sold: a part of the price for each day without. What counts as proof: %(evidence)s."
    ),
    "departure_cancelled": _(
        "A departure that is certain: the price comes back, and more on top the shorter the notice was. What counts as"
        " proof: %(evidence)s."
    ),
    "free_cancellation": _(
        "Stepping back before departure: the earlier, the more of the price comes back at once. What counts as proof:"
        " %(evidence)s."
    ),
    "call_unanswered": _(
        "Help around the clock: a part of the price that grows with the time nobody answered. What counts as proof:"
        " %(evidence)s."
    ),
}

TESTS: Mapping[str, Promise] = {
    **pledge_words.TESTS,
    "tour_was_not_given_back": _("The traveller has not given the tour back."),
    "tour_took_place": _("The tour took place, as recorded: %(booking_outcome)s."),
    "tour_may_be_cancelled": _("The tour did not take place, as far as it is recorded: %(booking_outcome)s."),
    "tour_cancellation_is_on_record": _("The merchant’s record shows that it cancelled the tour."),
    "tour_is_still_to_come": _("The booking stood until the traveller stepped back: %(booking_outcome)s."),
    "before_departure": _("It is before the departure, %(departure_at)s."),
    "days_before_departure": _("Stepped back on %(cancelled_at)s, departure on %(departure_at)s."),
    "nobody_answered_in_time": _("Nobody answered for %(minutes)s minutes; it counts from %(limit_minutes)s on."),
}

REFUSED: Mapping[str, Promise] = {
    **pledge_words.REFUSED,
    "tour_was_not_given_back": _(
        "You have given this tour back: you stepped back, or had the price back because it did not depart. See your"
        " claims."
    ),
    "tour_took_place": _("The tour did not take place, as recorded: %(booking_outcome)s."),
    "tour_may_be_cancelled": _("The tour is not on record as cancelled by the merchant: %(booking_outcome)s."),
    "tour_is_still_to_come": _("There is nothing to step back from any more: %(booking_outcome)s."),
    "before_departure": _("Stepping back is possible until the departure, %(departure_at)s."),
    "nobody_answered_in_time": _("Waiting counts from %(limit_minutes)s minutes on, not %(minutes)s."),
}

# These only decide how fast it settles.
NEVER_REFUSE = frozenset({"tour_cancellation_is_on_record", "days_before_departure"})

STEPS = pledge_words.STEPS
PROBLEMS: Mapping[str, Promise] = {
    **pledge_words.PROBLEMS,
    "tour_has_fewer_nights": _("the tour had no more nights than %(limit)s."),
    "tour_has_fewer_days": _("the tour had no more days than %(limit)s."),
    "tour_began_later": _("no more minutes than %(limit)s have passed since the tour began."),
}
LABELS = pledge_words.LABELS

QUESTIONS: Mapping[str, Promise] = {
    "stops": _("How many such stops were there?"),
    "charged": _("How much did you have to pay?"),
    "sights_missed": _("How many sights or activities were left out?"),
    "nights": _("How many nights was it?"),
    "days": _("On how many days?"),
    "minutes": _("How many minutes did nobody answer?"),
}

HINTS: Mapping[str, Promise] = {
    "charged": _("Only what you paid on top of the price. Keep the receipt: it counts as proof."),
}

FIELDS: Mapping[str, Promise] = {
    **pledge_words.FIELDS,
    "forced_purchase": _("For each forced stop"),
    "hidden_charge": _("For a hidden charge"),
    "itinerary_changed": _("For each sight left out"),
    "lesser_hotel": _("For each night in a lower class"),
    "lesser_service": _("For each day without guide or vehicle"),
    "departure_cancelled": _("On top of the price, by notice"),
    "free_cancellation": _("What comes back, by days before departure"),
    "call_unanswered": _("By minutes without an answer"),
}
