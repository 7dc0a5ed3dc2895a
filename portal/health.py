"""Is the portal alive, and can it serve? For load balancers and for `up`."""

from functools import cache
from http import HTTPStatus

from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from common.embedded.server import ServerUnavailable


@require_safe
@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """The process answers. Says nothing about the database, so that its failure restarts no web server."""
    return JsonResponse({"status": "alive"})


@require_safe
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """The database answers and has this version's tables."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        migrated = _is_migrated()
    except (Error, ServerUnavailable):
        return _not_ready("The database does not answer.")
    return JsonResponse({"status": "ready"}) if migrated else _not_ready("Migrations are not applied.")


class _NotMigrated(Exception):
    pass


def _is_migrated() -> bool:
    try:
        return _once_migrated()
    except _NotMigrated:
        return False


@cache
def _once_migrated() -> bool:
    """True, remembered for as long as this code runs; a refusal is an exception and therefore asked again."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise _NotMigrated
    return True


def _not_ready(message: str) -> JsonResponse:
    return JsonResponse({"error": "not_ready", "message": message, "fields": {}}, status=HTTPStatus.SERVICE_UNAVAILABLE)
