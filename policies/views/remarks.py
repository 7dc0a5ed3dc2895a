"""What the analyser said of a version, in the reader's language, with the way to the term that it is about."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.urls import reverse

from policies.analyser import Finding, Kind, example_in_words
from policies.in_force import terms_of
from policies.models import Version
from policies.told import field_at, named


@dataclass(frozen=True)
class Remark:
    """`href` leads to the term, "" where it names none. `example` is in the language that it was written down in."""

    sentence: str
    href: str = ""
    example: str = ""


def remarks(version: Version, said: Iterable[Mapping[str, Any]]) -> list[Remark]:
    """Findings as plain data, of now or of the moment of publication."""
    return [_remark(version, finding) for finding in said]


def _remark(version: Version, said: Mapping[str, Any]) -> Remark:
    """The words of an analyser that knows no kinds are shown as they are."""
    if "kind" not in said:
        return Remark(said["sentence"])
    finding = Finding(Kind(said["kind"]), said["path"], other_path=said.get("other_path", ""))
    field = field_at(version.policy.code, terms_of(version), finding.path)
    page = reverse("version", args=[version.policy.code, version.number])
    return Remark(
        sentence=in_words(version, finding).told(),
        href=f"{page}#{field}" if field else "",
        example=example_in_words(said["example"]) if said.get("example") else "",
    )


def in_words(version: Version, finding: Finding) -> Finding:
    """The same with the names that the editor has for the places it is about."""
    code, terms = version.policy.code, terms_of(version)
    path, other = (named(code, terms, path) or path for path in (finding.path, finding.other_path))
    return replace(finding, path=path, other_path=other)
