"""Names that were given in two languages, shown in the reader's: `{{ line|called }}`, `{{ store|called }}`."""

from typing import Any

from django import template
from django.utils.translation import get_language

register = template.Library()


@register.filter
def called(thing: Any) -> str:
    """The title or name of a row, or its code without one; for Chinese readers the Chinese twin, where there is one."""
    column = "title" if hasattr(thing, "title") else "name"
    twin = getattr(thing, f"{column}_zh", "") if (get_language() or "").startswith("zh") else ""
    return twin or getattr(thing, column) or getattr(thing, "code", "")
