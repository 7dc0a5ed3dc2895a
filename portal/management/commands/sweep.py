"""manage.py sweep: everything that is due, with no broker and no worker."""

import signal
import sys
from argparse import ArgumentParser
from threading import Event
from typing import Any

from django.core.management.base import BaseCommand

from portal.sweeps import sweep_once, sweep_until


class Command(BaseCommand):
    requires_system_checks = ()
    help = "Do everything that is due, again and again until stopped. Needs the database only, no broker."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="Stop when nothing is due any more.")

    def handle(self, *args: Any, once: bool, **options: Any) -> None:
        if once:
            if failed := sweep_once():
                self.stderr.write(f"{failed} sweeps failed; the log says why.")
                sys.exit(1)
            return
        stop = Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stop.set())
        sweep_until(stop)
