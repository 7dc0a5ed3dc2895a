"""manage.py demo: fill an empty database with the demo marketplace; a database with people in it stays as it is."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from portal.demo import DemoRefused, is_empty, make_demo


class Command(BaseCommand):
    help = "Fill an empty database with the demo marketplace. Refuses where DEMO is off."

    def handle(self, *args: Any, **options: Any) -> None:
        if not is_empty():
            self._say("There are people here already: nothing was changed.", options)
            return
        try:
            made = make_demo(now=timezone.now())
        except DemoRefused as refused:
            raise CommandError(str(refused)) from refused
        self._say(
            f"The demo stands: {made.people} people to sign in as, {made.orders} orders, {made.claims} claims.",
            options,
        )

    def _say(self, sentence: str, options: dict[str, Any]) -> None:
        if options["verbosity"]:
            self.stdout.write(sentence)
