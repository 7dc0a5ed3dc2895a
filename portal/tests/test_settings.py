"""What is wrong with the surroundings is said in one sentence, and production guesses nothing."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from common.embedded.postgres import Postgres
from portal.var_dir import folder, secret_kept_in

PRODUCTION = {
    "DEBUG": "off",
    "SECRET_KEY": "not-a-secret",
    "ALLOWED_HOSTS": "redress.example.com",
    "DATABASE_URL": "postgres://redress@localhost/redress",
}


def manage(environment: dict[str, str], tmp_path: Path, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", *(command or ("check", "--deploy"))],
        cwd=settings.BASE_DIR,
        env={"PATH": os.environ["PATH"], "VAR_DIR": str(tmp_path), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("missing", ["SECRET_KEY", "ALLOWED_HOSTS", "DATABASE_URL"])
def test_without_debug_it_refuses_to_guess(missing: str, tmp_path: Path):
    given = {name: value for name, value in PRODUCTION.items() if name != missing}

    refused = manage(given, tmp_path)

    assert refused.returncode == 1
    assert refused.stderr.startswith(f"With DEBUG off, {missing} must be set, for example ")
    assert len(refused.stderr.splitlines()) == 1


def test_a_database_that_is_no_postgresql_is_refused(tmp_path):
    refused = manage({"DATABASE_URL": "sqlite:///redress.db"}, tmp_path)

    assert refused.stderr.startswith("DATABASE_URL must name a PostgreSQL server")


@pytest.mark.slow
def test_a_command_on_a_database_without_tables_says_so_in_one_sentence(tmp_path):
    server = Postgres(tmp_path)
    server.hold()
    try:
        refused = {name: manage({}, tmp_path, name) for name in ("payouts", "database_roles", "demo")}
    finally:
        server.release()

    sentence = "The database has no tables yet, or not all of them: run `manage.py migrate` first."
    for name, answer in refused.items():
        assert (name, answer.returncode, answer.stderr.splitlines()) == (name, 1, [sentence])


def test_production_settings_pass_the_checks_for_deployment(tmp_path):
    checked = manage({**PRODUCTION, "SECRET_KEY": "k" * 30 + "0123456789abcdefghij"}, tmp_path)

    assert "no issues" in checked.stdout, checked.stderr


def test_the_secret_is_made_once_and_read_by_its_owner_only(tmp_path):
    path = tmp_path / "secret_key"

    assert secret_kept_in(path) == secret_kept_in(path)
    assert path.stat().st_mode & 0o077 == 0
    assert [file.name for file in tmp_path.iterdir()] == ["secret_key"]


def test_a_folder_that_cannot_be_made_is_told_with_its_reason(tmp_path):
    (tmp_path / "file").touch()

    with pytest.raises(ImproperlyConfigured, match=r"cannot be used .* choose another by VAR_DIR"):
        folder(tmp_path / "file" / "var")
