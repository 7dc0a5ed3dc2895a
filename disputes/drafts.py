"""A claim being written: what the consumer chose so far, kept in their session until it is sent.

One draft for each order line. Its key goes with the claim, so that sending it twice files it once.
"""

from dataclasses import asdict, dataclass, replace
from typing import Any

from django.contrib.sessions.backends.base import SessionBase

from common.idempotency import new_key

DRAFTS = "claim_drafts"
MOST_DRAFTS = 20


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What is known of a claim before it is filed; sums in minor units, None for all that is left.

    `particulars` are the answers to the guarantee's questions, in plain form; None while they were not asked.
    """

    line: int
    key: str
    reason: str = ""
    particulars: dict[str, Any] | None = None
    remedy: str = ""
    quantity: int | None = None
    amount: int | None = None
    statement: str = ""


def read_draft(session: SessionBase, line: int) -> Draft:
    """The draft for this line, or a new one."""
    kept: dict[str, Any] = session.get(DRAFTS, {}).get(str(line), {})
    return Draft(**{"line": line, "key": new_key(), **kept})


def keep_draft(session: SessionBase, draft: Draft, **changes: Any) -> Draft:
    """Keep the draft with its changes; the oldest is forgotten when there are too many."""
    changed = replace(draft, **changes)
    drafts: dict[str, Any] = session.get(DRAFTS, {})
    drafts.pop(str(draft.line), None)
    drafts[str(draft.line)] = asdict(changed)
    session[DRAFTS] = dict(list(drafts.items())[-MOST_DRAFTS:])
    return changed


def drop_draft(session: SessionBase, line: int) -> None:
    """Forget the draft; its claim was filed."""
    drafts: dict[str, Any] = session.get(DRAFTS, {})
    if drafts.pop(str(line), None) is not None:
        session[DRAFTS] = drafts
