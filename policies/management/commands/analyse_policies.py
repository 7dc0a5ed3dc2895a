"""manage.py analyse_policies [FILE]: gaps, overlaps and entries of terms that can never apply; 1 when there is one."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from common.errors import Refusal
from policies.actions import Document, documents
from policies.analyser import Finding, analyse, analysis_of


class Command(BaseCommand):
    help = "Search terms for gaps, overlaps and entries that can never apply: of a file, a folder, or of all policies."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, metavar="FILE", help="terms as YAML, or a folder of them")
        parser.add_argument("--json", action="store_true", help="the result as one JSON object on the last line")

    def handle(self, *args: Any, file: Path | None, **options: Any) -> None:
        if file is not None and not file.exists():
            raise CommandError(f"There is no file {file}.")
        try:
            written = list(documents(file))
        except Refusal as refusal:
            raise CommandError(refusal.sentence()) from refusal
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}.") from error
        found = [(document, finding) for document in tqdm(written, disable=None) for finding in _findings(document)]
        undeclared = sorted({document.policy for document in written if analysis_of(document.policy) is None})
        if options["json"]:
            self.stdout.write(json.dumps(_result(written, found, undeclared)))
        else:
            self._tell(written, found, undeclared)
        if found:
            raise SystemExit(1)

    def _tell(self, written: list[Document], found: list[tuple[Document, Finding]], undeclared: list[str]) -> None:
        for document, finding in found:
            self.stdout.write(f"{document.policy} ({document.path.name}): {finding.sentence()}")
        if undeclared:
            self.stdout.write(f"Not searched, because no rule reads their terms: {', '.join(undeclared)}.")
        self.stdout.write(f"{len(written)} files of terms, {len(found)} findings.")


def _findings(document: Document) -> list[Finding]:
    """What is wrong in any of its markets, each thing once."""
    every = (
        finding for market in document.markets for finding in analyse(document.policy, document.terms, market=market)
    )
    return list({(finding.kind, finding.path): finding for finding in every}.values())


def _result(written: list[Document], found: list[tuple[Document, Finding]], undeclared: list[str]) -> dict[str, Any]:
    return {
        "files": len(written),
        "findings": [
            {"policy": document.policy, "file": document.path.name, **finding.as_dict()} for document, finding in found
        ],
        "not_searched": undeclared,
        "ok": not found,
    }
