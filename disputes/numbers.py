"""Claim numbers: short enough to say on the telephone, random, and no counter for transactions to queue at."""

import secrets

# Without the letters and digits that look or sound alike.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 8


def draw_number() -> str:
    """A new number such as "R-7KQ2MWXA", one of 656 billion; the database refuses one that is taken already."""
    return "R-" + "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
