"""What is due or on its way and not worked off: after a recovery there must be none of it."""

from django.db import connection

# By what it is: the number of rows that somebody still has to do something about, other than a person.
WAITING = {
    "payouts on their way": "SELECT count(*) FROM payouts_payout WHERE ended_at IS NULL AND attention = ''",
    "places in the fund's line": "SELECT count(*) FROM payouts_draw",
    "payouts in the hand of the dead": "SELECT count(*) FROM payouts_payout WHERE in_hand_of IS NOT NULL",
    "webhook events": "SELECT count(*) FROM payouts_webhookevent WHERE handled_at IS NULL",
    "mails": "SELECT count(*) FROM notices_delivery WHERE due_at IS NOT NULL",
    "events to look through": "SELECT count(*) FROM compensation_happening WHERE due_at <= now()",
    "lines of events to pay": "SELECT count(*) FROM compensation_affected WHERE due_at <= now()",
    "claims past their deadline": "SELECT count(*) FROM disputes_claim WHERE due_at <= now() AND NOT replayed",
}


def unfinished() -> dict[str, int]:
    """How many rows of each kind are left, of those kinds where there are some."""
    together = " UNION ALL ".join(
        f"SELECT {number}, ({statement})" for number, statement in enumerate(WAITING.values())
    )
    with connection.cursor() as cursor:
        cursor.execute(together)
        found = dict(cursor.fetchall())
    return {name: found[number] for number, name in enumerate(WAITING) if found[number]}
