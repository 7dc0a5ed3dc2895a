"""The two doors to the terms of a draft: a form made from their dataclass, and their YAML. What was typed is kept.

Whoever saves names the revision they read. Where somebody else saved in between, both stay: theirs in the draft, yours
in the form, with what differs between them, until you decide.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db.models import F
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.doors import PersonRequest, role_required
from accounts.models import Role
from common.errors import Refusal
from common.refusals import add_refusal, status_of
from policies import actions
from policies.actions import RevisedMeanwhile, text_of
from policies.forms import DraftForm, FileForm, MomentForm, local_moment
from policies.in_force import in_force, rule_of, typed_terms
from policies.models import Version
from policies.shapes import Misshapen
from policies.sheets import Read, every, filled, laid_out, read, with_rows_changed
from policies.told import differences
from policies.views.revisions import revision_in
from policies.views.version import found
from policies.wording import label_of_rule, problem_sentence, writing_sentence
from policies.written import NotWrittenWell, line_of, read_file, read_terms

reads_and_writes = require_http_methods(["GET", "HEAD", "POST"])
BASES_SHOWN = 20
EDITABLE = (Version.Status.DRAFT, Version.Status.SENT_BACK)


@dataclass(frozen=True)
class Meanwhile:
    """What somebody else saved since the page was opened, and what the terms typed here say differently."""

    version: Version
    by: str
    differences: Sequence[Any]


# --- a new draft -------------------------------------------------------------------------------------


@role_required(Role.OPERATOR)
@reads_and_writes
def new_draft(request: PersonRequest, code: str) -> HttpResponse:
    """Begin a draft with the terms of a version that there is."""
    if code not in settings.POLICY_RULES:
        raise Http404
    now = timezone.now()
    bases = list(_bases(code))
    current = in_force([code], at=now).get(code) or next(iter(bases), None)
    form = DraftForm(
        request.POST or None,
        bases=bases,
        now=now,
        initial={"base": current and str(current.number), "effective_from": _next_hour(now)},
    )
    if form.is_valid():
        base = next(version for version in bases if str(version.number) == form.cleaned_data["base"])
        try:
            drafted = actions.draft(
                policy=code,
                terms=base.terms,
                written=text_of(base),
                market=form.cleaned_data["market"],
                effective_from=form.cleaned_data["effective_from"],
                by=request.user,
                at=now,
            )
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            return redirect("version-terms", code, drafted.number)
    context = {"code": code, "name": label_of_rule(code), "form": form}
    return render(request, "policies/new_draft.html", context, status=status_of(form.errors))


def _bases(code: str) -> Iterable[Version]:
    return Version.objects.filter(policy__code=code).order_by(F("published_at").desc(nulls_last=True))[:BASES_SHOWN]


def _next_hour(now: datetime) -> datetime:
    hour = 60 * 60
    return local_moment(datetime.fromtimestamp((now.timestamp() // hour + 2) * hour, tz=now.tzinfo))


# --- the form ----------------------------------------------------------------------------------------

# What the form holds beside the terms, whose fields are named by their dataclass.
BESIDE = ("csrfmiddlewaretoken", "effective_from", "revision", "do")


@role_required(Role.OPERATOR)
@reads_and_writes
def terms(request: PersonRequest, code: str, number: int) -> HttpResponse:
    """The terms field by field. Adding and taking away rows saves nothing."""
    draft = found(code, number)
    if request.method == "POST":
        return _take(request, draft)
    if draft.status not in EDITABLE:
        return _no_draft(request, draft)
    return _form(request, draft, filled(rule_of(code).terms, draft.terms), revision=draft.revision)


def _take(request: PersonRequest, draft: Version) -> HttpResponse:
    """What was sent becomes the draft's next revision, or comes back to be mended."""
    shape = rule_of(draft.policy.code).terms
    typed = {name: values for name, values in request.POST.lists() if name not in BESIDE}
    asked = request.POST.get("do", "save")
    if asked.startswith(("add ", "remove ")):
        return _form(request, draft, with_rows_changed(typed, asked), revision=_revision(request))
    moment = _moment_form(request, draft, data=request.POST)
    taken = read(shape, typed, given={"version": draft.number})
    if not moment.is_valid() or taken.errors:
        return _form(request, draft, typed, revision=_revision(request), taken=taken, moment=moment)
    try:
        return _save(request, draft, taken.terms, effective_from=moment.cleaned_data["effective_from"])
    except RevisedMeanwhile:
        meanwhile = _meanwhile(draft, taken.terms)
        return _form(request, draft, typed, revision=_revision(request), moment=moment, meanwhile=meanwhile)
    except Refusal as refusal:
        taken.errors[""] = refusal.sentence()
        return _form(request, draft, typed, revision=_revision(request), taken=taken, moment=moment)


def _no_draft(request: PersonRequest, version: Version) -> HttpResponse:
    messages.info(request, str(actions.NotADraft.message))
    return redirect("version", version.policy.code, version.number)


def _revision(request: PersonRequest) -> int:
    """The revision that the sender read, or the one they chose to write over."""
    asked, _space, over = request.POST.get("do", "").partition(" ")
    return revision_in(over if asked == "over" else request.POST.get("revision", ""))


def _moment_form(request: PersonRequest, draft: Version, *, data: Any = None) -> MomentForm:
    initial = {"effective_from": local_moment(draft.effective_from)}
    return MomentForm(data, now=timezone.now(), unchanged=draft.effective_from, initial=initial)


