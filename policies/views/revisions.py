"""The revision of a draft that a page showed, sent back so that nobody writes over what they did not see."""

MOST_DIGITS = 9


def revision_in(text: str) -> int:
    """As a page wrote it; 0, which no draft has, for anything else."""
    return int(text) if text.isdecimal() and len(text) <= MOST_DIGITS else 0
