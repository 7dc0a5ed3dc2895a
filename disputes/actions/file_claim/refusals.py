"""Why a claim is not taken."""

from http import HTTPStatus

from django.utils.translation import gettext_lazy as _

from common.errors import Refusal


class UnknownOrder(Refusal):
    """No such order of this consumer."""

    code = "unknown_order"
    message = _("You have no order with this number.")
    field = "order"
    http_status = HTTPStatus.NOT_FOUND


class UnknownLine(Refusal):
    """No such line in the order."""

    code = "unknown_line"
    message = _("Your order has no such line. Choose one of the lines shown with the order.")
    field = "line"
    http_status = HTTPStatus.NOT_FOUND


class WrongReason(Refusal):
    """`reasons` are the codes that fit this kind of order."""

    code = "wrong_reason"
    message = _("This reason does not fit the order. Choose one of: %(reasons)s.")
    field = "reason"
    http_status = HTTPStatus.BAD_REQUEST


class RemedyNotOffered(Refusal):
    """`remedies` are those on offer, in words."""

    code = "remedy_not_offered"
    message = _("This is not offered here. Choose one of: %(remedies)s.")
    field = "remedy"


class NothingOffered(Refusal):
    """No rule grants anything; `because` is the sentence why."""

    code = "nothing_offered"
    message = _("This cannot be claimed. %(because)s")


class WindowClosed(NothingOffered):
    """The time for filing is over."""

    code = "window_closed"


class TooManyClaims(NothingOffered):
    """The line has had all the claims it can have."""

    code = "too_many_claims"


class AmountNotPositive(Refusal):
    code = "not_positive"
    message = _("Enter more than zero, or leave it out for all that is left.")
    field = "amount"
    http_status = HTTPStatus.BAD_REQUEST


class QuantityNotPositive(AmountNotPositive):
    field = "quantity"


class AbovePriceOfThePieces(Refusal):
    """`price` is what was paid for the pieces that are claimed."""

    code = "above_price_of_the_pieces"
    message = _("These pieces cost %(price)s. Ask for that at most, or name more pieces.")
    field = "amount"
    sums = ("price",)


class GuaranteeIsWhole(Refusal):
    """`owed` is what the guarantee gives."""

    code = "guarantee_is_whole"
    message = _("Here the guarantee says how much it is: %(owed)s. Leave it out, or send just that.")
    field = "amount"
    http_status = HTTPStatus.BAD_REQUEST
    sums = ("owed",)


class GuaranteeIsForAllPieces(GuaranteeIsWhole):
    code = "guarantee_is_for_all_pieces"
    message = _("Here the guarantee is for all pieces. Leave their number out.")
    field = "quantity"


class ParticularsNotUsable(Refusal):
    """What the consumer added does not fit; `path` is where, `question` what was asked there, `problem` a sentence."""

    code = "particulars_not_usable"
    message = _("%(question)s: %(problem)s")
    field = "particulars"
    http_status = HTTPStatus.BAD_REQUEST

    def where(self) -> str:
        return f"particulars.{self.values['path']}" if self.values["path"] else "particulars"


class ParticularsMissing(Refusal):
    """`questions` are what the guarantee asks about this reason, in words."""

    code = "particulars_missing"
    message = _("To judge this, we have to know more: %(questions)s")
    field = "particulars"
    http_status = HTTPStatus.BAD_REQUEST


class AlreadyDecided(Refusal):
    """The platform has the last word on a piece and a reason."""

    code = "already_decided"
    message = _("The platform has decided about this already, and that decision is final.")


class AlreadyClaimed(Refusal):
    """A guarantee makes a line good once for each reason."""

    code = "already_claimed"
    message = _("There is already a claim for this. You find it among your claims.")
    field = "reason"


class SaidOtherwise(AlreadyClaimed):
    """Money was taken, or is asked, for what cannot have happened beside this."""

    code = "said_otherwise"
    message = _(
        "Another claim of yours says the opposite: that you were served, or that you were not. Only one of the two can "
        "be paid. You find it among your claims."
    )


class PaidByEvent(AlreadyClaimed):
    """An event made it good without a claim; whoever thinks that is not enough contests it."""

    code = "paid_by_event"
    message = _("This was paid already, without a claim. You can contest it on the order’s page.")
