"""Verdicts as they are stored, and judged again: the same facts give the same bytes."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from policies import models
from policies.in_force import judge, rule_of, versions_of
from policies.models import Version
from policies.shapes import plain, shaped
from policies.traces import Verdict, as_dict, canonical, in_one_spelling


def on_record(*, key: str, version: Version, facts: object, judged_at: datetime, verdict: Verdict) -> models.Verdict:
    """A verdict with all that it was made from, under the key of what it was judged for. The caller stores it."""
    written = as_dict(verdict)
    seen = written["trace"]["inputs"] if verdict.trace.inputs is facts else plain(facts)
    return models.Verdict.new(key=key, version=version, facts=seen, judged_at=judged_at, body=in_one_spelling(written))


def replay(verdict: models.Verdict) -> str:
    """The canonical text of judging the stored facts again; the same bytes as `verdict.body`, or the rule changed."""
    rule = rule_of(verdict.version.policy.code)
    facts: object = shaped(cast(type, rule.facts), verdict.facts, signed=True)
    return canonical(judge(verdict.version, facts, verdict.judged_at))


@dataclass(frozen=True)
class Replayed:
    """A stored verdict beside what judging its facts again says; `kept` and `again` are the SHA-256 of the texts."""

    is_same: bool
    kept: str
    again: str
    body: str


def replayed(verdict: models.Verdict) -> Replayed:
    """Judge a stored verdict again, and compare the two to the last byte."""
    body = replay(verdict)
    return Replayed(body == verdict.body, _sha256(verdict.body), _sha256(body), body)


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def confirmed(verdicts: Iterable[models.Verdict]) -> set[int]:
    """The ids of those stored verdicts that come out the same today, to the last byte. At most one query."""
    judged = list(verdicts)
    versions = versions_of({verdict.version_id for verdict in judged})
    for verdict in judged:
        verdict.version = versions[verdict.version_id]
    return {verdict.pk for verdict in judged if replay(verdict) == verdict.body}


def differing(verdicts: Iterable[models.Verdict]) -> Iterator[models.Verdict]:
    """Those stored verdicts that come out differently today."""
    return (verdict for verdict in verdicts if replay(verdict) != verdict.body)
