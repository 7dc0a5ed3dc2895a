"""`manage.py settle_backlog`: let every passed deadline take effect now, with a bar that shows how far it is."""

import json
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone
from tqdm import tqdm

from disputes.models import Claim
from disputes.overdue import BATCH, time_out_due

AT_NIGHT = 1_000  # nobody waits beside it, so more at once is only quicker


class Command(BaseCommand):
    help = "Pay and move on all claims whose deadline passed. Workers do so by themselves; this is for a long backlog."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--at-once", type=int, default=BATCH, help=f"claims a transaction; {AT_NIGHT} at night")
        parser.add_argument("--json", action="store_true", help="the result as one JSON object on the last line")

    def handle(self, *args: Any, **options: Any) -> None:
        now, started, moved = timezone.now(), time.monotonic(), 0
        # `disable=None`: the bar is drawn on a terminal only.
        with tqdm(total=Claim.objects.due(now).count(), unit=" claims", disable=None) as bar:
            while done := time_out_due(now=now, limit=options["at_once"]):
                moved += done
                bar.update(done)
        seconds = time.monotonic() - started
        result = {"claims": moved, "seconds": round(seconds, 3), "per_second": round(moved / seconds, 1)}
        self.stdout.write(json.dumps(result) if options["json"] else _sentence(result))


def _sentence(result: dict[str, float]) -> str:
    return f"{result['claims']} claims moved on in {result['seconds']} s, {result['per_second']} a second."
