"""Proves that every case paid what it says, that ended cases hold nothing back, and that none sticks."""

from collections.abc import Iterator

from common.proofs import Break, Counts, breaks_found
from disputes.models import Claim

PROOFS = {
    "Claim {number} says that {paid} {currency} was paid, and its refunds, guarantees and advance add up to {sum}.": """
        SELECT claim.number, claim.paid, claim.currency, coalesce(sum(payment.amount), 0) AS sum
        FROM disputes_claim claim
        LEFT JOIN (
            SELECT split_part(key, ':', 2) AS number, amount FROM refunds_refund WHERE key LIKE 'claim:%'
            UNION ALL
            SELECT split_part(key, ':', 2), amount FROM compensation_honouring WHERE key LIKE 'claim:%'
            UNION ALL
            SELECT claim, amount FROM compensation_advance WHERE claim <> ''
        ) payment ON payment.number = claim.number
        GROUP BY claim.id HAVING claim.paid <> coalesce(sum(payment.amount), 0)
        ORDER BY claim.id
    """,
    "Claim {number} paid {paid} {currency}, which is more than the {amount} it was about.": """
        SELECT number, paid, currency, amount FROM disputes_claim WHERE paid > amount ORDER BY id
    """,
    "Claim {number} is {status} and paid {paid} {currency} before anybody decided.": """
        SELECT number, status, paid, currency FROM disputes_claim
        WHERE paid > advanced AND status NOT IN ('decided', 'appeal_review', 'settled') ORDER BY id
    """,
    "Claim {number} says that {advanced} {currency} was paid first, and the fund advanced {paid} for it.": """
        SELECT claim.number, claim.advanced, claim.currency, coalesce(advance.amount, 0) AS paid
        FROM disputes_claim claim LEFT JOIN compensation_advance advance ON advance.claim = claim.number
        WHERE claim.advanced <> coalesce(advance.amount, 0) ORDER BY claim.id
    """,
    "Claim {number} is {status}, and who bears its advance of {amount} {currency} is {borne}.": """
        SELECT claim.number, claim.status, advance.amount, advance.currency, advance.status AS borne
        FROM disputes_claim claim JOIN compensation_advance advance ON advance.claim = claim.number
        WHERE (claim.status IN ('decided', 'appeal_review', 'settled', 'closed')) <> (advance.status <> 'outstanding')
        ORDER BY claim.id
    """,
    "Claim {number} has ended and still holds {held} of its line's price, {kept} of which it paid or owes.": """
        SELECT claim.number, exposure.amount - exposure.given_back AS held, least(claim.amount - claim.compensation,
            claim.paid + coalesce(debt.owed, 0)) AS kept
        FROM disputes_claim claim
        JOIN orders_exposure exposure ON exposure.key = 'claim:' || claim.number
        LEFT JOIN (
            SELECT claim_id, sum(refund + compensation) AS owed
            FROM disputes_debt WHERE paid_at IS NULL GROUP BY claim_id
        ) debt ON debt.claim_id = claim.id
        WHERE claim.status IN ('settled', 'closed')
        AND exposure.amount - exposure.given_back <>
            least(claim.amount - claim.compensation, claim.paid + coalesce(debt.owed, 0))
        ORDER BY claim.id
    """,
    "Claim {number} is {status} and holds {held} of its line's price instead of {owned}.": """
        SELECT claim.number, claim.status, claim.amount - claim.compensation AS owned,
            coalesce(exposure.amount - exposure.given_back, 0) AS held
        FROM disputes_claim claim
        LEFT JOIN orders_exposure exposure ON exposure.key = 'claim:' || claim.number
        WHERE claim.status NOT IN ('settled', 'closed')
        AND coalesce(exposure.amount - exposure.given_back, 0) <> claim.amount - claim.compensation
        ORDER BY claim.id
    """,
    "Claim {number} is {status}, but the last entry of its timeline says {became}.": """
        SELECT claim.number, claim.status, moved.became
        FROM disputes_claim claim
        LEFT JOIN LATERAL (
            SELECT event.became FROM disputes_event event
            WHERE event.claim_id = claim.id AND event.became <> '' ORDER BY event.id DESC LIMIT 1
        ) moved ON true
        WHERE moved.became IS DISTINCT FROM claim.status
        ORDER BY claim.id
    """,
    "Debt {debt} of claim {number} is paid, but no payment carries its key.": """
        SELECT debt.id AS debt, claim.number
        FROM disputes_debt debt JOIN disputes_claim claim ON claim.id = debt.claim_id
        WHERE debt.paid_at IS NOT NULL
        AND NOT EXISTS (SELECT FROM refunds_refund WHERE key = 'claim:' || claim.number || ':refund:' || debt.number)
        AND NOT EXISTS (
            SELECT FROM compensation_honouring
            WHERE key = 'claim:' || claim.number || ':compensation:' || debt.number
        )
        ORDER BY debt.id
    """,
    "Claim {number} was judged by a verdict that belongs to {key}.": """
        SELECT claim.number, verdict.key
        FROM disputes_claim claim JOIN policies_verdict verdict ON verdict.id = claim.verdict_id
        WHERE verdict.key <> 'claim:' || claim.number
        ORDER BY claim.id
    """,
}


def prove() -> Iterator[Break]:
    """Cases whose money, hold or story do not agree."""
    return breaks_found("disputes", PROOFS)


def count() -> Counts:
    """All claims; what was paid for them is counted where it was paid out."""
    return Counts(claims=Claim.objects.count())
