"""manage.py database_roles: a role for the running portal that can add to the books and change nothing in them."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from portal.database_roles import RolesRefused, make_role


class Command(BaseCommand):
    requires_system_checks = ()
    help = "Make the database role of the running portal, or mend its rights. Run it as the owner of the tables."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--role", default=settings.WEB_ROLE, help="its name; %(default)s")

    def handle(self, *args: Any, role: str, **options: Any) -> None:
        try:
            make_role(role)
        except RolesRefused as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(f"The role {role} may add to the books and change nothing in them: set DATABASE_ROLE={role}.")
