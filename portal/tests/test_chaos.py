"""The short form of `make chaos`: every point is struck once, and every protection is taken away once."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from common.embedded.postgres import embedded_postgres
from portal.chaos.points import crash_points
from portal.chaos.protections import PROTECTIONS
from portal.chaos.report import Result, as_table
from portal.chaos.servers import dump
from portal.chaos.setup import tables_in

pytestmark = pytest.mark.slow

SEED = "1"


@pytest.fixture
def folder(django_db_setup: None, tmp_path: Path) -> Path:
    """Where a part works, with servers of its own. It finds the tables there that this run has made already."""
    folder = tmp_path / "chaos"
    folder.mkdir()
    if (server := embedded_postgres(settings.VAR_DIR)).url == settings.DATABASE_URL:
        dump(server, connection.settings_dict["TEST"]["TEMPLATE"], tables_in(folder))
    return folder


def chaos(only: str, folder: Path) -> dict[str, Any]:
    """What one part of the short form found."""
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "chaos", "--seed", SEED, "--only", only]
    environment = {**os.environ, "VAR_DIR": str(folder.parent)}
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=900)
    part: dict[str, Any]
    (part,) = json.loads((folder / "latest.json").read_text())["parts"]
    assert part["failures"] == [], ended.stderr
    assert ended.returncode == 0
    return part


def test_nothing_is_lost_whoever_dies_where(folder):
    part = chaos("matrix", folder)
    assert part["runs"] >= 60
    struck = part["details"]["struck"]
    assert set(struck) == set(crash_points())
    assert all(struck.values()), struck
    assert part["details"]["longest_recovery_seconds"] < 60


def test_without_any_of_the_protections_the_same_checks_go_red(folder):
    part = chaos("protections", folder)
    assert part["runs"] == len(PROTECTIONS) >= 12
    assert all(part["details"]["red without"].values())


@pytest.mark.parametrize("part", ["faults", "webhooks"])
def test_whatever_a_provider_says_everybody_is_paid_once(part, folder):
    assert chaos(f"{part}:short", folder)["runs"] >= 10


def test_there_are_points_enough_and_each_has_one_place():
    assert len(crash_points()) >= 40


def test_results_of_several_turns_add_up():
    first = Result("faults", 10, [], {"ended": {"settled": 9}, "longest_recovery_seconds": 2.0})
    first.add(
        Result("faults", 5, ["broken"], {"ended": {"settled": 4, "released": 1}, "longest_recovery_seconds": 1.0})
    )
    assert (first.runs, first.failures, first.bound) == (15, ["broken"], None)
    assert first.details == {"ended": {"settled": 13, "released": 1}, "longest_recovery_seconds": 2.0}


def test_the_bound_is_the_rule_of_three():
    assert Result("matrix", 3000).bound == pytest.approx(0.001)
    assert "0.1000%" in as_table([Result("matrix", 3000)])
