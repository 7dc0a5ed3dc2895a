"""The words of `hotel_overbooking`."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

LABEL = _("Hotel without the booked room")

CAUSES: Mapping[str, Promise] = {
    "no_room": _("The hotel had no room for me"),
    "worse_room": _("I was given a lesser room"),
}

BECAUSE: Mapping[str, Promise] = {
    "nothing_owed": _("There is no rate on record to reckon with, so the guarantee owes nothing."),
    "to_agent": _("One of the two rooms has no known rate to compare, so an agent decides whether this is owed."),
    "upgraded": _("The room given (%(assigned)s) is no lesser room than the one booked (%(reserved)s), at no cost."),
    "compensated": _(
        "A lesser room was given (%(assigned)s instead of %(reserved)s), and the guarantee makes it good."
    ),
    "no_room": _("The hotel turned the guest away: the price is paid back and the guarantee pays on top."),
    "no_room_reported": _(
        "There was no room: the price is paid back and the guarantee pays on top. The hotel answers first, because it"
        " has no record of it."
    ),
    "no_room_without_nights": _(
        "The hotel turned the guest away: the price is paid back. An exemption of the terms leaves it at that."
    ),
    "no_room_without_nights_reported": _(
        "There was no room: the price is paid back. An exemption of the terms leaves it at that. The hotel answers"
        " first, because it has no record of it."
    ),
}

TESTS: Mapping[str, Promise] = {
    "stay_window_is_open": ngettext_lazy(
        "The claim comes within %(days)s day after the stay, before %(until_on)s.",
        "The claim comes within %(days)s days after the stay, before %(until_on)s.",
        "days",
    ),
    "guest_stayed": _("The guest stayed at the hotel, as recorded: %(outcome)s."),
    "guest_did_not_stay": _("The guest did not stay at the hotel, as recorded: %(outcome)s."),
    "stay_was_due": _("The stay was not cancelled, as recorded: %(outcome)s."),
    "room_differs": _("The room given is of another type than the one booked (%(reserved)s)."),
    "stay_has_a_rate": _("The stay has a rate for its first night: %(rate)s."),
    "both_rooms_have_a_rank": _("Rates are known for both rooms, %(reserved)s and %(assigned)s."),
    "room_is_below_the_booked_one": _(
        "The room given (%(assigned)s, rank %(rank_assigned)s by rate) is below the one booked (%(reserved)s, rank"
        " %(rank_reserved)s)."
    ),
    "no_room_was_given": _("No room of the booked type or better was given (%(assigned)s)."),
    "hotel_recorded_it": _("The hotel’s record shows that it turned the guest away."),
    "no_alternative_waits": _("No other hotel waits for the guest’s answer."),
    "no_alternative_was_taken": _("The guest took no other hotel instead."),
    "guest_was_told_late": ngettext_lazy(
        "The guest was told less than %(days)s day before arrival, on %(told_at)s.",
        "The guest was told less than %(days)s days before arrival, on %(told_at)s.",
        "days",
    ),
    "no_force_majeure": _("No force majeure was declared for the hotel’s place on %(arrival_on)s."),
}

REFUSED: Mapping[str, Promise] = {
    "stay_window_is_open": _("The time to claim this ended on %(until_on)s."),
    "guest_stayed": _("There was no stay, as recorded: %(outcome)s."),
    "guest_did_not_stay": _("The hotel’s record shows that the guest stayed."),
    "stay_was_due": _("The stay was cancelled."),
    "room_differs": _("The room given is of the type that was booked (%(reserved)s)."),
    "no_alternative_waits": _(
        "The guest was offered another hotel and has to answer that first; whoever declines it is paid."
    ),
    "no_alternative_was_taken": _("The guest took another hotel at the first one’s cost, so no money is owed."),
}

NEVER_REFUSE = frozenset(
    {
        "hotel_recorded_it",
        "guest_was_told_late",
        "no_force_majeure",
        "stay_has_a_rate",
        "both_rooms_have_a_rank",
        "room_is_below_the_booked_one",
        "no_room_was_given",
    }
)

STEPS: Mapping[str, Promise] = {
    "first_nights": ngettext_lazy(
        "%(factor)s first night at %(rate)s", "%(factor)s first nights at %(rate)s", "factor"
    ),
}

PROBLEMS: Mapping[str, Promise] = {
    "arrivals_do_not_ascend": _("the nearest arrival goes first, and the last entry is for every other arrival."),
    "no_time_to_answer": _("nobody can answer in no time at all."),
}

CHOICES: Mapping[str, Promise] = {
    "alternative_open": _("Another hotel waits for the guest’s answer"),
    "alternative_taken": _("The guest took another hotel"),
    "told_in_time": _("The guest was told in time (from the nights on top)"),
    "force_majeure": _("Force majeure was declared for the place (from the nights on top)"),
}

FIELDS: Mapping[str, Promise] = {
    "no_room_factor": _("First nights for no room at all"),
    "worse_room_factor": _("First nights for a lesser room"),
    "exempt": _("What exempts a hotel"),
    "nights_when_told_within_days": _("How late a guest is told to be owed the nights"),
    "answer": _("How long a guest has to answer an alternative"),
    "arrival_within_hours": _("Hours until the arrival, at most"),
    "minutes": _("Minutes to answer"),
    "check_in": _("When rooms are ready"),
    "timezone": _("Time zone of the hotels"),
}
