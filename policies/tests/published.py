"""The repository's terms in force, and a merchant that takes part: judged by the verbs once, written down again after.

Loading reads, judges and publishes every file in some eight hundred statements, and hundreds of tests begin with it.
So the first test of a process has it done, and the others insert the same rows with moments of their own. The rows get
new numbers each time, since the portal keeps what it has read of a version by its number.
"""

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from django.db.models import Model

from accounts.models import Merchant
from policies.actions import enrol, load_all
from policies.models import Enrolment, Policy, Version, VersionEvent

M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Loaded:
    """What `load_all` wrote into a database without terms."""

    at: datetime
    effective_from: datetime
    policies: list[Policy]
    versions: list[Version]
    events: list[VersionEvent]


_loaded: list[Loaded] = []
_accepted: set[str] = set()


def publish_all(*, at: datetime, effective_from: datetime) -> None:
    """What `load_all` does to a database without terms."""
    if not _loaded:
        load_all(at=at, effective_from=effective_from)
        _loaded.append(
            Loaded(
                at=at,
                effective_from=effective_from,
                policies=list(Policy.objects.order_by("pk")),
                versions=list(Version.objects.order_by("pk")),
                events=list(VersionEvent.objects.order_by("pk")),
            )
        )
        return
    (before,) = _loaded
    moments = {before.at: at, before.effective_from: effective_from}
    policies = {row.pk: _again(row, moments) for row in before.policies}
    Policy.objects.bulk_create(policies.values())
    versions = {row.pk: _again(row, moments, policy=policies[row.policy_id]) for row in before.versions}
    Version.objects.bulk_create(versions.values())
    VersionEvent.objects.bulk_create(_again(row, moments, version=versions[row.version_id]) for row in before.events)


def _again(row: M, moments: Mapping[datetime, datetime], **related: Model) -> M:
    """A row to be inserted that is like this one but for the moments and for what it belongs to."""
    new = copy(row)
    new.pk, new._state.adding = None, True
    for field in row._meta.concrete_fields:
        value = getattr(row, field.attname)
        if isinstance(value, datetime):
            setattr(new, field.attname, moments.get(value, value))
    for name, other in related.items():
        setattr(new, name, other)
    return new


def take_part(*, merchant: Merchant, terms: Mapping[str, dict[str, Any]], starts_at: datetime) -> None:
    """What `enrol` does, policy by policy, for a merchant that takes part in nothing yet."""
    if (read := repr(terms)) not in _accepted:
        for policy, own in terms.items():
            enrol(merchant=merchant, policy=policy, terms=own, starts_at=starts_at)
        _accepted.add(read)
        return
    policies = {policy.code: policy for policy in Policy.objects.filter(code__in=terms)}
    Enrolment.objects.bulk_create(
        Enrolment(merchant=merchant, policy=policies[policy], terms=own, starts_at=starts_at)
        for policy, own in terms.items()
    )
