"""A secret key for the demo: made once, kept in a file only its owner can read."""

import os
import secrets
from pathlib import Path


def secret_kept_in(path: Path) -> str:
    """The secret in the file; the file is written whole before it appears, so two first starts agree."""
    if not path.exists():
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(48))
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text()
