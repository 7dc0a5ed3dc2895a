"""What a consumer is asked, step by step, who files a claim."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import MomentInput, MoneyField
from compensation.schemes.registry import (
    FIRST_YEAR,
    LAST_YEAR,
    LONGEST_TEXT,
    particulars_of,
    refuse_impossible_report,
)
from disputes.forms.fields import statement_field
from disputes.questions import Question, questions_about
from orders.models import Line
from policies.shapes import MinorUnits, Misshapen, plain
from policies.wording import problem_sentence

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class ReasonForm(forms.Form):
    """Step 1 of filing."""

    reason = forms.ChoiceField(
        label=_("What went wrong?"),
        help_text=_("Choose what comes closest. You can explain it in your own words later."),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what went wrong."), "invalid_choice": _("Choose what went wrong.")},
    )

    def __init__(self, *args: Any, reasons: "Iterable[tuple[str, StrOrPromise]]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].choices = list(reasons)  # type: ignore[attr-defined]  # a ChoiceField, see above


class ParticularsForm(forms.Form):
    """Between the reason and the remedy: what the guarantee asks about the reason, one field for each question."""

    def __init__(self, *args: Any, reason: str, line: Line, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._reason, self._line, self._now = reason, line, now
        for question in questions_about(reason, line.order.kind):
            self.fields[question.name] = _field_for(question, line.order.currency)

    def clean(self) -> dict[str, Any]:
        """Also `particulars`, the answers in plain form, as the scheme can read them."""
        answered = super().clean() or {}
        told = {name: plain(value) for name, value in answered.items() if value not in (None, "", [])}
        try:
            typed = particulars_of(self._reason, self._line.order.kind, told)
            refuse_impossible_report(self._line, self._reason, typed, now=self._now)
        except Misshapen as problem:
            if not self.errors:
                self.add_error(problem.path if problem.path in self.fields else None, problem_sentence(problem))
        return {"particulars": told}


def _field_for(question: Question, currency: str) -> forms.Field:
    words: dict[str, Any] = {"label": question.label, "help_text": question.hint, "required": question.required}
    if question.choices:
        kind = forms.MultipleChoiceField if question.many else forms.ChoiceField
        widget = forms.CheckboxSelectMultiple if question.many else forms.RadioSelect
        return kind(choices=list(question.choices.items()), widget=widget, **words)
    if question.kind is MinorUnits:
        return MoneyField(currency=currency, minimum=0, **words)
    if question.kind is bool:
        return forms.BooleanField(**{**words, "required": False})
    return FIELDS[question.kind](**words)


def _refuse_outside_the_calendar(moment: datetime) -> None:
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise forms.ValidationError(problem_sentence(Misshapen("", "not_a_moment", value=moment.isoformat())))


FIELDS: Mapping[Any, Callable[..., forms.Field]] = {
    str: partial(forms.CharField, max_length=LONGEST_TEXT),
    int: partial(
        forms.IntegerField, min_value=0, widget=forms.NumberInput(attrs={"inputmode": "numeric", "class": "short"})
    ),
    float: partial(forms.FloatField, widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "short"})),
    datetime: partial(
        forms.DateTimeField,
        widget=MomentInput,
        validators=[_refuse_outside_the_calendar],
    ),
    date: partial(forms.DateField, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")),
}


class RemedyForm(forms.Form):
    """Step 2 of filing: the choices are the entitlements; the page draws them with their sums and reasons."""

    remedy = forms.ChoiceField(
        label=_("What would put it right?"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose what would put it right."),
            "invalid_choice": _("Choose what would put it right."),
        },
    )

    def __init__(self, *args: Any, remedies: "Iterable[tuple[str, StrOrPromise]]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["remedy"].choices = list(remedies)  # type: ignore[attr-defined]  # a ChoiceField, see above


class DetailsForm(forms.Form):
    """Step 3 of filing: what happened in the consumer's own words, and how much of it where there is a choice."""

    def __init__(
        self, *args: Any, currency: str, most: int, most_quantity: int, by_amount: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if most_quantity > 1:
            self.fields["quantity"] = forms.IntegerField(
                label=_("How many pieces are affected?"),
                min_value=1,
                max_value=most_quantity,
                initial=most_quantity,
                error_messages=dict.fromkeys(
                    ("required", "invalid", "min_value", "max_value"),
                    _("Enter a whole number from 1 to %(most)s.") % {"most": most_quantity},
                ),
                widget=forms.NumberInput(attrs={"inputmode": "numeric", "class": "short"}),
            )
        self.fields["statement"] = statement_field(
            _("What happened?"),
            hint=_("One or two sentences are enough. The merchant reads them, and our people if it comes to that."),
            required=False,
        )
        if most_quantity == 1 and by_amount:
            self.fields["amount"] = MoneyField(
                label=_("How much do you ask for?"),
                help_text=_("Leave it as it is to ask for all that is owed."),
                currency=currency,
                maximum=most,
                required=False,
            )


class ShownClaimForm(forms.Form):
    """Step 4 of filing: the claim just as the page showed it, so that nothing else is sent than what was seen."""

    reason = forms.CharField(widget=forms.HiddenInput)
    particulars = forms.JSONField(required=False, widget=forms.HiddenInput)
    remedy = forms.CharField(widget=forms.HiddenInput)
    quantity = forms.IntegerField(required=False, widget=forms.HiddenInput)
    amount = forms.IntegerField(required=False, widget=forms.HiddenInput)
    statement = forms.CharField(required=False, widget=forms.HiddenInput)
    owed = forms.IntegerField(widget=forms.HiddenInput)
    settles = forms.CharField(widget=forms.HiddenInput)
