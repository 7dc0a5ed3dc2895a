"""What operators and merchants are asked beside the terms themselves."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.forms import MomentInput
from policies.actions.refusals import FURTHEST, TooFarAhead
from policies.models import Version
from policies.written import LONGEST

REASON_LIMIT = 2000


class MomentForm(forms.Form):
    """From when on something applies, to the minute, in the reader's own zone; never in the past."""

    effective_from = forms.DateTimeField(
        label=_("From when on?"),
        help_text=_(
            "It applies to orders placed from this moment on, in your own time zone. It cannot be in the past."
        ),
        widget=MomentInput(),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
        error_messages={
            "required": _("Say from when on it applies."),
            "invalid": _("Write the day and the time, for example 2026-12-01 08:00."),
        },
    )

    def __init__(self, *args: Any, now: datetime, unchanged: datetime | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now, self.unchanged = now, unchanged

    def clean_effective_from(self) -> datetime | None:
        """The moment; one that was not touched keeps its seconds."""
        chosen: datetime | None = self.cleaned_data["effective_from"]
        if chosen is None:
            return None
        if self.unchanged and chosen == self.unchanged.replace(second=0, microsecond=0):
            chosen = self.unchanged
        if chosen < self.now:
            raise ValidationError(_("This moment has passed. Choose one that is still to come."))
        if chosen > self.now + FURTHEST:
            raise ValidationError(str(TooFarAhead.message))
        return chosen


class StartForm(MomentForm):
    """From when on a merchant takes part, or (`leaves`) no longer does; left empty, at once."""

    def __init__(self, *args: Any, leaves: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asked = self.fields["effective_from"]
        asked.required = False
        asked.help_text = _("Leave it empty for at once. Orders placed before keep what was promised with them.")
        if leaves:
            asked.label = _("From when on do you no longer give it?")


class DraftForm(MomentForm):
    """A new draft: for which market, from when on, and whose terms it begins with."""

    market = forms.CharField(
        label=_("For which market?"),
        help_text=_("Leave it empty for every market without terms of its own."),
        required=False,
        max_length=40,
    )
    base = forms.ChoiceField(
        label=_("Which terms does it begin with?"),
        error_messages={"required": _("Choose a version."), "invalid_choice": _("Choose one of these versions.")},
    )
    field_order = ("base", "market", "effective_from")

    def __init__(self, *args: Any, bases: Sequence[Version], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(version.number), base_label(version)) for version in bases]
        self.fields["base"].choices = choices  # type: ignore[attr-defined]  # a ChoiceField, see above


def base_label(version: Version) -> str:
    """A version as one of several to begin with."""
    told = _("Version %(number)s (%(status)s)") % {"number": version.number, "status": version.get_status_display()}
    return f"{told} · {version.market}" if version.market else str(told)


class FileForm(MomentForm):
    """The terms as YAML: typed, or as a file, which counts where both are given."""

    written = forms.CharField(
        label=_("The terms as YAML"),
        help_text=_("Comments are kept. Sums stand in whole units with their decimals, for example {CNY: 200.00}."),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 24, "spellcheck": "false", "class": "code"}),
    )
    file = forms.FileField(
        label=_("Or a file"),
        help_text=_("A YAML file as it was exported here. It counts in place of what stands above."),
        required=False,
        error_messages={"empty": _("The file is empty.")},
    )
    field_order = ("effective_from", "written", "file")

    def clean_file(self) -> str:
        """The file as text without the mark that some editors begin one with, "" where there is none."""
        file = self.cleaned_data["file"]
        if not file:
            return ""
        if file.size > LONGEST * 4:
            raise ValidationError(_("The file is too large for terms."))
        try:
            text: str = file.read().decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise ValidationError(_("The file is no text in UTF-8.")) from error
        return text


class ReasonForm(forms.Form):
    """Why; whoever reads the history later has only these words."""

    because = forms.CharField(
        label=_("Why?"),
        help_text=_("It stands in the history under your name."),
        max_length=REASON_LIMIT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, needed: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["because"].required = needed
        self.fields["because"].error_messages["required"] = _(
            "Say why: whoever looks at this later has only your words."
        )


def local_moment(at: datetime) -> datetime:
    """A moment as a form shows it, in the reader's zone."""
    return timezone.localtime(at)
