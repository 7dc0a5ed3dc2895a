"""The steps of a draft, each on a page of its own that shows what changes and says what will happen."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from accounts.doors import PersonRequest, role_required
from accounts.models import Role
from common.errors import Refusal
from common.states import IllegalMove
from policies import actions
from policies.findings import findings_on
from policies.forms import ReasonForm
from policies.in_force import in_force
from policies.models import Version
from policies.views.remarks import remarks
from policies.views.revisions import revision_in
from policies.views.version import differs, found
from policies.wording import label_of_rule

reads_and_acts = require_http_methods(["GET", "HEAD", "POST"])


@dataclass(frozen=True)
class Words:
    """What the page of a step says."""

    title: str | Promise
    question: str | Promise
    happens: tuple[str | Promise, ...]
    button: str | Promise
    done: str | Promise
    is_grave: bool = False
    more: Mapping[str, Any] = field(default_factory=dict)


@role_required(Role.OPERATOR)
@reads_and_acts
def check(request: PersonRequest, code: str, number: int) -> HttpResponse:
    """A second person finds it right."""
    words = Words(
        title=_("Check a draft"),
        question=_("Are these terms right?"),
        happens=(
            _("You say with your name that you read all of it and find it right."),
            _("It is not in force yet: it still has to be published."),
        ),
        button=_("They are right"),
        done=_("You checked the draft. It can be published now."),
    )

    def act(version: Version, revision: int, _because: str) -> None:
        actions.check(version=version, by=request.user, at=timezone.now(), revision=revision)

    return _step(request, code, number, words, act, form=None)


@role_required(Role.OPERATOR)
@reads_and_acts
def sending_back(request: PersonRequest, code: str, number: int) -> HttpResponse:
    """It needs more work, for a reason."""
    words = Words(
        title=_("Send a draft back"),
        question=_("What has to change?"),
        happens=(_("Whoever wrote it reads your words and writes it anew. Then it is checked again."),),
        button=_("Send it back"),
        done=_("The draft was sent back."),
    )

    def act(version: Version, revision: int, because: str) -> None:
        actions.send_back(version=version, by=request.user, because=because, at=timezone.now(), revision=revision)

    return _step(request, code, number, words, act, form=ReasonForm(request.POST or None))


@role_required(Role.OPERATOR)
@reads_and_acts
def withdrawal(request: PersonRequest, code: str, number: int) -> HttpResponse:
    """It is given up."""
    words = Words(
        title=_("Withdraw a draft"),
        question=_("Give this draft up?"),
        happens=(_("It stays on record with its history and is never published. What is in force stays in force."),),
        button=_("Withdraw it"),
        done=_("The draft was withdrawn."),
        is_grave=True,
    )

    def act(version: Version, revision: int, because: str) -> None:
        actions.withdraw(version=version, by=request.user, because=because, at=timezone.now(), revision=revision)

    return _step(request, code, number, words, act, form=ReasonForm(request.POST or None, needed=False))


@role_required(Role.OPERATOR)
@reads_and_acts
def publication(request: PersonRequest, code: str, number: int) -> HttpResponse:
    """It becomes the rule; where the analyser found something, for a reason."""
    version = found(code, number)
    findings = findings_on(version) if version.status == Version.Status.CHECKED else ()
    words = Words(
        title=_("Publish a version"),
        question=_("Publish these terms?"),
        happens=(
            _("They count for every order placed from their first moment on. Orders placed before keep their terms."),
            _("What is published never changes again: other terms are another version."),
        ),
        button=_("Publish it"),
        done=_("The version is published."),
        more={"findings": remarks(version, [finding.as_dict() for finding in findings]), "is_publication": True},
    )

    def act(version: Version, revision: int, because: str) -> None:
        actions.publish(version=version, by=request.user, because=because, at=timezone.now(), revision=revision)

    form = ReasonForm(request.POST or None) if findings else None
    return _step(request, code, number, words, act, form=form)


def _step(
    request: PersonRequest,
    code: str,
    number: int,
    words: Words,
    act: Callable[[Version, int, str], None],
    *,
    form: ReasonForm | None,
) -> HttpResponse:
    """The page of a step, and the POST that takes it; then back to the version."""
    version = found(code, number)
    refused, status = "", HTTPStatus.OK
    if request.method == "POST" and (form is None or form.is_valid()):
        try:
            act(version, revision_in(request.POST.get("revision", "")), form.cleaned_data["because"] if form else "")
        except (Refusal, IllegalMove) as refusal:
            refused = refusal.sentence() if isinstance(refusal, Refusal) else str(GONE_ON)
            status = HTTPStatus(refusal.http_status if isinstance(refusal, Refusal) else HTTPStatus.CONFLICT)
        else:
            messages.success(request, str(words.done))
            return redirect("version", code, number)
    if form is not None and form.errors:
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    current = in_force([code], at=timezone.now(), market=version.market).get(code)
    context = {
        "version": version,
        "name": label_of_rule(code),
        "words": words,
        "form": form,
        "refused": refused,
        "in_force": current,
        "differences": differs(current, version) if current and current != version else [],
        **words.more,
    }
    return render(request, "policies/step.html", context, status=status)


GONE_ON = _("This version has gone on since you opened the page, so this step is not open any more.")
