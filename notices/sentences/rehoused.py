"""A guest without a room: another room, another hotel, or money."""

from django.utils.translation import gettext_noop as _

from notices.sentences.phrases import ANSWER_BY, ANSWER_OFFER, NOTHING_TO_DO, SEE_ORDER
from notices.sentences.row import Row

SEE_ANSWER = _("See the answer")

REHOUSED = (
    Row(
        "room_given",
        _("You get another room at %(store)s"),
        (_("The hotel gives you the room “%(room)s” instead of “%(item)s”, of the same class or better."),),
        action=SEE_ORDER,
    ),
    Row(
        "rehousing_offered",
        _("%(store)s has no room for you: choose another hotel, or money"),
        (
            _("The hotel offers you another one for “%(item)s” and pays the difference and the way there."),
            _("If you decline or do not answer, you are paid instead."),
        ),
        due=ANSWER_BY,
        action=ANSWER_OFFER,
    ),
    Row(
        "rehousing_answered",
        _("Order %(order)s: the guest takes the other hotel"),
        (_("Book it for “%(item)s” and pay what it costs more. The way there is paid from your settlement."),),
        action=SEE_ANSWER,
        case="accepted",
    ),
    Row(
        "rehousing_answered",
        _("Order %(order)s: the guest would rather have the money"),
        (_("The guarantee pays it for “%(item)s”."), NOTHING_TO_DO),
        action=SEE_ANSWER,
        case="declined",
    ),
    Row(
        "rehousing_answered",
        _("Order %(order)s: the guest did not answer in time"),
        (_("The guarantee pays money for “%(item)s” instead of the other hotel."), NOTHING_TO_DO),
        action=SEE_ANSWER,
        case="lapsed",
    ),
)
