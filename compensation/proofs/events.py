"""Proves that what events paid is what each line was judged to be owed, and that no cap on compensation was passed."""

from collections.abc import Iterator

from common.proofs import Break, breaks_found

PROOFS = {
    "Line {line} of event {happening} is {status} with {amount} {currency}, and {sum} was paid for it.": """
        SELECT affected.line_id AS line, affected.happening_id AS happening, affected.status, affected.amount,
            affected.currency, coalesce(refund.amount, 0) + coalesce(honouring.amount, 0) AS sum
        FROM compensation_affected affected
        LEFT JOIN refunds_refund refund
            ON refund.key = 'event:' || affected.happening_id || ':line:' || affected.line_id || ':refund'
        LEFT JOIN compensation_honouring honouring
            ON honouring.key = 'event:' || affected.happening_id || ':line:' || affected.line_id || ':compensation'
        WHERE coalesce(refund.amount, 0) + coalesce(honouring.amount, 0)
            <> CASE WHEN affected.status = 'paid' THEN affected.amount ELSE 0 END
        ORDER BY affected.id
    """,
    "Line {line} of event {happening} is {status} and holds {held} of its price instead of {kept}.": """
        SELECT affected.line_id AS line, affected.happening_id AS happening, affected.status,
            coalesce(exposure.amount - exposure.given_back, 0) AS held,
            CASE WHEN affected.status IN ('paid', 'owed') OR affected.status = 'parked' AND affected.amount > 0
                THEN affected.amount - affected.compensation ELSE 0 END AS kept
        FROM compensation_affected affected
        LEFT JOIN orders_exposure exposure
            ON exposure.key = 'event:' || affected.happening_id || ':line:' || affected.line_id
        WHERE coalesce(exposure.amount - exposure.given_back, 0)
            <> CASE WHEN affected.status IN ('paid', 'owed') OR affected.status = 'parked' AND affected.amount > 0
                THEN affected.amount - affected.compensation ELSE 0 END
        ORDER BY affected.id
    """,
    "Under {key} the caps allowed {allowed} of compensation, and {paid} was paid.": """
        SELECT cap.key, cap.amount - cap.given_back AS allowed, sum(honouring.amount) AS paid
        FROM compensation_capuse cap
        JOIN compensation_honouring honouring ON honouring.key = ANY (
            ARRAY[cap.key || ':compensation', cap.key || ':compensation:1', cap.key || ':compensation:2']
        )
        GROUP BY cap.id HAVING sum(honouring.amount) > cap.amount - cap.given_back
        ORDER BY cap.id
    """,
    "Under {key} {amount} of compensation was allowed, where {used} of {limit} was used up before.": """
        SELECT key, amount, used, "limit" FROM compensation_capuse
        WHERE cap <> '' AND amount <> greatest(0, "limit" - used)
        ORDER BY id
    """,
}


def prove() -> Iterator[Break]:
    """Lines of events and caps that do not agree with what was paid."""
    return breaks_found("compensation", PROOFS)
