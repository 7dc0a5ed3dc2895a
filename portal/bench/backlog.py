"""A backlog of claims whose merchants stay silent: each filed, judged and held as if by `file_claim`, only quicker.

One claim of each merchant goes through the verb itself. All others are about equal purchases, so they have equal facts
and equal verdicts, and are copied from it.
"""

from collections.abc import Iterable, Sequence
from copy import copy
from datetime import datetime
from itertools import groupby

from django.db import transaction
from django.db.models import F

from accounts.models import Member, MemberRole, Merchant, Role, User
from disputes.actions import file_claim
from disputes.models import Claim, Event
from disputes.numbers import draw_number
from disputes.payments import exposure_key
from orders.models import Exposure, Line
from policies.models import Verdict
from portal.bench.marketplace import BATCH, Purchase

REASON = "changed_mind"  # no rule settles this at once


def staff(merchants: Iterable[Merchant]) -> None:
    """Somebody works for each merchant, who is told too."""
    for merchant in merchants:
        person = User.objects.create(
            email=f"{merchant.code}-staff@example.invalid", name=merchant.name, role=Role.MERCHANT
        )
        Member.objects.create(user=person, merchant=merchant, role=MemberRole.OWNER)


@transaction.atomic
def pile_up(purchases: Sequence[Purchase], *, due_at: datetime, now: datetime) -> None:
    """A claim for each purchase, filed now and due then."""
    lines = Line.objects.filter(pk__in=[purchase.line for purchase in purchases]).select_related("order")
    filed: list[Claim] = []
    for _merchant, group in groupby(lines.order_by("order__merchant", "pk"), key=lambda line: line.order.merchant_id):
        first, *others = group
        template = file_claim(
            consumer=first.order.consumer,
            order=first.order.number,
            line=first.pk,
            reason=REASON,
            remedy="refund",
            statement="I no longer want it.",
            at=now,
        )
        _copy(template, others)
        filed.append(template)
    Claim.objects.filter(status=filed[0].status, due_at__gt=due_at).update(due_at=due_at)


def _copy(template: Claim, lines: Sequence[Line]) -> None:
    claims = [_claim(template, line) for line in lines]
    verdict = template.verdict
    assert verdict is not None  # noqa: S101 it was judged just now
    verdicts = Verdict.objects.bulk_create([_renamed(verdict, claim) for claim in claims], batch_size=BATCH)
    for claim, own in zip(claims, verdicts, strict=True):
        claim.verdict = own
    Claim.objects.bulk_create(claims, batch_size=BATCH)
    event = Event.objects.get(claim=template)
    Event.objects.bulk_create([_told(event, claim) for claim in claims], batch_size=BATCH)
    exposure = Exposure.objects.get(key=exposure_key(template))
    Exposure.objects.bulk_create([_held(exposure, claim) for claim in claims], batch_size=BATCH)
    held = Line.objects.filter(pk__in=[line.pk for line in lines])
    held.update(taken=F("taken") + exposure.amount, quantity_taken=F("quantity_taken") + exposure.quantity)


def _claim(template: Claim, line: Line) -> Claim:
    claim = copy(template)
    claim.pk, claim.number = None, draw_number()
    claim.line_id, claim.order_id, claim.consumer_id = line.pk, line.order_id, line.order.consumer_id
    return claim


def _renamed(verdict: Verdict, claim: Claim) -> Verdict:
    return Verdict(
        key=exposure_key(claim),
        version_id=verdict.version_id,
        facts=verdict.facts,
        judged_at=verdict.judged_at,
        body=verdict.body,
    )


def _told(event: Event, claim: Claim) -> Event:
    told = copy(event)
    told.pk, told.claim, told.actor_id = None, claim, claim.consumer_id
    return told


def _held(exposure: Exposure, claim: Claim) -> Exposure:
    held = copy(exposure)
    held.pk, held.key, held.line_id = None, exposure_key(claim), claim.line_id
    return held
