"""manage.py import_policy: take a file of terms as a draft, which somebody else checks on the pages."""

import json
from argparse import ArgumentParser
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import Role, User
from common.errors import Refusal
from policies.actions import import_draft


class Command(BaseCommand):
    help = "Draft the terms of a file, for each of its markets. Nothing is published: somebody else checks it first."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--by", required=True, help="The e-mail address of the operator who drafts it.")
        parser.add_argument(
            "--effective-from",
            type=datetime.fromisoformat,
            help="From when on it shall apply (UTC); without it, what the file says.",
        )
        parser.add_argument("--json", action="store_true", help="One object on the last line.")

    def handle(self, *args: Any, file: Path, effective_from: datetime | None, **options: Any) -> None:
        by = User.objects.filter(email=options["by"].lower(), role=Role.OPERATOR, is_active=True).first()
        if by is None:
            raise CommandError(f"There is no operator “{options['by']}”.")
        if effective_from is not None and effective_from.tzinfo is None:
            effective_from = effective_from.replace(tzinfo=UTC)
        try:
            drafts = import_draft(path=file, by=by, effective_from=effective_from, at=timezone.now())
        except Refusal as refusal:
            raise CommandError(refusal.sentence()) from refusal
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}.") from error
        numbers = [version.number for version in drafts]
        if options["json"]:
            self.stdout.write(json.dumps({"policy": drafts[0].policy.code, "drafts": numbers}))
        else:
            self.stdout.write(f"Drafted as version {', '.join(map(str, numbers))} of {drafts[0].policy.code}.")
