"""What is found in the terms of a version before it is published, by whatever settings.POLICY_ANALYSER names."""

from collections.abc import Sequence
from typing import Any, Protocol, cast

from django.conf import settings
from django.utils.module_loading import import_string

from policies.models import Version


class Finding(Protocol):
    """One thing that is wrong with terms."""

    def sentence(self) -> str:
        """What is wrong, with its counter-example, in the reader's language."""

    def as_dict(self) -> dict[str, Any]:
        """The same as plain data, for the history."""


def findings_on(version: Version) -> Sequence[Finding]:
    """All that is wrong with the version's terms."""
    if not settings.POLICY_ANALYSER:
        return ()
    return cast("Sequence[Finding]", import_string(settings.POLICY_ANALYSER)(version))
