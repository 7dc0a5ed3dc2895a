"""/healthz, /readyz, /metrics and the limit on bodies: what stands in front of every room."""

import pytest
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor

from portal import health


@pytest.fixture
def nothing_remembered():
    health._once_migrated.cache_clear()
    yield
    health._once_migrated.cache_clear()


def test_alive_needs_no_database(client):
    assert client.get("/healthz").json() == {"status": "alive"}


@pytest.mark.django_db
def test_ready_with_all_migrations(client, nothing_remembered):
    assert client.get("/readyz").json() == {"status": "ready"}


@pytest.mark.django_db
def test_not_ready_before_the_last_migration(client, nothing_remembered, monkeypatch):
    monkeypatch.setattr(MigrationExecutor, "migration_plan", lambda *args: ["accounts.0001"])

    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()["message"]) == (503, "Migrations are not applied.")


@pytest.mark.django_db
def test_not_ready_without_a_database(client, monkeypatch):
    def refuse() -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr(connection, "cursor", refuse)

    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()["error"]) == (503, "not_ready")


def test_metrics_count_answers_by_route_and_not_by_address(client):
    client.get("/healthz")
    client.get("/no/such/page/R-123")

    text = client.get("/metrics").content.decode()

    assert 'redress_requests_total{method="GET",route="/healthz",status="200"}' in text
    assert 'route="unmatched",status="404"' in text
    assert "R-123" not in text


def test_metrics_of_several_processes_come_as_one(client, monkeypatch, tmp_path):
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path))

    assert "process_resident_memory_bytes" in client.get("/metrics").content.decode()


@pytest.mark.parametrize(("above", "status"), [(0, 401), (1, 413)])
def test_a_body_above_the_limit_is_refused_before_it_is_read(client, settings, above: int, status: int):
    answer = client.post("/api/v1/nothing", "x" * (settings.BODY_LIMIT_BYTES + above), content_type="application/json")

    assert answer.status_code == status
    assert answer.json().keys() == {"error", "message", "fields"}


def test_an_upload_may_be_larger(client, settings):
    length = str(settings.UPLOAD_LIMIT_BYTES + 1)

    answer = client.post(
        "/", headers={"content-length": length}, content_type="multipart/form-data; boundary=b", data=""
    )

    assert answer.status_code == 413
