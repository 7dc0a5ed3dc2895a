"""Whoever reads 简体中文 reads nothing else: every sentence is marked for translation, and every one is translated."""

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django import forms
from django.conf import settings
from django.template.base import Lexer, Token, TokenType
from django.utils import translation

from common import catalogue

ROOT = Path(settings.BASE_DIR)
# The page of a broken server says everything in both languages; the style guide is for those who build pages.
BILINGUAL = {"500.html", "portal/style_guide"}
TEMPLATES = [
    path.relative_to(ROOT / "templates")
    for path in sorted((ROOT / "templates").rglob("*.*"))
    if not any(path.is_relative_to(ROOT / "templates" / exempt) for exempt in BILINGUAL)
]
SOURCES = [path for path in catalogue.sources(ROOT) if path.suffix == ".py"]

# Names that are the same in both languages: the product, the languages themselves, formats, what is typed.
UNTRANSLATED = {"Redress", "English", "JSON", "CSV", "PDF", "JPEG", "PNG", "WebP", "UTC", "kB", "MB", "API"}
WORD = re.compile(r"[A-Za-z]{2,}")
CLASS_NAMES = ("block body_class", "block width")
LITERAL = re.compile(r'(?:\w+=)?"([^"]*)"')


def test_every_message_is_translated_with_the_same_placeholders():
    assert list(catalogue.problems(ROOT)) == []


def test_no_translation_repeats_its_english_source():
    repeated = [
        message.id
        for message in catalogue.read(ROOT / catalogue.CATALOGUE)
        if message.id and message.id == message.string and is_for_readers(str(message.id))
    ]
    assert repeated == []


def test_the_forms_of_django_itself_speak_chinese():
    with translation.override("zh-hans"):
        assert str(forms.Field().error_messages["required"]) == "该字段是必填项。"


@pytest.mark.parametrize("path", TEMPLATES, ids=Path.as_posix)
def test_templates_say_nothing_outside_translate_tags(path: Path):
    assert list(hard_coded_in_template((ROOT / "templates" / path).read_text())) == []


@pytest.mark.parametrize(
    ("template", "found"),
    [
        ("<p>Pay now</p>", ["Pay now"]),
        ('<a title="Pay now">{% translate "Pay" %}</a>', ["Pay now"]),
        ('{% notice "trouble" title="Pay now" %}{% endnotice %}', ["Pay now"]),
        ('{% column "Amount" %}{% column _("Amount") kind="amount" %}', ["Amount"]),
        ("<p>{% blocktranslate %}Pay {{ sum }} now{% endblocktranslate %}</p>", []),
        ("{% comment %}Takes: sum.{% endcomment %}{# A note #}<style>p { color: red }</style><kbd>Esc</kbd>", []),
        ('<a href="{% url "home" %}" class="button">Redress · {{ user.name|default:"" }}</a>', []),
    ],
)
def test_the_scanner_finds_words_and_only_words(template: str, found: list[str]):
    assert list(hard_coded_in_template(template)) == found


def hard_coded_in_template(template: str) -> Iterator[str]:
    """The words a reader would see that no translate tag stands around."""
    page, hidden = [], ""
    for token in Lexer(template).tokenize():
        tag = token.contents.split()[0] if token.token_type == TokenType.BLOCK and token.contents else ""
        if hidden:
            hidden = "" if tag == f"end{hidden}" else hidden
        elif tag in ("blocktranslate", "comment") or token.contents in CLASS_NAMES:
            hidden = tag
        elif token.token_type == TokenType.TEXT:
            page.append(token.contents)
        elif tag and tag not in ("translate", "url", "static", "load", "extends", "block", "if", "elif"):
            yield from literals_in(token)
    reader = Reader()
    reader.feed("".join(page))
    yield from (words for words in reader.said if is_for_readers(words))


def literals_in(token: Token) -> Iterator[str]:
    """Sentences handed to a component as they are; a code such as "waiting" is one small word."""
    for bit in token.split_contents():
        literal = LITERAL.fullmatch(bit)
        if literal and (literal[1].istitle() or " " in literal[1]) and is_for_readers(literal[1]):
            yield literal[1]


def is_for_readers(text: str) -> bool:
    return bool(set(WORD.findall(text)) - UNTRANSLATED)


class Reader(HTMLParser):
    """What a page says: its text, and the attributes that are read out."""

    SILENT = ("style", "script", "kbd", "code")
    READ_OUT = ("alt", "title", "aria-label", "aria-description", "placeholder", "label")

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.silent += tag in self.SILENT
        self.said += [value for name, value in attrs if name in self.READ_OUT and value]

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in self.SILENT

    def handle_data(self, data: str) -> None:
        if not self.silent and data.strip():
            self.said.append(data.strip())


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_code_tells_people_only_what_is_marked_for_translation(path: Path):
    assert list(hard_coded_in_code(path.read_text())) == []


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ('class Late(Refusal):\n    message = "Too late."', ["Too late."]),
        ('messages.success(request, "Done.")', ["Done."]),
        ('forms.CharField(label="Your name", help_text=_("As on the order"))', ["Your name"]),
        ('class Late(Refusal):\n    message = _("Too late.")\n    code = "late"', []),
    ],
)
def test_the_scanner_of_code_finds_what_people_would_read(code: str, found: list[str]):
    assert list(hard_coded_in_code(code)) == found


def hard_coded_in_code(code: str) -> Iterator[str]:
    """Literal messages of refusals, of the messages framework, and of form fields."""
    for node in ast.walk(ast.parse(code)):
        match node:
            case ast.ClassDef(body=body):
                told = [
                    statement.value
                    for statement in body
                    if isinstance(statement, ast.Assign)
                    and [getattr(target, "id", "") for target in statement.targets] == ["message"]
                ]
            case ast.Call(func=ast.Attribute(value=ast.Name(id="messages")), args=args):
                told = args
            case ast.Call(func=ast.Attribute(value=ast.Name(id="forms")), keywords=keywords):
                told = [keyword.value for keyword in keywords if keyword.arg in ("label", "help_text", "empty_label")]
            case _:
                told = []
        yield from (part.value for part in told if isinstance(part, ast.Constant) and isinstance(part.value, str))
