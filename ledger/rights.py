"""What the running portal may do with the tables of the books. Who owns them grants it (portal.database_roles).

Lines are added and never changed: no id and no moment of recording is chosen, and a balance is written by triggers.
"""

_MOVEMENT = "key, debit_id, credit_id, amount, kind"

RIGHTS = {
    "ledger_account": "SELECT, INSERT (kind, owner, currency, normal, never_negative, opened_at)",
    "ledger_transfer": f"SELECT, INSERT ({_MOVEMENT}, happened_at, reverses_id)",
    "ledger_hold": f"SELECT, INSERT ({_MOVEMENT}, status, reserved_at, ended_at), UPDATE (status, ended_at)",
    "ledger_balance": "SELECT",
    "ledger_keptbalance": "SELECT, UPDATE (floor)",
    "ledger_hotbalance": "SELECT, UPDATE (floor)",
    "ledger_raised": "SELECT",
    "ledger_drawn": "SELECT",
    "ledger_seal": "SELECT, INSERT",
    "ledger_closing": "SELECT, INSERT",
}

# What the running portal calls, and what then works with the rights of the owner, as the triggers of these tables do.
VERBS = ("ledger_gather_raises(bigint)",)
