"""Fields that several questions share."""

from typing import TYPE_CHECKING

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from disputes.statements import LONGEST

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


CHOOSE = ("", pgettext_lazy("nothing chosen", "Choose one"))


def statement_field(label: "StrOrPromise", *, hint: "StrOrPromise" = "", required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=hint,
        required=required,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Say in your own words why: the others read it.")},
    )
