"""What every test run needs, loaded by pytest before any conftest: compiled translations, and quick passwords."""

from pathlib import Path

import pytest
from pytest_django import Settings

from common.catalogue import compile_if_older

QUICK = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def pytest_configure() -> None:
    """Tests read what translators wrote last, also when nobody ran `make setup` since."""
    compile_if_older(Path(__file__).resolve().parent.parent)


@pytest.fixture(autouse=True)
def _quick_passwords(settings: Settings) -> None:
    settings.PASSWORD_HASHERS = QUICK
