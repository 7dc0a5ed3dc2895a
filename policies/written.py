"""Terms as people write them: YAML with comments, read strictly, never guessed, and told by line where it goes wrong.

200.00 stays what was written, only true and false are yes and no, nothing is written twice, borrowed or tagged. Pure.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from common.texts import storable

LONGEST = 64 * 1024
DEEPEST = 20
MOST_DIGITS = 100
WHOLE_NUMBER = "tag:yaml.org,2002:int"
WIDTH = 100


class NotWrittenWell(ValueError):
    """The text is no terms. `code` is what is wrong, for wording, and `line` where (from 1; None: the whole)."""

    def __init__(self, code: str, *, line: int | None = None, **values: object) -> None:
        self.code, self.line, self.values = code, line, values
        super().__init__(f"line {line}: {code} {values}")


# --- reading ---------------------------------------------------------------------------------------


class Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]  # the quick one where libyaml is
    """YAML that takes nothing for what it does not look like: sums, days and times stay texts."""

    yaml_implicit_resolvers: dict[str, Any] = {}


class Dumper(yaml.SafeDumper):
    """Writes what the loader above reads."""

    yaml_implicit_resolvers: dict[str, Any] = {}

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 (the dumper's interface)
        """What stands in two places is written twice."""
        return True


for _yaml in (Loader, Dumper):
    for _tag, _pattern, _first in (
        ("bool", r"^(?:true|false)$", "tf"),
        ("int", r"^-?(?:0|[1-9][0-9]*)$", "-0123456789"),
        ("null", r"^(?:~|null|)$", ["~", "n", ""]),
    ):
        _yaml.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(_pattern), list(_first))


def read_terms(text: str) -> dict[str, Any]:
    """What the text says. Raises NotWrittenWell."""
    if len(text) > LONGEST:
        raise NotWrittenWell("too_long", limit=LONGEST)
    try:
        _refuse_traps(text)
        root = yaml.compose(text, Loader=Loader)
        _refuse_repeats(root)
        _refuse_endless_numbers(root)
        read = yaml.load(text, Loader=Loader)  # noqa: S506 (a SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else None
        raise NotWrittenWell("not_yaml", line=line, problem=error.problem or error.context) from error
    except yaml.reader.ReaderError as error:
        raise NotWrittenWell("not_a_character", line=text.count("\n", 0, error.position) + 1) from error
    except UnicodeError as error:
        raise NotWrittenWell("not_a_character") from error
    if not isinstance(read, dict):
        raise NotWrittenWell("no_names", line=1)
    return read


def _refuse_traps(text: str) -> None:
    """What grows when it is read, what names a kind of its own, and what no database holds."""
    depth = 0
    for event in yaml.parse(text, Loader=Loader):
        line = event.start_mark.line + 1 if event.start_mark else None
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise NotWrittenWell("borrowed", line=line)
        if getattr(event, "tag", None):
            raise NotWrittenWell("tagged", line=line)
        if isinstance(event, yaml.ScalarEvent) and storable(event.value) != event.value:
            raise NotWrittenWell("not_a_character", line=line)
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            raise NotWrittenWell("too_deep", line=line)


def _refuse_repeats(root: yaml.Node | None) -> None:
    for node in _nodes(root):
        seen: set[str] = set()
        for key, _value in node.value if isinstance(node, yaml.MappingNode) else ():
            if not isinstance(key, yaml.ScalarNode):
                raise NotWrittenWell("no_names", line=key.start_mark.line + 1)
            if key.value in seen:
                raise NotWrittenWell("twice", line=key.start_mark.line + 1, name=key.value)
            seen.add(key.value)


def _refuse_endless_numbers(root: yaml.Node | None) -> None:
    """Whole numbers of so many digits that Python does not read them."""
    for node in _nodes(root):
        if node.tag == WHOLE_NUMBER and len(node.value) > MOST_DIGITS:
            raise NotWrittenWell("number_is_too_large", line=node.start_mark.line + 1)


def _nodes(node: yaml.Node | None) -> Iterator[yaml.Node]:
    if node is None:
        return
    yield node
    match node:
        case yaml.MappingNode():
            for key, value in node.value:
                yield from _nodes(key)
                yield from _nodes(value)
        case yaml.SequenceNode():
            for item in node.value:
                yield from _nodes(item)


# --- where something stands ------------------------------------------------------------------------

STEP = re.compile(r"\[(\d+)\]|([^.\[\]]+)")


def line_of(text: str, path: str) -> int | None:
    """The line (from 1) of the place that a Misshapen names, or of what stands around it where it is missing."""
    node = yaml.compose(text, Loader=Loader)
    line = None
    for step in STEP.finditer(path):
        found = _below(node, step)
        if found is None:
            break
        line, node = found
    return line


def _below(node: Any, step: re.Match[str]) -> tuple[int, Any] | None:
    index, name = step.groups()
    if index is not None and isinstance(node, yaml.SequenceNode) and int(index) < len(node.value):
        item = node.value[int(index)]
        return item.start_mark.line + 1, item
    if name is not None and isinstance(node, yaml.MappingNode):
        return next(((key.start_mark.line + 1, value) for key, value in node.value if key.value == name), None)
    return None


# --- writing ---------------------------------------------------------------------------------------


def write_terms(terms: Mapping[str, Any], *, order: Sequence[str] = ()) -> str:
    """The terms as a text, those named in `order` first."""
    names = [name for name in order if name in terms] + [name for name in terms if name not in order]
    return "".join(_entry(name, terms[name]) for name in names)


def _entry(name: str, value: Any) -> str:
    """One name with its value: short lists and mappings in one line, others below each other."""
    written = yaml.dump(
        value, Dumper=Dumper, allow_unicode=True, default_flow_style=None, width=WIDTH, sort_keys=False
    ).removesuffix("...\n")
    lines = written.splitlines(keepends=True)
    if isinstance(value, dict | list) and not written.startswith(("{", "[")):
        return f"{name}:\n" + "".join(f"  {line}" for line in lines)
    return f"{name}: " + "".join(lines[:1] + [f"  {line}" for line in lines[1:]])


def rewritten(text: str, terms: Mapping[str, Any], *, order: Sequence[str] = ()) -> str:
    """The text with other terms in it: what did not change stays as it was written, and comments above names stay."""
    try:
        was, (parts, tail) = read_terms(text), _parts(text)
    except NotWrittenWell:
        return write_terms(terms, order=order)
    kept = [
        lead + (body if was[name] == terms[name] else _entry(name, terms[name]))
        for name, (lead, body) in parts.items()
        if name in terms
    ]
    new = [_entry(name, terms[name]) for name in terms if name not in parts]
    together = "".join([*kept, *new, tail])
    return together if _says(together, terms) else write_terms(terms, order=order)


def _says(text: str, terms: Mapping[str, Any]) -> bool:
    try:
        return read_terms(text) == terms
    except NotWrittenWell:
        return False


def _parts(text: str) -> tuple[dict[str, tuple[str, str]], str]:
    """Each name with the comments above it and with its own lines; and what stands after the last."""
    lines = text.splitlines(keepends=True)
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += "\n"
    root = yaml.compose(text, Loader=Loader)
    starts = [(key.value, key.start_mark.line) for key, _value in root.value] if root else []
    parts: dict[str, tuple[str, str]] = {}
    lead = lines[: starts[0][1]] if starts else lines
    for number, (name, start) in enumerate(starts):
        end = starts[number + 1][1] if number + 1 < len(starts) else len(lines)
        body = lines[start:end]
        after = len(body)
        while after > 1 and (not body[after - 1].strip() or body[after - 1].startswith("#")):
            after -= 1
        parts[name] = "".join(lead), "".join(body[:after])
        lead = body[after:]
    return parts, "".join(lead)


# --- files -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class File:
    """A file of terms: what stands beside them, what they say, and how they are written."""

    head: dict[str, Any]
    terms: dict[str, Any]
    written: str


TERMS = re.compile(r"^terms:[ \t]*(?:#.*)?\n", re.MULTILINE)
COMMENTS = re.compile(r"(?:[ \t]*(?:#.*)?\n)*")
INDENT = re.compile(r"^( +)[^ #\n]", re.MULTILINE)
AT_THE_EDGE = re.compile(r"^[^ #\n]", re.MULTILINE)


def read_file(text: str) -> File:
    """A file as the repository holds it and `write_file` writes it. Raises NotWrittenWell."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    head = read_terms(text if text.endswith("\n") else text + "\n")
    terms = head.pop("terms", None)
    if not isinstance(terms, dict):
        raise NotWrittenWell("no_terms")
    return File(head, terms, _written_in(text, terms))


def _written_in(text: str, terms: dict[str, Any]) -> str:
    """The lines below `terms:` without their indent, under the comments at the top of the file."""
    text = text if text.endswith("\n") else text + "\n"
    comments = COMMENTS.match(text)
    top = comments.group().strip("\n") + "\n\n" if comments and comments.group().strip() else ""
    start = TERMS.search(text)
    if start is None:
        return write_terms(terms)
    block = text[start.end() :]
    if after := AT_THE_EDGE.search(block):
        block = block[: after.start()]
    indent = INDENT.search(block)
    if indent is None:
        return write_terms(terms)
    width = len(indent.group(1))
    body = "".join(
        line[width:] if line.startswith(" " * width) else line.lstrip(" ") for line in block.splitlines(keepends=True)
    )
    written = top + body.strip("\n") + "\n"
    return written if _says(written, terms) else write_terms(terms)


def write_file(head: Mapping[str, Any], written: str) -> str:
    """The file of these terms: `read_file` reads it back to the same, byte for byte."""
    body = "".join(f"  {line}" if line.strip() else line for line in written.splitlines(keepends=True))
    return write_terms(head) + "\nterms:\n" + body
