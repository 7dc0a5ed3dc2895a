"""Merchants that meet the checks for the travel label, or lack one thing."""

from datetime import datetime, timedelta

from accounts.models import Merchant
from compensation import actions
from compensation.actions import Conduct
from compensation.models import Admission, Licence

TRAVEL = "peace_of_mind_travel"
OWNERS_CONDUCT = Conduct(orders=5, complaints=0, asked=0, unanswered=0, broken=0)


def deposited(merchant: Merchant, amount: int, at: datetime) -> None:
    """Minor units of CNY."""
    key = f"deposit:{merchant.pk}:{amount}"
    actions.leave_deposit(key=key, merchant=merchant, amount=amount, currency="CNY", at=at)


def licensed(merchant: Merchant, at: datetime, *, days: int = 365, label: str = TRAVEL) -> Licence:
    until = at.date() + timedelta(days=days)
    return actions.record_licence(merchant=merchant, label=label, number="L-1", valid_until_on=until, by=None, at=at)


def fit(merchant: Merchant, at: datetime, *, days: int = 365, label: str = TRAVEL) -> None:
    """All but the orders, which a test's conduct names."""
    deposited(merchant, 5_000_00, at)
    licensed(merchant, at, days=days, label=label)


def carried(merchant: Merchant, at: datetime, *, days: int = 365, label: str = TRAVEL) -> Admission:
    """The label, carried since `at` by a business with an owner, and fit for so many days."""
    fit(merchant, at, days=days, label=label)
    owner = merchant.members.get(role="owner").user
    admission = actions.ask_for_label(merchant=merchant, label=label, conduct=OWNERS_CONDUCT, by=owner, at=at)
    assert admission.status == Admission.Status.HELD
    return admission
