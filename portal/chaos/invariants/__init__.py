"""What must hold of the books, whatever is done to them: sixteen sentences, each one a function that tries to break it.

Fifteen are those of the Ledger Conformance Kit in our own words, the sixteenth is its draft: a claim on a key never
outlives its transaction. Everything runs on real connections that commit; who is concurrent is so in earnest. Each
function works on accounts of its own, so that any number of runs share one database. `portal.chaos.mutants` shows
that each of them is worth its place.
"""

from portal.chaos.invariants.corner import FULL, SMALL, Books, Broken, Size
from portal.chaos.invariants.sentences import (
    INVARIANTS,
    a_claim_on_a_key_dies_with_its_transaction,
    a_key_counts_once,
    a_refusal_is_never_an_answer,
    a_reversal_compensates,
    balances_are_the_journal,
    currencies_never_mix,
    every_credit_to_a_hot_account_counts,
    lines_stand_in_their_order,
    nothing_is_overdrawn,
    of_duplicates_at_once_one_counts,
    pennies_never_drift,
    the_chain_shows_every_edit,
    the_log_rebuilds_the_state,
    the_two_sides_balance,
    value_is_conserved,
    what_is_written_stays,
)
from portal.chaos.invariants.trying import Tried, run, table, try_all

__all__ = [
    "FULL",
    "INVARIANTS",
    "SMALL",
    "Books",
    "Broken",
    "Size",
    "Tried",
    "a_claim_on_a_key_dies_with_its_transaction",
    "a_key_counts_once",
    "a_refusal_is_never_an_answer",
    "a_reversal_compensates",
    "balances_are_the_journal",
    "currencies_never_mix",
    "every_credit_to_a_hot_account_counts",
    "lines_stand_in_their_order",
    "nothing_is_overdrawn",
    "of_duplicates_at_once_one_counts",
    "pennies_never_drift",
    "run",
    "table",
    "the_chain_shows_every_edit",
    "the_log_rebuilds_the_state",
    "the_two_sides_balance",
    "try_all",
    "value_is_conserved",
    "what_is_written_stays",
]
