"""Tell people what happened: a notice is written with the fact it tells, so it exists exactly when the fact does."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from accounts.models import User
from common.arrays import array_of
from common.crash_points import crash_point
from common.statements import rows_of
from notices.letters import is_reachable
from notices.models import Delivery
from notices.wording import refuse_unspeakable

# The notices that are new, the mails that follow from them, and how many are new.
TELL = """
    WITH told AS (
        INSERT INTO notices_notice (key, recipient_id, kind, "values", link, created_at)
        SELECT key, recipient, kind, "values"::jsonb, link, %(at)s
        FROM unnest(
            %(keys)s::text[], %(recipients)s::bigint[], %(kinds)s::text[], %(values)s::text[], %(links)s::text[]
        ) AS telling (key, recipient, kind, "values", link)
        ON CONFLICT (recipient_id, key) DO NOTHING
        RETURNING id, recipient_id
    ), outbox AS (
        INSERT INTO notices_delivery (notice_id, channel, due_at, attempts_made, failure)
        SELECT id, %(channel)s, %(at)s, 0, '' FROM told WHERE recipient_id = ANY (%(by_email)s::bigint[])
    )
    SELECT count(*) FROM told
"""


class Telling(NamedTuple):
    """One thing to tell one person. `key` names the fact and the step; all who are told it may share the key."""

    key: str
    recipient: User
    kind: str
    values: Mapping[str, Any]
    link: str = ""


def tell(*, key: str, recipient: User, kind: str, values: Mapping[str, Any], link: str = "", at: datetime) -> None:
    """Tell one person one thing, once: whoever was told under this key before is not told again.

    What `values` hold is described in notices.wording; `link` is a path on this site. Raises UnknownKind and
    ValueMissing.
    """
    tell_all([Telling(key, recipient, kind, values, link)], at=at)


def tell_all(tellings: Iterable[Telling], *, at: datetime) -> int:
    """Tell many things with one statement, and count those that were not told before. Raises as `tell` does."""
    # One order for everybody: two who tell the same things wait for each other, but never in a circle.
    ordered = sorted(tellings, key=lambda telling: (telling.recipient.pk, telling.key))
    if not ordered:
        return 0
    for telling in ordered:
        refuse_unspeakable(kind=telling.kind, values=telling.values, role=telling.recipient.role)
    told: int = rows_of(TELL, _columns(ordered) | {"at": at, "channel": Delivery.Channel.EMAIL.value})[0][0]
    crash_point("notices.told")
    return told


def _columns(tellings: list[Telling]) -> dict[str, Any]:
    # What several people are told about one fact is written once.
    facts = {id(telling.values): telling.values for telling in tellings}
    written = {number: _as_json(values) for number, values in facts.items()}
    return {
        "keys": array_of(telling.key for telling in tellings),
        "recipients": array_of(telling.recipient.pk for telling in tellings),
        "kinds": array_of(telling.kind for telling in tellings),
        "values": array_of(written[id(telling.values)] for telling in tellings),
        "links": array_of(telling.link for telling in tellings),
        "by_email": array_of({telling.recipient.pk for telling in tellings if is_reachable(telling.recipient)}),
    }


def _as_json(values: Mapping[str, Any]) -> str:
    raw = {name: value.isoformat() if isinstance(value, datetime) else value for name, value in values.items()}
    return json.dumps(raw, ensure_ascii=False)
