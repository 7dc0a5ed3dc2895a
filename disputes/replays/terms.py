"""The terms that judge history: published for their market, in force from before the first order of a replay."""

from datetime import datetime

from common.transactions import atomic
from policies.actions import check, documents, draft, publish
from policies.in_force import in_force


@atomic
def put_in_force(*, market: str, first_order_at: datetime, at: datetime) -> None:
    """Publish the repository's terms for this market where none of its own are in force for the first order yet."""
    for document in documents():
        if market not in document.markets or document.replays_from is None:
            continue
        known = in_force([document.policy], at=first_order_at, market=market).get(document.policy)
        if known and known.market == market:
            continue
        version = draft(
            policy=document.policy,
            terms=document.terms,
            market=market,
            effective_from=min(document.replays_from, first_order_at),
            replay=True,
            by=None,
            at=at,
        )
        check(version=version, by=None, at=at)
        publish(version=version, at=at)
