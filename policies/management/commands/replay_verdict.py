"""manage.py replay_verdict: judge a stored decision again and compare the two to the last byte."""

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from policies.actions import Replayed, replayed
from policies.models import Verdict


class Command(BaseCommand):
    help = "Judge a stored decision again, under the version it was made under; exits 1 when it comes out differently."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("key", help="What it was judged for, for example claim:R-123.")
        parser.add_argument("--json", action="store_true", help="One object on the last line.")

    def handle(self, *args: Any, key: str, **options: Any) -> None:
        verdict = Verdict.objects.select_related("version__policy").filter(key=key).first()
        if verdict is None:
            raise CommandError(f"There is no verdict “{key}”.")
        again = replayed(verdict)
        self.stdout.write(_as_json(verdict, again) if options["json"] else _as_text(verdict, again))
        if not again.is_same:
            sys.exit(1)


def _as_json(verdict: Verdict, again: Replayed) -> str:
    said = {"key": verdict.key, "policy": verdict.version.policy.code, "version": verdict.version.number}
    return json.dumps({**said, "same": again.is_same, "kept": again.kept, "again": again.again})


def _as_text(verdict: Verdict, again: Replayed) -> str:
    outcome = "comes out the same, to the last byte" if again.is_same else "COMES OUT DIFFERENTLY"
    return f"{verdict.key} under {verdict.version} {outcome}.\nkept  {again.kept}\nagain {again.again}"
