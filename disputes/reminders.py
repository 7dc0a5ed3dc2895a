"""Reminders before it is too late: of deadlines, to the side that must act, and of vouchers that expire.

Each step is told exactly once: a claim remembers the last one of its present turn, and a notice is unique by its key.
How long before stands in the clocks in force now; a step that is as long as the whole turn is left out.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import CharField, Exists, F, OuterRef, Q, Value
from django.db.models.functions import Cast, Concat
from django.urls import reverse

from accounts.models import User
from common.crash_points import crash_point
from common.transactions import atomic
from disputes.deadlines import CLOCKS
from disputes.models import Claim, Offer, Party, Status
from disputes.tidings import facts_of
from notices.actions import Telling, tell_all
from notices.models import Notice
from orders.models import Voucher
from policies.clocks import Clocks
from policies.in_force import in_force, terms_of

# A voucher's reminder that was due longer ago than this is no longer sent.
CATCH_UP = timedelta(hours=24)


class Reminder(NamedTuple):
    """Which notice goes to which side, for a status that waits for it."""

    status: Status
    kind: str
    to: Party


BY_MERCHANT = (
    Reminder(Status.AWAITING_MERCHANT, "claim_answer_due", Party.MERCHANT),
    Reminder(Status.RETURN_SHIPPED, "confirm_return_by", Party.MERCHANT),
)
BY_CONSUMER = (
    Reminder(Status.OFFER_PENDING, "offer_lapsing", Party.CONSUMER),
    Reminder(Status.AWAITING_RETURN, "ship_by", Party.CONSUMER),
    Reminder(Status.REJECTED, "escalate_by", Party.CONSUMER),
    Reminder(Status.AWAITING_EVIDENCE, "evidence_due", Party.BOTH),
)
COUNTERED = "offer_lapsing"


def remind_of_deadlines(*, now: datetime, limit: int = 500) -> int:
    """Remind the sides of up to `limit` claims for each step; the number of claims reminded of."""
    clocks = _clocks(now)
    if clocks is None:
        return 0
    return sum(
        _remind(reminders, minutes, now=now, limit=limit)
        for reminders, steps in (
            (BY_MERCHANT, clocks.merchant_reminder_minutes),
            (BY_CONSUMER, clocks.consumer_reminder_minutes),
        )
        for minutes in sorted(steps)  # the nearest first: who missed an earlier step is reminded once
    )


def _clocks(now: datetime) -> Clocks | None:
    versions = in_force([CLOCKS], at=now)
    return terms_of(versions[CLOCKS]) if versions else None


@atomic
def _remind(reminders: tuple[Reminder, ...], minutes: int, *, now: datetime, limit: int) -> int:
    step = timedelta(minutes=minutes)
    due = (
        Claim.objects.filter(
            Q(reminded_minutes__isnull=True) | Q(reminded_minutes__gt=minutes),
            status__in=[reminder.status for reminder in reminders],
            due_at__gt=now,
            due_at__lte=now + step,
            turned_at__lt=F("due_at") - step,
            replayed=False,
        )
        .select_related("line", "merchant", "consumer")
        .order_by("due_at", "id")
        .select_for_update(of=("self",), skip_locked=True, no_key=True)[:limit]
    )
    claims = list(due)
    tell_all(_tellings(claims, {it.status: it for it in reminders}, minutes), at=now)
    Claim.objects.filter(pk__in=[claim.pk for claim in claims]).update(reminded_minutes=minutes)
    if claims:
        crash_point("disputes.before_reminders_are_committed")
    return len(claims)


def _tellings(claims: list[Claim], reminders: Mapping[Status, Reminder], minutes: int) -> Iterator[Telling]:
    offered = _open_offers(claims)
    members = _members(claims)
    for claim in claims:
        reminder = reminders[Status(claim.status)]
        kind, values = reminder.kind, facts_of(claim)
        if claim.pk in offered:
            values["amount"] = offered[claim.pk]
            kind = COUNTERED
        people = [] if reminder.to == Party.CONSUMER else members[claim.merchant_id]
        if reminder.to != Party.MERCHANT:
            people = [claim.consumer, *people]
        key = f"claim:{claim.number}:{kind}:{minutes}:{claim.due_at}"
        for person in people:
            yield Telling(key=key, recipient=person, kind=kind, values=values, link=claim.get_absolute_url())


def _open_offers(claims: list[Claim]) -> dict[int, int]:
    offers = Offer.objects.filter(claim__in=claims, status=Offer.Status.OPEN)
    return dict(offers.values_list("claim_id", "amount"))


def _members(claims: Iterable[Claim]) -> Mapping[int, list[User]]:
    found: defaultdict[int, list[User]] = defaultdict(list)
    merchants = {claim.merchant_id for claim in claims}
    for person in User.objects.filter(membership__merchant__in=merchants, is_active=True).select_related("membership"):
        found[person.membership.merchant_id].append(person)
    return found


# --- vouchers ------------------------------------------------------------------------------------------


def remind_of_expiring_vouchers(*, now: datetime, limit: int = 500) -> int:
    """Tell consumers of vouchers that expire unused, up to `limit` for each step; the number of those told."""
    clocks = _clocks(now)
    if clocks is None:
        return 0
    return sum(
        _remind_of_vouchers(minutes, now=now, limit=limit) for minutes in sorted(clocks.voucher_reminder_minutes)
    )


def _remind_of_vouchers(minutes: int, *, now: datetime, limit: int) -> int:
    until = now + timedelta(minutes=minutes)
    key = Concat(Value("voucher:"), Cast("pk", CharField()), Value(f":{minutes}"))
    told = Notice.objects.filter(recipient=OuterRef("line__order__consumer"), key=OuterRef("key"))
    expiring = (
        Voucher.objects.annotate(key=key)
        .filter(
            ~Exists(told),
            redeemed_at__isnull=True,
            expires_at__gt=max(now, until - CATCH_UP),
            expires_at__lte=until,
            usable_from__lt=F("expires_at") - timedelta(minutes=minutes),
            line__quantity_taken__lt=F("line__quantity"),
        )
        .select_related("line__order__consumer", "line__store")
        .order_by("expires_at", "pk")[:limit]
    )
    return tell_all([_voucher_telling(voucher, minutes) for voucher in expiring], at=now)


def _voucher_telling(voucher: Voucher, minutes: int) -> Telling:
    line = voucher.line
    store = line.store
    values = {
        "item": line.title,
        "item_zh": line.title_zh,
        "store": store.name if store else line.title,
        "store_zh": store.name_zh if store else line.title_zh,
        "expires_at": voucher.expires_at,
    }
    return Telling(
        key=f"voucher:{voucher.pk}:{minutes}",
        recipient=line.order.consumer,
        kind="voucher_expiring",
        values=values,
        link=reverse("order", args=[line.order.number]),
    )
