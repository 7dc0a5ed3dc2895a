"""manage.py export_policy: write a version as a file of terms, comments and all."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from policies.actions import exported
from policies.in_force import in_force
from policies.models import Version


class Command(BaseCommand):
    help = "Write a version of a policy as YAML, which import_policy takes back to the same terms."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("policy", help="Its code, for example closed_store.")
        parser.add_argument("number", type=int, nargs="?", help="Which version; without it the one in force.")
        parser.add_argument("--market", default="", help="Without a number: of this market.")
        parser.add_argument("--to", type=Path, help="The file to write; without it to the standard output.")

    def handle(self, *args: Any, policy: str, number: int | None, **options: Any) -> None:
        version = _version(policy, number, options["market"])
        if version is None:
            raise CommandError(f"There is no such version of “{policy}”.")
        text = exported(version)
        if options["to"]:
            options["to"].write_text(text, encoding="utf-8")
        else:
            sys.stdout.write(text)


def _version(policy: str, number: int | None, market: str) -> Version | None:
    if number is None:
        return in_force([policy], at=timezone.now(), market=market).get(policy)
    return Version.objects.select_related("policy").filter(policy__code=policy, number=number).first()
