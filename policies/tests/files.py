"""The terms as they stand in policies/terms, typed, for tests that take their figures from them."""

from typing import Any

from policies.actions import documents
from policies.in_force import typed_terms

VERSION = 7


def terms_in_file(policy: str, market: str = "") -> Any:
    """The policy's terms for a market, as if they were version 7."""
    for document in documents():
        if document.policy == policy and market in document.markets:
            return typed_terms(policy, VERSION, document.terms)
    raise LookupError(f"no file of terms for {policy} in {market!r}")
