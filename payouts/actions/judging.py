"""Hold back what is conspicuous: the payout waits with its money set aside until a second person has looked at it.

Most payouts are not even judged: the statement that writes them says which are worth it (payouts.actions.screening).
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from statistics import median_low

from django.db.models import Count, Sum

from accounts.models import Role, User
from ledger.actions import Posting
from ledger.models import AccountKind
from payouts.models import Approval, Attention, Limits, Payout, Status
from payouts.rules import DAY, SINCE, USUAL_FROM, Facts, Terms, Verdict, default_terms, judge
from payouts.tidings import tell_finance

# What is usual is told from this many earlier payouts, the latest.
USUAL_OF = 50

# How long a payout may wait before finance is reminded, again and again.
REMIND_AFTER = timedelta(hours=4)


def hold_back_if_conspicuous(
    payout: Payout, *, made_by: User | None, funding: Sequence[Posting], after: Collection[int] = ()
) -> bool:
    """Whether the payout, whose money is set aside, now waits for a second person.

    Its money was taken from what is payable to the payee, so whoever starts another payout to the same payee at this
    moment waits for us or is seen here: parts that are started at once are added up as well. `after` are the ids of
    payouts that are written already and come after this one.
    """
    terms = terms_in_force(payout.currency, payout.created_at)
    if terms is None:
        return False
    verdict = judge(_facts(payout, made_by, funding, after), terms)
    if not verdict.needs_a_person:
        return False
    _ask(payout, verdict, made_by)
    return True


def terms_in_force(currency: str, at: datetime) -> Terms | None:
    """The terms for payouts of that moment; None before the platform's own time, which replays of old records visit."""
    if found := Limits.objects.in_force(currency, at).first():
        return Terms(
            large=found.large,
            large_for_merchant=found.large_for_merchant,
            many=found.many,
            times_usual=found.times_usual,
        )
    return default_terms(currency) if at >= SINCE else None


def _facts(payout: Payout, made_by: User | None, funding: Sequence[Posting], after: Collection[int]) -> Facts:
    to_the_payee = Payout.objects.filter(payee=payout.payee_id, currency=payout.currency)
    earlier = to_the_payee.exclude(pk__in=[payout.pk, *after])
    usual = list(earlier.order_by("-id").values_list("amount", flat=True)[:USUAL_OF])
    of_the_day = earlier.filter(created_at__gt=payout.created_at - DAY, approval=None).exclude(status=Status.RELEASED)
    today = of_the_day.aggregate(number=Count("pk"), total=Sum("amount"))
    return Facts(
        amount=payout.amount,
        paid_today=today["total"] or 0,
        payouts_today=today["number"],
        usual=median_low(usual) if len(usual) >= USUAL_FROM else None,
        own_money_of_merchant=_is_own_money_of_merchant(made_by, funding),
    )


def _is_own_money_of_merchant(made_by: User | None, funding: Sequence[Posting]) -> bool:
    """Whether a merchant gives what is its own: nobody but itself can be harmed by a sum that is too large."""
    own = bool(funding) and all(posting.debit.kind == AccountKind.MERCHANT_SETTLEMENT for posting in funding)
    return own and made_by is not None and made_by.role == Role.MERCHANT


def _ask(payout: Payout, verdict: Verdict, made_by: User | None) -> None:
    payout.attention, payout.next_at = Attention.APPROVAL, None
    Payout.objects.filter(pk=payout.pk).update(attention=payout.attention, next_at=None)
    Approval.objects.create(
        payout=payout,
        trace=verdict.as_dict(),
        made_by=made_by,
        asked_at=payout.created_at,
        due_at=payout.created_at + REMIND_AFTER,
    )
    tell_finance(payout, "payout_waits_for_approval", key="asked", at=payout.created_at)
