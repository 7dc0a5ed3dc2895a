"""The vocabulary that rules, claims and pages share: reasons, remedies, and how fast a remedy settles. Pure."""

from enum import StrEnum


class Reason(StrEnum):
    """What went wrong, in the consumer's words, as far as the rules of refunds know it by name.

    Which of them fit which kind of order stands in REASONS_FOR. Guarantees bring further causes of their own, plain
    words that their schemes declare.
    """

    NOT_RECEIVED = "not_received"
    DAMAGED = "damaged"
    WRONG_ITEM = "wrong_item"
    NOT_AS_DESCRIBED = "not_as_described"
    CHANGED_MIND = "changed_mind"
    NO_ROOM = "no_room"
    WORSE_ROOM = "worse_room"
    STORE_CLOSED = "store_closed"
    STORE_REFUSED = "store_refused"
    UNUSED_VOUCHER = "unused_voucher"


REASONS = frozenset(Reason)
REASONS_FOR = {
    "goods": (
        Reason.NOT_RECEIVED,
        Reason.DAMAGED,
        Reason.WRONG_ITEM,
        Reason.NOT_AS_DESCRIBED,
        Reason.CHANGED_MIND,
    ),
    "stay": (Reason.NO_ROOM, Reason.WORSE_ROOM, Reason.NOT_AS_DESCRIBED),
    "voucher": (Reason.STORE_CLOSED, Reason.STORE_REFUSED, Reason.UNUSED_VOUCHER, Reason.NOT_AS_DESCRIBED),
    "booking": (Reason.NOT_AS_DESCRIBED,),
    "card": (Reason.NOT_AS_DESCRIBED,),
}


class Remedy(StrEnum):
    """What the consumer gets. RETURN is a refund after the goods came back; COMPENSATION goes beyond what was paid.

    A COUPON is of the verdict's amount (its face value) and goes beyond what was paid as well; its values say what is
    given in cash instead.
    """

    REFUND = "refund"
    RETURN = "return"
    COMPENSATION = "compensation"
    UPGRADE = "upgrade"
    ALTERNATIVE = "alternative"
    COUPON = "coupon"


class Settles(StrEnum):
    """How a verdict becomes money: by rule in the same request, or after somebody's act."""

    AT_ONCE = "at_once"
    AFTER_MERCHANT = "after_merchant"
    AFTER_RETURN = "after_return"
    BY_AGENT = "by_agent"
