"""Brings up what chaos works on. Runs in a process whose environment already names the servers (manage.py chaos)."""

import logging
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from django.utils.module_loading import import_string

from common.migrated import digest_of_migrations
from portal.celery import SWEEPS
from portal.chaos import victims, world
from portal.chaos.harness import Harness
from portal.chaos.servers import (
    DATABASE,
    SECRET,
    STRIPE_KEY,
    Broker,
    Database,
    Servers,
    database_url,
    dump,
    postgres_in,
    running_provider,
    valkey_in,
)
from portal.chaos.zygote import Zygote


def environment(folder: Path) -> dict[str, str]:
    """What the processes of chaos are told: servers of their own, as in production."""
    return {
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "VAR_DIR": str(folder),
        "DATABASE_URL": database_url(postgres_in(folder), DATABASE),
        "BROKER_URL": valkey_in(folder).url,
        "SANDBOX_SECRET": SECRET,
        **({"STRIPE_API_KEY": STRIPE_KEY, "STRIPE_WEBHOOK_SECRET": SECRET} if find_spec("stripe") else {}),
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
    broker = valkey_in(folder)
    with ExitStack() as leaving:
        broker.hold()
        leaving.callback(broker.release)
        provider = leaving.enter_context(running_provider(folder))
        settings.SANDBOX_URL = settings.STRIPE_API_BASE = provider.url
        _import_everything()
        _log_to(folder / "children.log")
        zygote = Zygote(victims.run)
        leaving.callback(zygote.stop)
        database = leaving.enter_context(database_ready())
        world.seed(now=timezone.now())
        database.keep_as_template()
        harness = Harness(Servers(database, Broker(broker), provider), zygote)
        leaving.callback(harness.close)
        yield harness


@contextmanager
def database_ready() -> Iterator[Database]:
    """The default database with all its tables and nothing in them, on a cluster of its own."""
    server = postgres_in(Path(settings.VAR_DIR))
    server.hold()
    try:
        database = Database(server)
        database.recreate(empty=True)
        tables = tables_in(Path(settings.VAR_DIR).parent)
        if tables.exists():
            database.restore(tables)
        else:
            call_command("migrate", verbosity=0, interactive=False)
            dump(server, DATABASE, tables)
        yield database
    finally:
        connection.close()
        server.release()


def tables_in(folder: Path) -> Path:
    """Where all parts find the tables that the migrations made for the first of them."""
    return folder / f"tables-{digest_of_migrations()[:16]}.dump"


def _log_to(path: Path) -> None:
    """What the children complain about while things are broken under them is kept, and not printed."""
    root = logging.getLogger()
    for handler in list(root.handlers):
        root.removeHandler(handler)
    root.addHandler(logging.FileHandler(path, mode="w"))
    logging.captureWarnings(capture=True)


def _import_everything() -> None:
    """What a child would need a second for. (The WSGI application sets the logging up anew.)"""
    import_string("portal.wsgi.application")
    import_string("portal.urls.urlpatterns")
    for sweep in SWEEPS:
        import_string(sweep.task)
