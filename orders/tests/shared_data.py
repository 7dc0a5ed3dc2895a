"""Where the real files are: REDRESS_DATA, or the folder beside the project; tests skip where there is none."""

import os
from pathlib import Path

import pytest
from django.conf import settings

FOLDER = Path(os.environ.get("REDRESS_DATA", settings.BASE_DIR.parent / "shared" / "data"))


def real_file(name: str) -> Path:
    path = FOLDER / name
    if not path.exists():
        pytest.skip(f"the real data is not here: no {path}")
    return path
