"""What happens when a deadline passes, told to each side in its own words; deadlines.py has the table itself."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from common.formats import money_text
from disputes.deadlines import deadline_of, what_silence_does
from disputes.models import Claim, Deed, Party
from policies.words import Remedy

# What lapses, and who reads it. Whoever has no sentence here reads the one of the table.
TOLD: Mapping[tuple[Deed, Party], Promise] = {
    (Deed.MERCHANT_SILENT, Party.MERCHANT): _("If you do not answer in time, the consumer gets %(asked)s."),
    (Deed.MERCHANT_SILENT, Party.CONSUMER): _("If the merchant does not answer in time, you get %(asked)s."),
    (Deed.OFFER_LAPSED, Party.CONSUMER): _(
        "If you do not answer in time, you get what was offered and the claim ends."
    ),
    (Deed.RETURN_NOT_SENT, Party.CONSUMER): _(
        "If you do not send the goods back in time, the claim is closed and nothing is paid."
    ),
    (Deed.RETURN_NOT_CONFIRMED, Party.MERCHANT): _(
        "If you say nothing in time, the goods count as received and the consumer gets %(amount)s."
    ),
    (Deed.RETURN_NOT_CONFIRMED, Party.CONSUMER): _(
        "If the merchant says nothing in time, the goods count as received and you get %(amount)s."
    ),
    (Deed.NOT_ESCALATED, Party.CONSUMER): _(
        "If you do not ask the platform to decide in time, the claim is closed and nothing is paid."
    ),
    (Deed.DECIDED, Party.CONSUMER): _("If the platform does not decide in time, it pays you %(amount)s itself."),
}

ON_A_RETURN: Mapping[Party, Promise] = {
    Party.MERCHANT: _("If you do not answer in time, the consumer may send the goods back for a refund."),
    Party.CONSUMER: _("If the merchant does not answer in time, you may send the goods back for a refund."),
}

# For the merchant, below a heading that says already that it does not answer.
IN_SHORT: Mapping[Deed, Promise] = {
    Deed.MERCHANT_SILENT: _("The consumer gets %(asked)s."),
    Deed.RETURN_NOT_CONFIRMED: _("The goods count as received: the consumer gets %(amount)s."),
}
IN_SHORT_ON_A_RETURN = _("The consumer may send the goods back.")


def silence_in_short(claim: Claim, *, asked: int | None = None) -> str:
    """What the merchant's silence does, in a list of such claims; sums as in `silence_told`."""
    lapse = deadline_of(claim.status, claim.level).lapse
    if lapse == Deed.MERCHANT_SILENT and claim.remedy == Remedy.RETURN:
        return str(IN_SHORT_ON_A_RETURN)
    if lapse not in IN_SHORT:
        return silence_told(claim, party=Party.MERCHANT, asked=asked)
    return _filled(IN_SHORT[lapse], claim, asked)


def silence_told(claim: Claim, *, party: Party | None, asked: int | None = None) -> str:
    """The sentence for this side; `asked` is the sum the consumer last asked for, if not that of the claim.

    Sums in minor units of the claim's currency. Empty once the case is final.
    """
    if claim.is_final():
        return ""
    sentence = _of_side(claim, party) if party else None
    if sentence is None:
        return what_silence_does(claim)
    return _filled(sentence, claim, asked)


def _of_side(claim: Claim, party: Party) -> Promise | None:
    lapse = deadline_of(claim.status, claim.level).lapse
    if lapse == Deed.MERCHANT_SILENT and claim.remedy == Remedy.RETURN:
        return ON_A_RETURN.get(party)
    return TOLD.get((lapse, party))


def _filled(sentence: Promise, claim: Claim, asked: int | None) -> str:
    asked = claim.amount if asked is None else asked
    return str(sentence) % {
        "amount": money_text(claim.amount, claim.currency),
        "asked": money_text(asked, claim.currency),
    }
