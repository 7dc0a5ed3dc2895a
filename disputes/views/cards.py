"""An entitlement as the pages show it: what it is, how much, how fast, and why, in the reader's language."""

from dataclasses import dataclass

from compensation.schemes.registry import names_of
from disputes.entitlements import Entitlement
from disputes.views.capped import capped
from policies.wording import Explained, explained, label_of_remedy, label_of_settles
from policies.words import Settles


@dataclass(frozen=True, kw_only=True)
class Card:
    """What components/entitlement.html takes, the remedy it stands for, and how fast it settles in words.

    `cash_amount` (minor units) is the money that may be had instead of a coupon of `amount`.
    """

    remedy: str
    title: str
    amount: int
    currency: str
    settles: str
    speed: str
    trace: Explained
    cash_amount: int = 0

    @property
    def signal(self) -> str:
        return "settled" if self.settles == Settles.AT_ONCE else "waiting"


def card(found: Entitlement) -> Card:
    return Card(
        remedy=found.remedy,
        title=remedy_label(found),
        amount=found.amount,
        currency=found.currency,
        settles=found.settles,
        speed=label_of_settles(found.settles),
        trace=_trace(found),
        cash_amount=found.cash_amount,
    )


def remedy_label(found: Entitlement) -> str:
    return label_of_remedy(found.remedy, price_back=found.amount > found.compensation)


def _trace(found: Entitlement) -> Explained:
    trace = explained(found.verdict, reader="consumer", names=names_of(found.line))
    return capped(trace, cap=found.cap.cap, cut=found.cut) if found.cap else trace
