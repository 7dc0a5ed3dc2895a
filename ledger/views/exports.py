"""The books as files, for finance."""

from itertools import chain

from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.doors import PersonRequest, role_required
from accounts.models import Role
from ledger.exports import FORMATS, export
from ledger.exports.jsonl import NotSealedYet
from ledger.forms import ExportForm
from ledger.periods import Period
from ledger.sealing import last_seal


@role_required(Role.FINANCE)
@require_safe
def export_books(request: PersonRequest) -> HttpResponseBase:
    """What can be had, and, when a format is asked for, the file. It is sent as it is read."""
    form = ExportForm(request.GET or None)
    if form.is_valid():
        try:
            return _file(form.cleaned_data["format"], form.period())
        except NotSealedYet as refusal:
            form.add_error("first", refusal.sentence())
    return _asked(request, form)


def _file(name: str, period: Period) -> StreamingHttpResponse:
    pieces = export(name, period)
    first = next(pieces, b"")  # whatever is refused is refused before the answer begins
    days = "-".join(str(day) for day in (period.first, period.last) if day) or "all"
    return StreamingHttpResponse(
        chain([first], pieces),
        content_type=FORMATS[name].content_type,
        headers={"Content-Disposition": f'attachment; filename="books-{days}.{FORMATS[name].extension}"'},
    )


def _asked(request: PersonRequest, form: ExportForm) -> HttpResponse:
    return render(request, "ledger/export.html", {"form": form, "seal": last_seal()})
