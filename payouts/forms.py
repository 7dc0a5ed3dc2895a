"""The questions finance is asked before it acts on payouts: a reason each time, so that the history explains itself."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.forms import MoneyField
from payouts.models import BreakKind
from payouts.statements import REASON_LIMIT

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class BecauseForm(forms.Form):
    """Why."""

    because = forms.CharField(
        label=_("Why?"),
        help_text=_("It stands in the history under your name."),
        max_length=REASON_LIMIT,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say why: whoever looks at this later has only your words.")},
    )


class LimitForm(BecauseForm):
    """How much a budget may give away in a day, in whole minor units; left empty, as much as it holds."""

    field_order = ("amount", "because")

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["amount"] = MoneyField(
            currency=currency,
            minimum=0,
            label=_("How much may it give away in a day?"),
            help_text=_("Leave it empty for no limit. A day ends at midnight UTC."),
            required=False,
        )
        self.order_fields(self.field_order)


class StopForm(BecauseForm):
    """What to stop, and why."""

    gateway = forms.ChoiceField(
        label=_("Which payouts?"),
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("Choose what to stop.")),
    )
    field_order = ("gateway", "because")

    ALL = "all"

    def __init__(self, *args: Any, gateways: "Iterable[tuple[str, StrOrPromise]]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["gateway"].choices = list(gateways)  # type: ignore[attr-defined]  # a ChoiceField, see above

    def clean_gateway(self) -> str:
        """The gateway's code, "" for all."""
        chosen: str = self.cleaned_data["gateway"]
        return "" if chosen == self.ALL else chosen


class ReportForm(forms.Form):
    """A provider's report to be read."""

    gateway = forms.ChoiceField(label=_("Whose report is it?"), widget=forms.RadioSelect)
    file = forms.FileField(
        label=_("The report"),
        help_text=_(
            "A CSV file as the provider gives it. The same file twice changes nothing. One that is too large to be "
            "sent here is read by the command import_report."
        ),
        error_messages={"required": _("Choose the file."), "empty": _("The file is empty.")},
    )

    def __init__(self, *args: Any, gateways: "Iterable[tuple[str, StrOrPromise]]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["gateway"].choices = list(gateways)  # type: ignore[attr-defined]  # a ChoiceField, see above


class ResolutionForm(BecauseForm):
    """What became of the money of a break, and why."""

    resolution = forms.ChoiceField(
        label=_("What became of the money?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what became of the money.")},
    )
    field_order = ("resolution", "because")

    def __init__(self, *args: Any, ways: "Iterable[tuple[str, StrOrPromise]]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["resolution"].choices = list(ways)  # type: ignore[attr-defined]  # a ChoiceField, see above


class AgreementForm(forms.Form):
    """What the checker looked at: the number of the step that proposed it."""

    proposal = forms.IntegerField(widget=forms.HiddenInput)


ANY = ("", pgettext_lazy("filter of breaks", "Any"))


class BreaksForm(forms.Form):
    """Which breaks are wanted; what is not among the choices narrows nothing."""

    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[ANY, *BreakKind.choices])
    gateway = forms.ChoiceField(label=_("Gateway"), required=False)
    owner = forms.ChoiceField(
        label=_("Looked after by"),
        required=False,
        choices=[ANY, ("me", _("Me")), ("nobody", _("Nobody yet"))],
    )
    age = forms.ChoiceField(
        label=_("Age"),
        required=False,
        choices=[ANY, ("1", _("More than a day")), ("7", _("More than a week")), ("30", _("More than 30 days"))],
    )
    currency = forms.RegexField("^[A-Z]{3}$", required=False, widget=forms.HiddenInput)
    ended = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, gateways: "Iterable[tuple[str, StrOrPromise]]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["gateway"].choices = [ANY, *gateways]  # type: ignore[attr-defined]  # a ChoiceField, see above

    def asked(self) -> dict[str, Any]:
        """What was asked for and is a choice."""
        self.full_clean()
        return {name: self.cleaned_data.get(name, "") for name in self.fields}
