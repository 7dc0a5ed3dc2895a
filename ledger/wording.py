"""The owners of accounts in words, as far as the books know them: the fund's budgets."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

BUDGETS: Mapping[str, Promise] = {"special": _("Special fund"), "empathy": _("Empathy fund")}


def name_of_budget(code: str) -> str:
    """A budget's name in the reader's language; one that is not known here is called by its code."""
    return str(BUDGETS.get(code, code))
