"""Text from outside, on its way into the database."""


def storable(text: str) -> str:
    """The text without what PostgreSQL cannot store: zero characters, and halves of characters that are no text."""
    return text.replace("\x00", "\ufffd").encode(errors="replace").decode()
