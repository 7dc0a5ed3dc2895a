"""Versions come from files and go into files: the repository's are published, others become drafts."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from http import HTTPStatus
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.errors import Refusal
from common.transactions import atomic
from policies.actions.versions import TakesEffectBeforeItIsPublished, check, draft, publish
from policies.in_force import rule_of, typed_terms
from policies.models import Version
from policies.shapes import Misshapen, names_of, shaped
from policies.wording import problem_sentence, writing_sentence
from policies.written import NotWrittenWell, read_file, write_file, write_terms


@dataclass(frozen=True)
class Document:
    """One file of terms: a policy's terms for one or more markets.

    `replays_from` is set in terms that judge imported history: since when they apply. `written` is the text of the
    terms with its comments, and `effective_from` the moment from which on they shall apply (None: at once).
    """

    policy: str
    markets: tuple[str, ...]
    replays_from: datetime | None
    terms: dict[str, Any]
    path: Path
    written: str
    effective_from: datetime | None


@dataclass(frozen=True)
class Loaded:
    """How many versions were published, and how many were in force with the same terms already."""

    published: int
    unchanged: int


class FileNotUnderstood(Refusal):
    """A file of terms cannot be read."""

    code = "file_not_understood"
    message = _("%(path)s cannot be used: %(problem)s")
    http_status = HTTPStatus.BAD_REQUEST


@atomic
def load_all(*, at: datetime, effective_from: datetime | None = None, folder: Path | None = None) -> Loaded:
    """Publish every file of terms (see `documents`) whose terms are not in force yet; running it again changes nothing.

    A file is compared with what was last loaded from it, so that what people published since stays until the file says
    something new. New terms apply to orders placed from `at` on. Only the first version of a policy may reach back, to
    judge orders that exist already: to the file's own `replays_from`, or to `effective_from` when a portal is first
    installed. It is then marked as a replay.
    """
    latest = _latest_loaded()
    results = [
        _load(document, market, latest.get((document.policy, market)), at=at, effective_from=effective_from)
        for document in documents(folder)
        for market in document.markets
    ]
    return Loaded(published=sum(results), unchanged=len(results) - sum(results))


def documents(folder: Path | None = None) -> Iterator[Document]:
    """The files of terms below a folder, or below all of settings.POLICY_TERMS, in the order of their names.

    A file in place of a folder is read alone. Raises FileNotUnderstood.
    """
    for place in [folder] if folder else settings.POLICY_TERMS:
        for path in [place] if place.is_file() else sorted(place.rglob("*.yaml")):
            yield _read(path)


@dataclass(frozen=True, kw_only=True)
class _File:
    """What stands in a file beside the terms."""

    policy: str
    markets: tuple[str, ...] = ("",)
    replays_from: date | None = None
    effective_from: datetime | None = None


def _read(path: Path) -> Document:
    try:
        file = read_file(path.read_text(encoding="utf-8-sig"))
        head = shaped(_File, file.head)
        starts = datetime.combine(head.replays_from, time.min, UTC) if head.replays_from else None
        typed_terms(head.policy, 0, file.terms)
    except Misshapen as problem:
        where = f"{problem.path}: {problem_sentence(problem)}"
        raise FileNotUnderstood(path=path.name, problem=where) from problem
    except NotWrittenWell as problem:
        raise FileNotUnderstood(path=path.name, problem=writing_sentence(problem)) from problem
    except (KeyError, TypeError, ValueError) as problem:
        raise FileNotUnderstood(path=path.name, problem=problem) from problem
    return Document(head.policy, head.markets, starts, file.terms, path, file.written, head.effective_from)


def _latest_loaded() -> dict[tuple[str, str], Version]:
    """By policy and market: the latest version that came from a file."""
    versions = Version.objects.filter(status=Version.Status.PUBLISHED, drafted_by__isnull=True).select_related("policy")
    latest = versions.order_by("policy_id", "market", "-effective_from").distinct("policy_id", "market")
    return {(version.policy.code, version.market): version for version in latest}


def _load(
    document: Document, market: str, latest: Version | None, *, at: datetime, effective_from: datetime | None
) -> bool:
    """Whether a new version had to be published."""
    if latest and latest.terms == document.terms:
        return False
    starts = None if latest else document.replays_from or effective_from
    version = draft(
        policy=document.policy,
        terms=document.terms,
        written=document.written,
        market=market,
        effective_from=starts or max(at, document.effective_from or at),
        replay=starts is not None,
        by=None,
        at=at,
    )
    check(version=version, by=None, at=at)
    publish(version=version, at=at)
    return True


# --- files of people -------------------------------------------------------------------------------


@atomic
def import_draft(*, path: Path, by: User, at: datetime, effective_from: datetime | None = None) -> list[Version]:
    """A file of terms as a draft for each of its markets, from the file's own moment on unless another one is given.

    Raises FileNotUnderstood and TakesEffectBeforeItIsPublished; nothing is drafted then.
    """
    document = _read(path)
    starts = effective_from or document.effective_from or at
    if starts < at:
        raise TakesEffectBeforeItIsPublished
    return [
        draft(
            policy=document.policy,
            terms=document.terms,
            written=document.written,
            market=market,
            effective_from=starts,
            by=by,
            at=at,
        )
        for market in document.markets
    ]


def exported(version: Version) -> str:
    """The version as a file of terms, which `import_draft` takes back to the same terms and the same text."""
    head: dict[str, Any] = {"policy": version.policy.code}
    if version.market:
        head["markets"] = [version.market]
    head["effective_from"] = version.effective_from.isoformat()
    return write_file(head, text_of(version))


def text_of(version: Version) -> str:
    """The terms as people write them, with their comments where somebody wrote any."""
    order = names_of(rule_of(version.policy.code).terms, without="version")
    return version.written or write_terms(version.terms, order=order)
