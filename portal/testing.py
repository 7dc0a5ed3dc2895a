"""What every test run needs, loaded by pytest before any conftest: compiled translations, an order, quick passwords."""

from pathlib import Path

import pytest
from pytest_django import Settings

from common.catalogue import compile_if_older

LONG = ("slow", "browser")
QUICK = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def pytest_configure() -> None:
    """Tests read what translators wrote last, also when nobody ran `make setup` since."""
    compile_if_older(Path(__file__).resolve().parent.parent)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long comes first, so that no process is still at it when the others have nothing left to do."""
    items.sort(key=lambda item: [item.get_closest_marker(name) is None for name in LONG])


@pytest.fixture(autouse=True)
def _quick_passwords(settings: Settings) -> None:
    settings.PASSWORD_HASHERS = QUICK
