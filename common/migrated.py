"""The tables as the migrations make them. That takes long, so who needs them often makes them once and copies them."""

from hashlib import sha256

from django.conf import settings


def digest_of_migrations() -> str:
    """A name for the tables, in hexadecimal digits: it changes when any migration does."""
    known = sha256()
    for path in sorted(settings.BASE_DIR.glob("*/migrations/*.py")):
        known.update(path.read_bytes())
    return known.hexdigest()
