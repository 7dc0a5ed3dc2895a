"""What a guarantee asks the consumer beside the reason, in words: its questions, and what was answered.

The questions are the fields of the scheme's particulars, in their order; their words stand in the scheme's wording.
"""

import dataclasses
import types
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from common.formats import day_text, moment_text, money_text
from compensation.schemes.registry import particulars_for
from disputes.models import Claim
from policies.shapes import MinorUnits, shaped
from policies.wording import GUARANTEES


@dataclass(frozen=True)
class Question:
    """One field of the particulars: what kind of value it takes (of a list: of each), and its words."""

    name: str
    kind: Any
    many: bool
    required: bool
    label: Promise
    hint: Promise | str
    choices: Mapping[str, Promise]


@dataclass(frozen=True)
class Answer:
    """A question and what the consumer answered, both in the reader's language."""

    question: str
    answer: str


@cache
def questions_about(reason: str, kind: str) -> tuple[Question, ...]:
    """What is asked about this reason of this kind of order, in order; nothing where no guarantee asks."""
    asked = particulars_for(reason, kind)
    if asked is None:
        return ()
    scheme, shape = asked
    words, hints = GUARANTEES[scheme.code], get_type_hints(shape)
    return tuple(_question(field, hints[field.name], reason, words) for field in dataclasses.fields(shape))


def _question(field: "dataclasses.Field[Any]", hint: Any, reason: str, words: types.ModuleType) -> Question:
    kind = _without_none(hint)
    many = get_origin(kind) is tuple
    kind = get_args(kind)[0] if many else kind
    choices = getattr(words, "CHOICES", {})
    return Question(
        name=field.name,
        kind=kind,
        many=many,
        required=field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING,
        label=_words(words, "QUESTIONS", field.name, reason),
        hint=_words(words, "HINTS", field.name, reason) or "",
        choices={member.value: choices[member.value] for member in kind} if _is_word(kind) else {},
    )


def _without_none(hint: Any) -> Any:
    if get_origin(hint) in (Union, types.UnionType):
        (hint,) = (argument for argument in get_args(hint) if argument is not type(None))
    return hint


def _is_word(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, StrEnum)


def _words(words: types.ModuleType, name: str, field: str, reason: str) -> Any:
    """The words for a field; those for the field of one cause ("hidden_charge.amount") go first."""
    known = getattr(words, name, {})
    return known.get(f"{reason}.{field}") or known.get(field)


def question_at(reason: str, kind: str, path: str) -> str:
    """The question that a place in the particulars belongs to ("latitude", "items[2]"); the place itself otherwise."""
    name = path.partition(".")[0].partition("[")[0]
    asked = {question.name: str(question.label) for question in questions_about(reason, kind)}
    return asked.get(name) or path or _("What you added")


def answers_of(claim: Claim) -> list[Answer]:
    """What the consumer added to the claim, for everybody who sees it."""
    return answers(claim.reason, claim.order.kind, claim.particulars, currency=claim.currency)


def answers(reason: str, kind: str, particulars: Mapping[str, Any], *, currency: str) -> list[Answer]:
    """The same for particulars in plain form; what was not answered is left out."""
    asked = particulars_for(reason, kind)
    if not particulars or asked is None:
        return []
    told: Any = shaped(asked[1], particulars)
    answered = [(question, getattr(told, question.name)) for question in questions_about(reason, kind)]
    return [
        Answer(str(question.label), _told(question, value, currency))
        for question, value in answered
        if value not in (None, "", ())
    ]


def _told(question: Question, value: Any, currency: str) -> str:
    if isinstance(value, tuple):
        return _(", ").join(_told(question, item, currency) for item in value)
    if question.kind is MinorUnits:
        return money_text(value, currency)
    return IN_WORDS.get(question.kind, str)(value) if not question.choices else str(question.choices[value.value])


IN_WORDS: Mapping[Any, Callable[[Any], str]] = {
    bool: lambda value: _("Yes") if value else _("No"),
    datetime: moment_text,
    date: day_text,
}
