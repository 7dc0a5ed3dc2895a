"""Hold compensation against the caps: take what they leave, and give back what was not paid after all.

Whoever takes holds the consumer's row until the transaction ends, so that two at once never both fit under one cap.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.errors import Refusal
from common.transactions import atomic
from compensation.caps import Allowed, CompensationCaps, Counted, allowed
from compensation.models import CapUse
from orders.models import Line
from policies.in_force import terms_of
from policies.models import Version

CAPS = "compensation_caps"


class CapReached(Refusal):
    """What the caps leave is nothing."""

    code = "cap_reached"
    message = _("You have had the most compensation there is for this, so no more can be asked for.")


LONGEST = timedelta(days=366 * 3)


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Compensation (minor units of the order's currency) that a scheme gives for a line, under its cause's key.

    `version` is the version of the caps that was in force when the order was placed; None: there were none.
    """

    key: str
    line: Line
    scheme: str
    amount: int
    version: Version | None


@atomic
def allow(wanted: Sequence[Wanted], *, at: datetime, locked: bool = False) -> list[CapUse | None]:
    """What the caps leave of each, in the order given, as rows that the caller stores; None where nothing is capped.

    `locked`: the caller holds the row of the one consumer already. One query, and one for the locks.
    """
    capped = [one for one in wanted if one.version and one.amount]
    consumers = sorted({one.line.order.consumer_id for one in capped})
    if not locked and consumers:
        list(User.objects.filter(pk__in=consumers).order_by("pk").select_for_update(no_key=True).values_list("pk"))
    counted = counted_for(consumers, orders={one.line.order_id for one in capped}, at=at) if consumers else {}
    return [_use(one, counted[one.line.order.consumer_id], at) if one in capped else None for one in wanted]


def counted_for(consumers: Collection[int], *, orders: Collection[int], at: datetime) -> Mapping[int, list[Counted]]:
    """By consumer, all that may count towards a cap. One query."""
    found: defaultdict[int, list[Counted]] = defaultdict(list)
    rows = CapUse.objects.filter(
        Q(taken_at__gt=at - LONGEST) | Q(order__in=orders), consumer__in=consumers, amount__gt=F("given_back")
    )
    for use in rows.only("consumer_id", "order_id", "scheme", "currency", "amount", "given_back", "taken_at"):
        found[use.consumer_id].append(_counted(use))
    return found


def _use(wanted: Wanted, counted: list[Counted], at: datetime) -> CapUse:
    """The row for one sum, which from now on counts itself."""
    found = left_of(wanted, counted, at=at)
    order = wanted.line.order
    use = CapUse(
        key=wanted.key,
        line=wanted.line,
        order=order,
        consumer_id=order.consumer_id,
        scheme=wanted.scheme,
        currency=order.currency,
        version=wanted.version,
        asked=wanted.amount,
        amount=found.amount,
        cap=found.cap,
        limit=found.limit,
        used=found.used,
        taken_at=at,
    )
    counted.append(_counted(use))
    return use


def left_of(wanted: Wanted, counted: Sequence[Counted], *, at: datetime) -> Allowed:
    """What the caps leave of one sum."""
    if wanted.version is None:
        return Allowed(amount=wanted.amount)
    caps: CompensationCaps = terms_of(wanted.version)
    order = wanted.line.order
    return allowed(
        wanted.amount,
        scheme=wanted.scheme,
        order_id=order.pk,
        currency=order.currency,
        counted=counted,
        caps=caps,
        at=at,
    )


def _counted(use: CapUse) -> Counted:
    return Counted(
        order_id=use.order_id,
        scheme=use.scheme,
        currency=use.currency,
        amount=use.amount - use.given_back,
        taken_at=use.taken_at,
    )


def release(keys: Iterable[str], *, kept: int = 0) -> None:
    """Of what these causes were allowed, only `kept` minor units were paid; the rest counts no longer."""
    uses = CapUse.objects.filter(key__in=list(keys), amount__gt=kept, given_back__lt=F("amount") - kept)
    uses.update(given_back=F("amount") - kept)
