"""The translations: collected from sources and templates, checked, and compiled, with Babel and no gettext binary.

`locale/zh_Hans/LC_MESSAGES/django.po` is kept by translators; this file keeps its list of messages in step with the
code and never touches a translation that is still needed. Messages stand in the order of the files they come from,
without line numbers and dates, so that only a changed sentence changes the file.
"""

import os
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

CATALOGUE = Path("locale/zh_Hans/LC_MESSAGES/django.po")
LOCALE = "zh_Hans"

HEADER = """\
# Redress in Simplified Chinese. `manage.py messages` keeps the list of messages; people write what stands in msgstr.
# The words to use are in docs/glossary.md.
msgid ""
msgstr ""
"Language: zh_Hans\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

"""

SOURCES = {".py": "source", ".html": "template", ".txt": "template"}
LEFT_OUT = {"tests", "migrations", "static", "locale", "var", "docs", "node_modules"}

KEYWORDS = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop")),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3)),
}

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}|</?[a-z]+")


def updated(root: Path) -> str:
    """The catalogue's text as it should be: every message the project has now, with the translations it has."""
    known = read(root / CATALOGUE)
    wanted = Catalog(locale=LOCALE, header_comment="")
    for path in sources(root):
        for message in messages_in(path):
            wanted.add(
                message.id,
                context=message.context,
                locations=[(path.relative_to(root).as_posix(), 0)],
                auto_comments=message.auto_comments,
            )
    for message in _messages(wanted):
        if translated := known.get(message.id, message.context):
            message.string = translated.string
            message.flags |= translated.flags & {"fuzzy"}
    return written(wanted)


def read(path: Path) -> Catalog:
    """The catalogue in a file; an empty one when there is none yet."""
    if not path.exists():
        return Catalog(locale=LOCALE)
    with path.open("rb") as file:
        return read_po(file, locale=LOCALE, abort_invalid=True)


def sources(root: Path) -> Iterator[Path]:
    """Every file with sentences in it: the Python code of the rooms, and all templates."""
    rooms = [folder for folder in root.iterdir() if (folder / "apps.py").exists()]
    for folder in sorted([*rooms, root / "templates"]):
        for path in sorted(folder.rglob("*")):
            if path.suffix in SOURCES and not LEFT_OUT.intersection(path.relative_to(root).parts):
                yield path


def messages_in(path: Path) -> Iterator[Message]:
    """The marked messages of one file, in the order they stand in."""
    text = path.read_text(encoding="utf-8")
    if SOURCES[path.suffix] == "template":
        # The brackets keep Python's tokenizer from minding the indentation of what was a page.
        text = f"({templatize(text, origin=str(path))})"
    found = extract("python", BytesIO(text.encode()), KEYWORDS, ["Translators:"], {"encoding": "utf-8"})
    for line, message, comments, context in found:
        yield Message(message, lineno=line, auto_comments=comments, context=context)


def written(catalogue: Catalog) -> str:
    body = BytesIO()
    write_po(body, catalogue, width=0, omit_header=True, include_lineno=False, ignore_obsolete=True)
    return HEADER + body.getvalue().decode().lstrip("\n")


def problems(root: Path) -> Iterator[str]:
    """What keeps the catalogue from being complete, one sentence each; nothing when it is."""
    if updated(root) != (root / CATALOGUE).read_text(encoding="utf-8"):
        yield f"{CATALOGUE} is not up to date: run `manage.py messages`."
    for message in _messages(read(root / CATALOGUE)):
        if fault := _fault(message):
            yield f"{_as_tuple(message.id)[0]!r}: {fault}"


def compile_if_older(root: Path) -> bool:
    """Compile the catalogue for Django where that was not done since it changed; says whether it had to be."""
    source, compiled = root / CATALOGUE, (root / CATALOGUE).with_suffix(".mo")
    if compiled.exists() and compiled.stat().st_mtime >= source.stat().st_mtime:
        return False
    unfinished = compiled.with_suffix(f".{os.getpid()}.unfinished")
    with unfinished.open("wb") as file:
        write_mo(file, read(source))
    unfinished.replace(compiled)
    return True


def _messages(catalogue: Catalog) -> Iterator[Message]:
    return (message for message in catalogue if message.id)


def _fault(message: Message) -> str:
    sources, translations = _as_tuple(message.id), _as_tuple(message.string)
    if not translations or not all(translations):
        return "is not translated"
    if message.fuzzy:
        return "is marked fuzzy"
    if any(_placeholders(translation) != _placeholders(sources[-1]) for translation in translations):
        return "has other placeholders or tags in its translation"
    return ""


def _placeholders(text: str) -> list[str]:
    return sorted(PLACEHOLDER.findall(text))


def _as_tuple(text: str | list[str] | tuple[str, ...] | None) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text or ())
