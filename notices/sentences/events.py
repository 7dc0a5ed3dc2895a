"""What happened at a store, and what those it hit are paid without a claim."""

from django.utils.translation import gettext_noop as _

from notices.sentences.phrases import IT_IS_ABOUT, NOTHING_TO_DO, SEE_ORDER
from notices.sentences.row import Row

SEE_STATEMENT = _("See your statement")

EVENTS = (
    Row(
        "event_paid",
        _("%(amount)s is yours: %(store)s is closed"),
        (
            _("You could not use “%(item)s”, so we paid you without being asked."),
            _("The order’s page says how the sum comes about; there you can also contest it."),
        ),
        action=SEE_ORDER,
        case="store_closed",
    ),
    Row(
        "event_paid",
        _("%(amount)s is yours: %(store)s has no room for you"),
        (
            _("The hotel cannot give you “%(item)s” as booked, so we paid you without being asked."),
            _("The order’s page says how the sum comes about; there you can also contest it."),
        ),
        action=SEE_ORDER,
        case="hotel_walk",
    ),
    Row(
        "event_paid",
        _("%(amount)s is yours: your booking was cancelled"),
        (
            _("“%(item)s” at %(store)s does not take place, so we paid you without being asked."),
            _("The order’s page says how the sum comes about; there you can also contest it."),
        ),
        action=SEE_ORDER,
        case="performance_cancelled",
    ),
    Row(
        "event_given",
        _("Something happened to your booking at %(store)s"),
        (_("What you were promised for “%(item)s” was given; the order’s page says what it is."),),
        action=SEE_ORDER,
    ),
    Row(
        "event_owed",
        _("%(amount)s is owed to you for “%(item)s”"),
        (
            _("It is because of what happened at %(store)s; you need not claim it."),
            _("The platform pays this sum and is refilling the fund it comes from."),
            NOTHING_TO_DO,
        ),
        action=SEE_ORDER,
    ),
    Row(
        "event_refused",
        _("Something happened at %(store)s that may concern you"),
        (
            _("It affects “%(item)s”, but nothing is paid for it by itself; the order’s page says why."),
            _("You can still claim what you are owed there."),
        ),
        action=SEE_ORDER,
    ),
    Row(
        "event_dropped",
        _("Nothing is owed to you for “%(item)s” after all"),
        (
            _("We told you of a sum because of what was said of %(store)s. That was a mistake, and nothing is paid."),
            _("If you did not get what you paid for, claim it on the order’s page."),
        ),
        action=SEE_ORDER,
    ),
    Row(
        "event_found",
        _("The platform was told that %(store)s is closed"),
        (
            _("Those who could not use what they bought there are paid by your own guarantee, without a claim."),
            _("Tell us if this is a mistake."),
        ),
        action=SEE_STATEMENT,
        case="store_closed",
    ),
    Row(
        "event_found",
        _("The platform was told what happened at %(store)s"),
        (
            _("Those who cannot get what they booked there are paid by your own guarantee, without a claim."),
            _("Tell us if this is a mistake."),
        ),
        action=SEE_STATEMENT,
    ),
    Row(
        "superseded_by_chargeback",
        _("Claim %(claim)s ended: the bank took the money back"),
        (IT_IS_ABOUT, _("Whoever is paid by their bank is not paid a second time here."), NOTHING_TO_DO),
    ),
    Row(
        "chargeback_twice",
        _("A chargeback gives the consumer of order %(order)s %(amount)s a second time"),
        (_("They have it from us already. Contest the chargeback with the network: our payment is the proof."),),
        action=_("See the chargebacks"),
    ),
)
