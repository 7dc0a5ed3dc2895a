"""Write docs/access.md."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from portal.access import as_markdown


class Command(BaseCommand):
    help = "Write docs/access.md: for every address and method, what each person meets there."

    def handle(self, *args: Any, **options: Any) -> None:
        path = settings.BASE_DIR / "docs" / "access.md"
        path.write_text(as_markdown(), encoding="utf-8")
        self.stdout.write(f"Wrote {path.relative_to(settings.BASE_DIR)}.")
