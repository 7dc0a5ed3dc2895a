"""Forms in the portal's own clothes: every field is drawn by components/field.html, every sum is whole minor units."""

import re
import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.renderers import TemplatesSetting
from django.utils.functional import Promise, lazy
from django.utils.translation import gettext_lazy as _

from common.formats import money_symbol, money_text
from common.money import exponent, major_units, minor_units

MOST_DIGITS = 15

# Thousands as people part them: whole groups of three, by one kind of mark.
GROUPED = re.compile(r"[+-]?[1-9]\d{0,2}([, ])\d{3}(?:\1\d{3})*(?:\.\d*)?")
MARKS = re.compile("[, ]")
FIGURES = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)")


class Renderer(TemplatesSetting):
    """settings.FORM_RENDERER: `{{ form }}` gives the error summary and all fields."""

    form_template_name = "components/form.html"
    field_template_name = "components/field.html"


class MomentInput(forms.DateTimeInput):
    """A day and a time of it, which browsers offer a calendar for."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


class MoneyInput(forms.TextInput):
    """A text input with the currency in front of it; phones show their figures."""

    template_name = "components/money_input.html"

    def __init__(self, currency: str) -> None:
        super().__init__(attrs={"inputmode": "decimal", "autocomplete": "off"})
        self.currency = currency

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        return {**super().get_context(name, value, attrs), "symbol": money_symbol(self.currency)}


class MoneyField(forms.DecimalField):
    """A sum that people write in major units ("12.50") and the portal reads as whole minor units (1250).

    `minimum`, `maximum` and `initial` are minor units. More decimals than the currency has are refused: nothing is
    ever rounded on the way in. Commas and spaces may part thousands ("1,250.00"); anywhere else they are refused, as
    "12,50" is 12.50 to some and must never become 1,250. A sum is figures, so "1e5" is none; figures of full width, as
    Chinese keyboards write them, are the same figures.
    """

    def __init__(self, *, currency: str, minimum: int = 1, maximum: int | None = None, **kwargs: Any) -> None:
        self.currency = currency
        super().__init__(
            widget=MoneyInput(currency),
            min_value=major_units(minimum, currency),
            max_value=None if maximum is None else major_units(maximum, currency),
            decimal_places=exponent(currency),
            max_digits=MOST_DIGITS,
            error_messages={
                "invalid": _("Enter a sum in figures, for example 12.50."),
                "comma": _(
                    "Write decimals after a point, for example 12.50; commas only part thousands, as in 1,250.00."
                ),
                "min_value": _limit_sentence(_("Enter at least %(limit)s."), minimum, currency),
                "max_value": _limit_sentence(_("Enter at most %(limit)s."), maximum or 0, currency),
                "max_decimal_places": _("Enter a sum with at most %(max)s decimals."),
                **kwargs.pop("error_messages", {}),
            },
            **kwargs,
        )

    def prepare_value(self, value: Any) -> Any:
        return f"{major_units(value, self.currency):f}" if isinstance(value, int) else value

    def to_python(self, value: Any) -> Any:
        """Major units, read without what parts their thousands."""
        if not isinstance(value, str):
            return super().to_python(value)
        text = unicodedata.normalize("NFKC", value).strip()
        if MARKS.search(text):
            if not GROUPED.fullmatch(text):
                raise ValidationError(self.error_messages["comma"], code="comma")
            text = MARKS.sub("", text)
        if text and not FIGURES.fullmatch(text):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(text)

    def clean(self, value: Any) -> Any:
        """Whole minor units, or None when the field was left empty."""
        in_major_units = super().clean(value)
        return None if in_major_units is None else minor_units(in_major_units, self.currency)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(None if initial is None else major_units(initial, self.currency), data)


def _limit_sentence(sentence: str | Promise, limit: int, currency: str) -> str:
    """The sentence with its sum, both put into the reader's language when it is shown."""
    return lazy(lambda: str(sentence) % {"limit": money_text(limit, currency)}, str)()