def _form(
    request: PersonRequest,
    draft: Version,
    typed: Mapping[str, Sequence[str]],
    *,
    revision: int,
    taken: Read | None = None,
    moment: MomentForm | None = None,
    meanwhile: Meanwhile | None = None,
) -> HttpResponse:
    code = draft.policy.code
    errors = taken.errors if taken else {}
    if moment is None and request.method == "POST":
        moment = _moment_form(request, draft, data={"effective_from": request.POST.get("effective_from", "")})
        moment.errors.clear()
    entries = laid_out(code, rule_of(code).terms, typed, errors)
    context = {
        "version": draft,
        "name": label_of_rule(code),
        "form": moment or _moment_form(request, draft),
        "entries": entries,
        "whole_error": errors.get(""),
        "wrong": [entry for entry in every(entries) if entry.error],
        "revision": revision,
        "meanwhile": meanwhile,
    }
    status = HTTPStatus.CONFLICT if meanwhile else status_of(errors or (moment and moment.errors))
    return render(request, "policies/edit_terms.html", context, status=status)


def _save(
    request: PersonRequest,
    draft: Version,
    new_terms: dict[str, Any],
    *,
    effective_from: datetime,
    written: str | None = None,
) -> HttpResponseRedirect:
    saved = actions.revise(
        version=draft,
        revision=_revision(request),
        terms=new_terms,
        written=written,
        effective_from=effective_from,
        by=request.user,
        at=timezone.now(),
    )
    messages.success(request, _("The draft is saved. Somebody else checks it before it is published."))
    return redirect("version", saved.policy.code, saved.number)


def _meanwhile(draft: Version, typed_here: dict[str, Any]) -> Meanwhile:
    latest = found(draft.policy.code, draft.number)
    last = latest.events.select_related("by").order_by("-pk").first()
    theirs, yours = (typed_terms(draft.policy.code, draft.number, one) for one in (latest.terms, typed_here))
    return Meanwhile(
        version=latest,
        by=last.by.name if last and last.by else "",
        differences=differences(draft.policy.code, theirs, yours),
    )


# --- the YAML ----------------------------------------------------------------------------------------


@role_required(Role.OPERATOR)
@reads_and_writes
def file(request: PersonRequest, code: str, number: int) -> HttpResponse:
    """The terms as a text, typed or uploaded; what is wrong is told with its line and its name."""
    draft = found(code, number)
    if request.method != "POST" and draft.status not in EDITABLE:
        return _no_draft(request, draft)
    initial = {"written": text_of(draft), "effective_from": local_moment(draft.effective_from)}
    form = FileForm(
        request.POST or None,
        request.FILES or None,
        now=timezone.now(),
        unchanged=draft.effective_from,
        initial=initial,
    )
    meanwhile = None
    if form.is_valid():
        text = form.cleaned_data["file"] or form.cleaned_data["written"]
        try:
            new_terms, written = _terms_in(text.replace("\r\n", "\n"), draft)
            moment = form.cleaned_data["effective_from"]
            return _save(request, draft, new_terms, effective_from=moment, written=written)
        except RevisedMeanwhile:
            meanwhile = _meanwhile(draft, new_terms)
        except _Wrong as wrong:
            form = _with_text(form, text)
            form.add_error("written", str(wrong))
        except Refusal as refusal:
            form.add_error("effective_from" if refusal.field == "effective_from" else "written", refusal.sentence())
    context = {
        "version": draft,
        "name": label_of_rule(code),
        "form": form,
        "revision": _revision(request) if request.method == "POST" else draft.revision,
        "meanwhile": meanwhile,
    }
    status = HTTPStatus.CONFLICT if meanwhile else status_of(form.errors)
    return render(request, "policies/edit_file.html", context, status=status)


def _with_text(form: FileForm, text: str) -> FileForm:
    """The form with the text of the file in it, to be mended there: browsers send a file only once."""
    kept = FileForm(
        {**{name: form.data[name] for name in form.data}, "written": text}, now=form.now, unchanged=form.unchanged
    )
    kept.is_valid()
    return kept


class _Wrong(Exception):
    """What is wrong with the text, as a sentence."""


def _terms_in(text: str, draft: Version) -> tuple[dict[str, Any], str]:
    """The terms and how they are written, from the bare terms or from a whole file of this policy. Raises _Wrong."""
    code = draft.policy.code
    try:
        whole = read_terms(text)
        is_file = "policy" in whole and isinstance(whole.get("terms"), dict)
        if is_file and whole["policy"] != code:
            raise _Wrong(_("This file is for the policy “%(policy)s”.") % {"policy": whole["policy"]})
        written = read_file(text) if is_file else None
        new_terms = written.terms if written else whole
        actions.refuse_unfit(code, draft.number, new_terms)
    except NotWrittenWell as problem:
        raise _Wrong(writing_sentence(problem)) from problem
    except actions.TermsNotAccepted as refusal:
        misshapen = refusal.__cause__
        if not isinstance(misshapen, Misshapen):
            raise
        raise _Wrong(_place(text, misshapen, prefix="terms." if is_file else "")) from refusal
    return new_terms, written.written if written else text


def _place(text: str, problem: Misshapen, *, prefix: str) -> str:
    told = {
        "line": line_of(text, prefix + problem.path) or 1,
        "path": problem.path,
        "problem": problem_sentence(problem),
    }
    return _("Line %(line)s, at “%(path)s”: %(problem)s") % told
