"""manage.py up: the whole portal on this machine."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from common.embedded.server import ServerUnavailable
from portal.launch import CannotStart, Launch


class Command(BaseCommand):
    requires_system_checks = ()
    help = "Run the portal: database, tables, demo data, web, worker, beat and sweeps, until Ctrl-C."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="Where to listen; ALLOWED_HOSTS says who may ask.")

    def handle(self, *args: Any, host: str, **options: Any) -> None:
        try:
            Launch(host).run()
        except (CannotStart, ServerUnavailable) as error:
            raise CommandError(str(error)) from error
