"""`manage.py messages`: keep the translations in step with the sentences in code and templates."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from common import catalogue


class Command(BaseCommand):
    help = "Update locale/zh_Hans/LC_MESSAGES/django.po: new messages in, unused ones out, translations kept."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="write nothing; exit 1 unless all is translated")
        parser.add_argument("--compile", action="store_true", help="write nothing; compile for Django where needed")

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        if options["compile"]:
            catalogue.compile_if_older(settings.BASE_DIR)
        elif check:
            self._check()
        else:
            self._update()

    def _check(self) -> None:
        problems = list(catalogue.problems(settings.BASE_DIR))
        for problem in problems:
            self.stderr.write(problem)
        if problems:
            raise CommandError(f"The translations have {len(problems)} problems.")

    def _update(self) -> None:
        path = settings.BASE_DIR / catalogue.CATALOGUE
        path.write_text(catalogue.updated(settings.BASE_DIR), encoding="utf-8")
        catalogue.compile_if_older(settings.BASE_DIR)
        missing = sum("is not translated" in problem for problem in catalogue.problems(settings.BASE_DIR))
        self.stdout.write(f"{catalogue.CATALOGUE}: {missing} messages wait for a translation.")
