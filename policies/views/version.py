"""One version: its published terms in words for everybody, and its whole life for operators."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.doors import PersonRequest, role_required
from accounts.models import Role, User
from policies.actions import exported, text_of
from policies.in_force import in_force, terms_of
from policies.models import Version, VersionEvent
from policies.told import Difference, differences, told
from policies.views.remarks import remarks
from policies.wording import label_of_rule

TOLD = {
    VersionEvent.Kind.DRAFTED: gettext_lazy("The version was drafted."),
    VersionEvent.Kind.REVISED: gettext_lazy("The draft was written anew."),
    VersionEvent.Kind.SENT_BACK: gettext_lazy("It was sent back."),
    VersionEvent.Kind.CHECKED: gettext_lazy("It was checked and found right."),
    VersionEvent.Kind.PUBLISHED: gettext_lazy("It was published."),
    VersionEvent.Kind.WITHDRAWN: gettext_lazy("It was withdrawn."),
}
SIGNALS = {
    VersionEvent.Kind.SENT_BACK: "trouble",
    VersionEvent.Kind.CHECKED: "settled",
    VersionEvent.Kind.PUBLISHED: "settled",
}
STATUS_SIGNALS = {
    Version.Status.DRAFT: "waiting",
    Version.Status.SENT_BACK: "trouble",
    Version.Status.CHECKED: "waiting",
    Version.Status.PUBLISHED: "settled",
    Version.Status.WITHDRAWN: "plain",
}

# What can be done to a version beside its terms, by the name of its page, where another room brought one.
LOOKS = (
    ("policy-backtest", gettext_lazy("See whom it would have paid")),
    ("policy-analysis", gettext_lazy("Look for gaps and contradictions")),
)


@dataclass(frozen=True)
class Entry:
    """A step in the shape that templates/components/timeline.html takes."""

    what: str
    at: datetime
    role: str
    name: str
    why: str
    signal: str


@dataclass(frozen=True)
class Way:
    """Something that can be done next."""

    href: str
    label: str | Promise


def found(code: str, number: int) -> Version:
    """The version by its policy and number, with its people; 404 where there is none."""
    versions = Version.objects.select_related("policy", "drafted_by", "checked_by", "published_by")
    return get_object_or_404(versions, policy__code=code, number=number)


@require_safe
def version(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Operators see the life of the version; everybody else its terms, once they were published."""
    shown = found(code, number)
    if isinstance(request.user, User) and request.user.is_operator:
        return render(request, "policies/version.html", _life(shown, request.user, now=timezone.now()))
    if shown.status != Version.Status.PUBLISHED:
        raise Http404
    return render(request, "policies/terms.html", _published(shown, now=timezone.now()))


def _published(shown: Version, *, now: datetime) -> dict[str, Any]:
    current = _in_force_beside(shown, now)
    return {
        "version": shown,
        "name": label_of_rule(shown.policy.code),
        "told": told(shown.policy.code, terms_of(shown)),
        "until": _until(shown),
        "current": None if current == shown else current,
        "is_to_come": shown.effective_from > now,
    }


def _in_force_beside(shown: Version, now: datetime) -> Version | None:
    """The version that applies to orders placed now in the market of the one that is shown."""
    return in_force([shown.policy.code], at=now, market=shown.market).get(shown.policy.code)


def _until(shown: Version) -> datetime | None:
    """From when on another version of the same market applies."""
    later = Version.objects.filter(
        policy=shown.policy_id,
        market=shown.market,
        status=Version.Status.PUBLISHED,
        effective_from__gt=shown.effective_from,
    ).order_by("effective_from")
    return later.values_list("effective_from", flat=True).first()


def _life(shown: Version, user: User, *, now: datetime) -> dict[str, Any]:
    current = _in_force_beside(shown, now)
    events = list(shown.events.select_related("by").order_by("pk"))
    return {
        **_published(shown, now=now),
        "in_force": current,
        "is_in_force": current == shown,
        "differences": differs(current, shown) if current and current != shown else [],
        "written": text_of(shown),
        "status_signal": STATUS_SIGNALS[Version.Status(shown.status)],
        "entries": [_entry(event) for event in events],
        "revisions": [event for event in events if event.kind in WRITING],
        "findings": remarks(shown, next((event.findings for event in reversed(events) if event.findings), ())),
        "ways": list(_ways(shown, user)),
        "looks": list(_looks(shown)),
    }


WRITING = (VersionEvent.Kind.DRAFTED, VersionEvent.Kind.REVISED)


def differs(was: Version, becomes: Version) -> list[Difference]:
    """What a version says differently from another one of its policy."""
    return list(differences(was.policy.code, terms_of(was), terms_of(becomes)))


def _entry(event: VersionEvent) -> Entry:
    return Entry(
        what=str(TOLD[VersionEvent.Kind(event.kind)]),
        at=event.at,
        role="operator" if event.by else "rule",
        name=event.by.name if event.by else _("From the repository’s files"),
        why=event.because,
        signal=SIGNALS.get(VersionEvent.Kind(event.kind), "plain"),
    )


def _ways(shown: Version, user: User) -> Iterator[Way]:
    """What this person may do to it now; the first is what it waits for."""
    wrote = shown.drafted_by_id == user.pk or shown.events.filter(kind__in=WRITING, by=user).exists()
    match shown.status:
        case Version.Status.DRAFT if not wrote:
            yield _way("version-check", shown, gettext_lazy("Check it"))
            yield _way("version-return", shown, gettext_lazy("Send it back"))
        case Version.Status.CHECKED:
            yield _way("version-publication", shown, gettext_lazy("Publish it"))
            yield _way("version-return", shown, gettext_lazy("Send it back"))
    if shown.status in (Version.Status.DRAFT, Version.Status.SENT_BACK):
        yield _way("version-terms", shown, gettext_lazy("Change the terms"))
        yield _way("version-file", shown, gettext_lazy("Change them as YAML"))
    if not shown.is_final():
        yield _way("version-withdrawal", shown, gettext_lazy("Withdraw it"))


def _way(name: str, shown: Version, label: str | Promise) -> Way:
    return Way(reverse(name, args=[shown.policy.code, shown.number]), label)


def _looks(shown: Version) -> Iterator[Way]:
    for name, label in LOOKS:
        try:
            yield _way(name, shown, label)
        except NoReverseMatch:
            continue


@role_required(Role.OPERATOR)
@require_safe
def export(request: PersonRequest, code: str, number: int) -> HttpResponse:
    """The version as a file, which the file door takes back to the same terms."""
    shown = found(code, number)
    answer = HttpResponse(exported(shown), content_type="application/yaml; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{code}-{number}.yaml"'
    return answer
