"""manage.py verify_books: is every cent where it should be?"""

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from portal.verification import Verification, verify


class Command(BaseCommand):
    requires_system_checks = ()
    help = "Prove the books. Exits with 1 and the first break when anything is off."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="One object on the last line.")

    def handle(self, *args: Any, json: bool, **options: Any) -> None:
        verification = verify()
        self.stdout.write(_as_json(verification) if json else _as_text(verification))
        if not verification.ok:
            sys.exit(1)


def _as_json(verification: Verification) -> str:
    first = verification.first_break
    return json.dumps(
        {
            "ok": verification.ok,
            **verification.counts,
            "first_break": f"{first.room}: {first.sentence}" if first else None,
        }
    )


def _as_text(verification: Verification) -> str:
    counts = verification.counts
    looked_at = f"{counts['accounts']} accounts, {counts['transfers']} transfers and {counts['claims']} claims"
    first = verification.first_break
    return f"{first.room}: {first.sentence}" if first else f"The books are right: {looked_at} were looked at."
