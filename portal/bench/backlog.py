"""A backlog of claims whose merchants stay silent: each filed, judged and held as if by `file_claim`, only quicker.

One claim of each merchant goes through the verb itself. All others are about equal purchases, so they have equal facts
and equal verdicts, and are copied from it.
"""

from collections.abc import Iterable, Sequence
from copy import copy
from datetime import datetime
from itertools import groupby

from django.db import connection, transaction
from django.db.models import F, Model

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


def pile_up_many(purchases: Sequence[Purchase], *, due_at: datetime, now: datetime) -> None:
    """The same for very many: those that are copied are copied by the database, one statement for each kind of row."""
    lines = [purchase.line for purchase in purchases]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(FIRST_LINES, [lines])
        first_lines = {line for (line,) in cursor.fetchall()}
        pile_up([purchase for purchase in purchases if purchase.line in first_lines], due_at=due_at, now=now)
        cursor.execute(LINES_TO_COPY, [lines, list(first_lines)])
        for statement in (
            _copies(Verdict, "verdict.id = template.verdict_id", key="'claim:' || copy.number"),
            _copies(
                Claim,
                "claim.id = template.id",
                number="copy.number",
                consumer_id="copy.consumer_id",
                order_id="copy.order_id",
                line_id="copy.line_id",
                verdict_id="(SELECT id FROM policies_verdict WHERE key = 'claim:' || copy.number)",
            ),
            _copies(
                Event,
                "event.claim_id = template.id",
                claim_id="(SELECT id FROM disputes_claim WHERE number = copy.number)",
                actor_id="copy.consumer_id",
            ),
            _copies(
                Exposure,
                "exposure.key = 'claim:' || template.number",
                key="'claim:' || copy.number",
                line_id="copy.line_id",
            ),
            LINES_TAKEN,
            "ANALYZE disputes_claim, policies_verdict",
        ):
            cursor.execute(statement)


FIRST_LINES = """
SELECT DISTINCT ON (bought.merchant_id) line.id
FROM orders_line line JOIN orders_order bought ON bought.id = line.order_id
WHERE line.id = ANY(%s::bigint[]) ORDER BY bought.merchant_id, line.id
"""

LINES_TO_COPY = """
CREATE TEMPORARY TABLE copied ON COMMIT DROP AS
SELECT line.id AS line_id, bought.id AS order_id, bought.consumer_id, bought.merchant_id,
    'B-' || to_hex(line.id) AS number
FROM orders_line line JOIN orders_order bought ON bought.id = line.order_id
WHERE line.id = ANY(%s::bigint[]) AND NOT line.id = ANY(%s::bigint[])
"""

TEMPLATES = """
FROM copied copy CROSS JOIN LATERAL (
    SELECT * FROM disputes_claim WHERE merchant_id = copy.merchant_id ORDER BY id LIMIT 1
) AS template
"""

LINES_TAKEN = """
UPDATE orders_line SET taken = exposure.amount, quantity_taken = exposure.quantity
FROM copied copy JOIN orders_exposure exposure ON exposure.key = 'claim:' || copy.number
WHERE orders_line.id = copy.line_id
"""


def _copies(model: type[Model], is_template_s: str, **changes: str) -> str:
    """The statement that copies the template's row for each line, with these columns changed."""
    table, name = model._meta.db_table, model._meta.model_name
    columns = [field.column for field in model._meta.local_concrete_fields if not field.primary_key]
    values = [changes.get(column, f"{name}.{column}") for column in columns]
    return (
        f"INSERT INTO {table} ({', '.join(columns)})"
        f" SELECT {', '.join(values)} {TEMPLATES} JOIN {table} {name} ON {is_template_s}"
    )


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
