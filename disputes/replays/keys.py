"""Many identities at once: which of a file's events were filed before."""

from collections.abc import Iterable, Iterator

from disputes.models import Claim

AT_ONCE = 1_000


def claims_by_key(keys: Iterable[str]) -> dict[str, Claim]:
    """The claims that were filed for these events before, by their keys."""
    claims = (claim for part in in_parts(keys) for claim in Claim.objects.filter(key__in=part))
    return {claim.key: claim for claim in claims if claim.key}


def in_parts(values: Iterable[str]) -> Iterator[list[str]]:
    """The values in lists that a query can take."""
    listed = list(values)
    return (listed[start : start + AT_ONCE] for start in range(0, len(listed), AT_ONCE))
