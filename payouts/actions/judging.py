"""Hold back what is conspicuous: the payout waits with its money set aside until a second person has looked at it.

Most payouts are not even judged: the statement that writes them says which are worth it (payouts.actions.screening).
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from statistics import median_low

from django.db.models import Count, Exists, OuterRef, Q, Sum

from accounts.models import Role, User
from ledger.actions import Posting
from ledger.models import AccountKind
from payouts.models import Approval, Attention, Limits, Payout, Status
from payouts.rules import DAY, SINCE, USUAL_FROM, Facts, Terms, Verdict, default_terms, judge
from payouts.tidings import tell_finance

About = Approval.About

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
    payout.attention, payout.next_at = Attention.APPROVAL, None
    Payout.objects.filter(pk=payout.pk).update(attention=payout.attention, next_at=None)
    _ask(payout, verdict, About.LEAVING, made_by, payout.created_at)
    tell_finance(payout, "payout_waits_for_approval", key="asked", at=payout.created_at)
    return True


def hold_back_if_large_to_call_off(payout: Payout, *, made_by: User, at: datetime) -> bool:
    """Whether calling this locked payout off now waits for a second person; the payout itself stays what it is.

    What is called off for one payee within a day without a second person is added up, as where payouts leave.
    """
    verdict = _calling_off_judged(payout, at)
    if verdict is None or not verdict.needs_a_person:
        return False
    asked = _ask(payout, verdict, About.CALLING_OFF, made_by, at)
    tell_finance(payout, "payout_waits_to_be_called_off", key=f"calling_off:{asked.pk}", at=at)
    return True


def calling_off_needs_a_second_person(payout: Payout, *, at: datetime) -> bool:
    """What would be found of this payout at that moment."""
    verdict = _calling_off_judged(payout, at)
    return verdict is not None and verdict.needs_a_person


def _calling_off_judged(payout: Payout, at: datetime) -> Verdict | None:
    """None where no terms are in force."""
    terms = terms_in_force(payout.currency, at)
    return None if terms is None else judge(_facts_of_calling_off(payout, at), terms)


def _facts_of_calling_off(payout: Payout, at: datetime) -> Facts:
    """The payee's money that people had called off, within a day or not to its end yet, without a second person."""
    approved = Approval.objects.to_call_off().filter(payout=OuterRef("pk"), approved_at__isnull=False)
    others = Payout.objects.filter(payee=payout.payee_id, currency=payout.currency, called_off_by__isnull=False)
    of_the_day = others.exclude(pk=payout.pk).filter(Q(ended_at__isnull=True) | Q(ended_at__gt=at - DAY))
    today = of_the_day.filter(~Exists(approved)).aggregate(number=Count("pk"), total=Sum("amount"))
    return Facts(
        amount=payout.amount,
        paid_today=today["total"] or 0,
        payouts_today=today["number"],
        usual=None,
        own_money_of_merchant=False,
    )


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
    asked = Approval.objects.to_leave().filter(payout=OuterRef("pk"))
    of_the_day = earlier.filter(created_at__gt=payout.created_at - DAY).exclude(status=Status.RELEASED)
    today = of_the_day.filter(~Exists(asked)).aggregate(number=Count("pk"), total=Sum("amount"))
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


def _ask(payout: Payout, verdict: Verdict, about: str, made_by: User | None, at: datetime) -> Approval:
    return Approval.objects.create(
        payout=payout,
        about=about,
        trace=verdict.as_dict(),
        made_by=made_by,
        asked_at=at,
        due_at=at + REMIND_AFTER,
    )
