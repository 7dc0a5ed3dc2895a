"""What may be asked of the books: which lines, and of which days."""

from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from ledger.models import TransferKind
from ledger.periods import FIRST_DAY, LAST_DAY, Period

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class DayInput(forms.DateInput):
    """The browser's own calendar, or plain text in the same spelling."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d", attrs={"min": str(FIRST_DAY), "max": str(LAST_DAY)})


class DayField(forms.DateField):
    """A day of the books."""

    def __init__(self, *, label: "StrOrPromise") -> None:
        super().__init__(label=label, required=False, widget=DayInput(), input_formats=["%Y-%m-%d"])

    def validate(self, value: date | None) -> None:
        """Refuses a day at the ends of the calendar."""
        super().validate(value)
        if value and not FIRST_DAY <= value <= LAST_DAY:
            raise ValidationError(_("Choose a day between 1970 and 2999."))


class PeriodForm(forms.Form):
    """From the first to the last day, both included; what is left out is not limited."""

    first = DayField(label=_("From"))
    last = DayField(label=_("To"))

    def clean(self) -> dict[str, Any]:
        """Refuses a period that ends before it begins."""
        given = super().clean() or {}
        first, last = given.get("first"), given.get("last")
        if first and last and first > last:
            self.add_error("last", _("The last day is before the first one."))
        return given

    def period(self) -> Period:
        """Raises nothing: only of a form that is valid."""
        return Period(self.cleaned_data["first"], self.cleaned_data["last"])


class JournalForm(PeriodForm):
    """Which lines of the journal are shown; `key` is the beginning of the keys."""

    key = forms.CharField(label=_("Key of a transfer"), required=False, max_length=120)
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", _("All kinds")), *TransferKind.choices])
    field_order = ("key", "kind", "first", "last")


class StatementForm(PeriodForm):
    """The days of a statement: the current month, unless others are asked for."""

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def period(self) -> Period:
        """A statement always begins on a day."""
        asked = super().period()
        last = asked.last or self.today
        return Period(asked.first or last.replace(day=1), last)


class ExportForm(PeriodForm):
    """Which file of the books."""

    format = forms.ChoiceField(
        label=_("Format"),
        choices=[
            ("jsonl", _("JSON lines, with the seals (verify_export.py checks them)")),
            ("csv", _("CSV, for a spreadsheet")),
            ("beancount", _("beancount journal")),
            ("hledger", _("hledger journal")),
        ],
    )
    field_order = ("format", "first", "last")
