"""What the analyser found wrong with some terms: what kind of thing, where it stands, and facts that show it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from policies.analyser.declaration import Slice
from policies.analyser.shows import as_word
from policies.shapes import plain
from policies.traces import Verdict


class Kind(StrEnum):
    PAYS_NOWHERE = "pays_nowhere"
    NEVER_DECIDES = "never_decides"
    NEVER_REACHED = "never_reached"
    OVERLAP = "overlap"
    GAP = "gap"
    PAYS_LESS_FOR_MORE = "pays_less_for_more"
    ALWAYS_CUTS = "always_cuts"
    NOT_FOLLOWED = "not_followed"


KINDS: Mapping[str, Promise] = {
    Kind.PAYS_NOWHERE: gettext_lazy("Grants nothing"),
    Kind.NEVER_DECIDES: gettext_lazy("Can never apply"),
    Kind.NEVER_REACHED: gettext_lazy("Can never be reached"),
    Kind.OVERLAP: gettext_lazy("Overlap"),
    Kind.GAP: gettext_lazy("Gap"),
    Kind.PAYS_LESS_FOR_MORE: gettext_lazy("Less for more"),
    Kind.ALWAYS_CUTS: gettext_lazy("Always cuts"),
    Kind.NOT_FOLLOWED: gettext_lazy("Not analysed"),
}

SENTENCES: Mapping[str, Promise] = {
    Kind.PAYS_NOWHERE: gettext_lazy("These terms never grant anything to anybody."),
    Kind.NEVER_DECIDES: gettext_lazy("“%(path)s” can never apply: without it every case comes out the same."),
    Kind.NEVER_REACHED: gettext_lazy("“%(path)s” can never be reached: one less, and every case comes out the same."),
    Kind.OVERLAP: gettext_lazy("“%(path)s” and “%(other)s” both fit the same case."),
    Kind.GAP: gettext_lazy("There is a gap at “%(path)s”: this case is left out, while others around it are covered."),
    Kind.PAYS_LESS_FOR_MORE: gettext_lazy("Along “%(path)s” the consumer gets less where it should be no less."),
    Kind.ALWAYS_CUTS: gettext_lazy("“%(path)s” is so low that it cuts whatever is owed."),
    Kind.NOT_FOLLOWED: gettext_lazy("This cannot be analysed exactly: %(path)s."),
}


@dataclass(frozen=True)
class Example:
    """Facts that show a finding: a point of a slice, in plain values, and what the rule concludes there.

    `other` is a second point that is measured against the first, with its own verdict.
    """

    where: Slice
    point: Mapping[str, Any]
    verdict: Verdict
    say: Callable[[Verdict], str]
    other: "Example | None" = None

    @property
    def facts(self) -> Any:
        """The rule's facts, plain values throughout."""
        return self.where.at(self.point)[0]

    @property
    def judged_at(self) -> datetime:
        moment: datetime = self.where.at(self.point)[1]
        return moment

    def says(self) -> str:
        """What the rule concludes, in the reader's language."""
        return self.say(self.verdict)

    def in_words(self) -> list[tuple[str, str]]:
        """Each thing that matters, by its name, as the reader writes it."""
        return [(str(axis.label), _shown(axis, self.point)) for axis in self.where.axes]

    def as_dict(self) -> dict[str, Any]:
        return {
            "facts": plain(self.facts),
            "judged_at": plain(self.judged_at),
            "in_words": dict(self.in_words()),
            "granted": self.verdict.granted,
            "amount": self.verdict.amount,
            "says": self.says(),
            **({"other": self.other.as_dict()} if self.other else {}),
        }


def _shown(axis: Any, point: Mapping[str, Any]) -> str:
    value = point[axis.name]
    if axis.show:
        shown: str = axis.show(value, point)
        return shown
    return as_word(axis.name, value) if isinstance(value, str) else str(value)


def example_in_words(example: Mapping[str, Any]) -> str:
    """An example as plain data, in one sentence, in the language that it was written down in."""
    facts = "; ".join(f"{label}: {value}" for label, value in example["in_words"].items())
    return _("For example (%(facts)s): %(says)s") % {"facts": facts, "says": example["says"]}


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong. `path` is where in the terms (or why they were not analysed); `example` shows it."""

    kind: Kind
    path: str = ""
    example: Example | None = None
    other_path: str = ""

    def label(self) -> str:
        return str(KINDS[self.kind])

    def told(self) -> str:
        """What is wrong, without the example."""
        return str(SENTENCES[self.kind] % {"path": self.path, "other": self.other_path})

    def sentence(self) -> str:
        """What is wrong, with its example, in the reader's language."""
        return f"{self.told()} {self.shown()}" if self.example else self.told()

    def shown(self) -> str:
        """The example in one sentence, and what the rule says to it."""
        return example_in_words(self.example.as_dict()) if self.example else ""

    def as_dict(self) -> dict[str, Any]:
        return {
            "kind": self.kind.value,
            "path": self.path,
            **({"other_path": self.other_path} if self.other_path else {}),
            "sentence": self.sentence(),
            "example": self.example.as_dict() if self.example else None,
        }
