"""The folder that holds what a portal without settings keeps: its database, mails, uploads, and secrets made once."""

import contextlib
import os
import secrets
from collections.abc import Iterator
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured


def folder(path: Path) -> Path:
    """The folder, made where it is missing. Raises ImproperlyConfigured with a sentence that says what to do."""
    with _or_say_so(path):
        path.mkdir(parents=True, exist_ok=True)
    return path.resolve()


def secret_kept_in(path: Path) -> str:
    """The secret in the file; the file is written whole before it appears, so two first starts agree."""
    with _or_say_so(path.parent):
        if not path.exists():
            draft = path.with_name(f"{path.name}.{os.getpid()}")
            draft.touch(mode=0o600)
            draft.write_text(secrets.token_urlsafe(48))
            with contextlib.suppress(FileExistsError):
                os.link(draft, path)
            draft.unlink()
        return path.read_text()


@contextlib.contextmanager
def _or_say_so(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ImproperlyConfigured(
            f"{path} cannot be used ({error.strerror}): run as its owner, remove it, or choose another by VAR_DIR."
        ) from error
