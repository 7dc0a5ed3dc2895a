"""The folders of the schemes, by their names alone: what the settings need to know before Django is there. Pure."""

from collections.abc import Mapping
from pathlib import Path

HERE = Path(__file__).parent

# Whatever has rules is a scheme; its folder's name is the code of its policy.
CODES = tuple(sorted(path.parent.name for path in HERE.glob("*/rules.py")))
FOLDERS = tuple(HERE / code for code in CODES)


def rules() -> Mapping[str, str]:
    """The dotted name of each scheme's rule, by the code of its policy."""
    return {code: f"{module(code, 'rules')}.{code}" for code in CODES}


def wordings() -> tuple[str, ...]:
    """The dotted names of the modules that put the schemes into words."""
    return tuple(module(code, "wording") for code in CODES)


def module(code: str, name: str) -> str:
    return f"{__package__}.{code}.{name}"
