"""Brings up what chaos works on. Runs in a process whose environment already names the servers (manage.py chaos)."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.utils import timezone
from django.utils.module_loading import import_string

from portal.celery import SWEEPS
from portal.chaos import victims, world
from portal.chaos.harness import Harness
from portal.chaos.servers import Broker, Database, Servers, postgres_in, running_provider, valkey_in
from portal.chaos.zygote import Zygote


def environment(folder: Path) -> dict[str, str]:
    """What the processes of chaos are told: servers of their own, as in production."""
    from portal.chaos.servers import DATABASE, SECRET, database_url  # noqa: PLC0415

    return {
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "VAR_DIR": str(folder),
        "DATABASE_URL": database_url(postgres_in(folder), DATABASE),
        "BROKER_URL": valkey_in(folder).url,
        "SANDBOX_SECRET": SECRET,
        "SECRET_KEY": "chaos needs no secret, only one that stays the same",
        "ALLOWED_HOSTS": "localhost,127.0.0.1",
        "DEBUG": "off",
        "DEMO": "on",
        "HTTPS": "off",
    }


@contextmanager
def ready_to_break() -> Iterator[Harness]:
    """The zygote is forked before anything is connected, so that no child shares a connection with us."""
    folder = Path(settings.VAR_DIR)
    database, broker = postgres_in(folder), valkey_in(folder)
    database.hold()
    broker.hold()
    try:
        with running_provider(folder) as provider:
            settings.SANDBOX_URL = provider.url
            _log_to(folder / "children.log")
            _import_everything()
            zygote = Zygote(victims.run)
            servers = Servers(Database(database), Broker(broker), provider)
            servers.database.recreate_empty()
            call_command("migrate", verbosity=0, interactive=False)
            world.seed(now=timezone.now())
            servers.database.keep_as_template()
            harness = Harness(servers, zygote)
            try:
                yield harness
            finally:
                harness.close()
                zygote.stop()
    finally:
        broker.release()
        database.release()


def _log_to(path: Path) -> None:
    """What the children complain about while things are broken under them is kept, and not printed."""
    root = logging.getLogger()
    for handler in root.handlers:
        root.removeHandler(handler)
    root.addHandler(logging.FileHandler(path, mode="w"))
    logging.captureWarnings(capture=True)


def _import_everything() -> None:
    import_string("portal.wsgi.application")
    import_string("portal.urls.urlpatterns")
    for sweep in SWEEPS:
        import_string(sweep.task)
