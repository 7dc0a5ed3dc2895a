"""Proves that what two people of finance agreed to is in the books, and nothing else."""

from collections.abc import Iterator

from common.proofs import Break, breaks_found

PROOFS = {
    "Filling {id} of {amount} {currency} is {answer}, and its money did not move that way.": """
        SELECT filling.id, filling.amount, filling.currency,
            CASE WHEN filling.agreed THEN 'agreed to' ELSE 'not agreed to' END AS answer
        FROM compensation_filling filling
        LEFT JOIN ledger_transfer transfer ON transfer.key = 'filling:' || filling.id
        WHERE CASE WHEN filling.agreed
            THEN (transfer.amount, transfer.kind) IS DISTINCT FROM (
                filling.amount, CASE filling.kind WHEN 'fund' THEN 'funding' ELSE filling.kind END
            )
            ELSE transfer.id IS NOT NULL
        END
        ORDER BY filling.id
    """,
}


def prove() -> Iterator[Break]:
    """Money booked that nobody agreed to, or agreed to and not booked."""
    yield from breaks_found("compensation", PROOFS)
