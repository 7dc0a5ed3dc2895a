"""The embedded servers: who starts them, who stops them, and what a crash leaves behind."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest
from django.conf import settings

from common.embedded.postgres import DATABASE, PORT, USER, Postgres
from common.embedded.server import Server, ServerUnavailable
from common.embedded.valkey import Valkey

pytestmark = pytest.mark.slow


@pytest.fixture
def postgres(tmp_path):
    server = Postgres(tmp_path)
    yield server
    server.release()


def connect(server: Postgres) -> psycopg.Connection:
    return psycopg.connect(host=str(server.socket_folder), port=PORT, user=USER, dbname=DATABASE, autocommit=True)


def process_id(server: Postgres) -> int:
    return int(server.pid_file.read_text().split()[0])


def kill(server: Postgres) -> None:
    os.kill(process_id(server), signal.SIGKILL)


@pytest.mark.parametrize("kind", [Postgres, Valkey])
def test_the_second_joins_and_the_last_one_out_stops_the_server(tmp_path: Path, kind: type[Server]):
    first, second = kind(tmp_path), kind(tmp_path)
    first.hold()
    second.hold()

    first.release()
    assert second.is_running()

    second.release()
    assert not second.is_running()


def test_a_user_that_is_killed_no_longer_counts(postgres):
    script = (
        "import os, signal, sys; from pathlib import Path; from common.embedded.postgres import Postgres;"
        "Postgres(Path(sys.argv[1])).hold(); os.kill(os.getpid(), signal.SIGKILL)"
    )
    subprocess.run([sys.executable, "-c", script, str(postgres.folder.parent)], check=False)
    assert postgres.is_running()

    postgres.hold()
    postgres.release()

    assert not postgres.is_running()


def test_nothing_committed_is_lost_when_the_server_is_killed(postgres):
    postgres.hold()
    with connect(postgres) as session:
        session.execute("CREATE TABLE kept AS SELECT 42 AS answer")
        kill(postgres)

    assert postgres.revive()

    with connect(postgres) as session:
        assert session.execute("SELECT answer FROM kept").fetchone() == (42,)
        assert session.execute("SHOW fsync").fetchone() == ("on",)
        assert session.execute("SHOW synchronous_commit").fetchone() == ("on",)


def test_asking_whether_it_runs_leaves_no_complaint_in_its_log(postgres):
    postgres.hold()

    for _look in range(3):
        assert postgres.is_running()
    assert "FATAL" not in postgres.log.read_text()


def test_a_running_server_is_not_revived(postgres):
    postgres.hold()

    assert not postgres.revive()


def test_the_next_connection_of_django_brings_a_killed_server_back(tmp_path):
    script = """
import os, signal, django
django.setup()
from django.conf import settings
from django.db import connection
from common.embedded.postgres import embedded_postgres
connection.cursor().execute("SELECT 1")
connection.close()
os.kill(int(embedded_postgres(settings.VAR_DIR).pid_file.read_text().split()[0]), signal.SIGKILL)
with connection.cursor() as cursor:
    cursor.execute("SELECT 'back'")
    print(cursor.fetchone()[0])
"""
    environment = {"PATH": os.environ["PATH"], "VAR_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "portal.settings"}

    ran = subprocess.run(
        [sys.executable, "-c", script],
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert ran.stdout == "back\n", ran.stderr
    assert not Postgres(tmp_path).is_running()


def test_half_a_cluster_is_built_again(postgres):
    for half in (postgres.data, postgres.folder / "data.new-4711"):
        (half / "base").mkdir(parents=True)

    postgres.hold()

    assert postgres.is_running()
    assert not list(postgres.folder.glob("data.new-*"))
    assert len(list(postgres.folder.glob("data.unusable-*/base"))) == 1


@pytest.mark.parametrize("left_behind", [f"{os.getpid()}\n", "", "12"], ids=["of a living process", "empty", "cut"])
def test_a_pid_file_from_before_stops_nobody(postgres, left_behind: str):
    postgres.hold()
    rest = postgres.pid_file.read_text().partition("\n")[2]
    os.kill(process_id(postgres), signal.SIGQUIT)
    while postgres.is_running() or postgres.pid_file.exists():  # it removes the file when all its backends are gone
        time.sleep(0.05)
    postgres.pid_file.write_text(left_behind + (rest if left_behind else ""))

    postgres.revive()

    assert postgres.is_running()


def test_another_version_is_refused_in_one_sentence(postgres):
    postgres.hold()
    postgres.release()
    (postgres.data / "PG_VERSION").write_text("16\n")

    with pytest.raises(ServerUnavailable, match=r"was made by PostgreSQL 16, this portal brings 18: move the data"):
        postgres.hold()


def test_a_configuration_it_cannot_start_with_is_told_with_its_reason(postgres):
    postgres.hold()
    postgres.release()
    with (postgres.data / "postgresql.conf").open("a") as configuration:
        configuration.write("\nwal_level = nonsense\n")

    with pytest.raises(
        ServerUnavailable, match=r"PostgreSQL did not start: .* See .*log; to begin with an empty database, remove"
    ):
        postgres.hold()


def test_a_path_too_long_for_a_socket_gets_a_short_one(tmp_path):
    deep = tmp_path / ("long" * 12) / ("长" * 20)
    server = Valkey(deep)
    server.hold()
    try:
        assert server.is_running()
        assert len(os.fsencode(server.socket_path)) <= 103
        assert server.socket_folder.stat().st_mode & 0o077 == 0
    finally:
        server.release()
        (server.socket_folder).rmdir()


def test_a_killed_broker_is_revived(tmp_path):
    server = Valkey(tmp_path)
    server.hold()
    server.stop()

    assert server.revive()
    assert server.is_running()
    server.release()


def test_a_machine_without_the_wheels_is_told_what_to_set(tmp_path, monkeypatch):
    monkeypatch.setattr("common.embedded.postgres.find_spec", lambda name: None)
    monkeypatch.setattr("common.embedded.valkey.find_spec", lambda name: None)

    with pytest.raises(ServerUnavailable, match="set DATABASE_URL and BROKER_URL"):
        Postgres(tmp_path).hold()
    with pytest.raises(ServerUnavailable, match="set BROKER_URL"):
        Valkey(tmp_path).hold()
