from typing import Any

from django.apps import AppConfig, apps
from django.conf import settings
from django.core.checks import Tags, register
from django.core.management.base import CommandError
from django.db.models.signals import post_migrate, pre_migrate


class PortalConfig(AppConfig):
    name = "portal"

    def ready(self) -> None:
        from portal.checks import check_rights_on_the_books  # noqa: PLC0415 models are there only now

        register(check_rights_on_the_books, Tags.database)
        # Each room with tables sends these, before the first and after the last migration: one of them is enough.
        ledger = apps.get_app_config("ledger")
        pre_migrate.connect(_refuse_to_migrate_as_the_portal, sender=ledger)
        post_migrate.connect(_give_the_portal_its_rights, sender=ledger)


def _refuse_to_migrate_as_the_portal(**_: Any) -> None:
    if settings.DATABASE_ROLE:
        raise CommandError(
            f"The role {settings.DATABASE_ROLE} may not change tables:"
            " run `migrate` as their owner, without DATABASE_ROLE."
        )


def _give_the_portal_its_rights(**_: Any) -> None:
    """Tables may have come or changed."""
    from portal.database_roles import grant_rights, role_exists  # noqa: PLC0415 models are there only now

    if role_exists(settings.WEB_ROLE):
        grant_rights(settings.WEB_ROLE)
