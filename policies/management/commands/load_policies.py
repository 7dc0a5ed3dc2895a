"""manage.py load_policies: publish the terms of policies/terms that are not in force yet."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from common.errors import Refusal
from policies.actions import Loaded, load_all


class Command(BaseCommand):
    help = "Publish the terms in policies/terms that are not in force yet. Running it again changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--effective-from",
            type=datetime.fromisoformat,
            help="For the first installation: the day since when the terms judge orders that exist already (UTC)."
            " Without it they apply to orders placed from now on.",
        )
        parser.add_argument("--json", action="store_true", help="One object on the last line.")

    def handle(self, *args: Any, effective_from: datetime | None, **options: Any) -> None:
        if effective_from is not None and effective_from.tzinfo is None:
            effective_from = effective_from.replace(tzinfo=UTC)
        try:
            loaded = load_all(at=timezone.now(), effective_from=effective_from)
        except Refusal as refusal:
            raise CommandError(refusal.sentence()) from refusal
        self.stdout.write(json.dumps(asdict(loaded)) if options["json"] else _as_text(loaded))


def _as_text(loaded: Loaded) -> str:
    return f"{loaded.published} versions published, {loaded.unchanged} unchanged."
