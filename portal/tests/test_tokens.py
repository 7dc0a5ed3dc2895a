"""The colours of the face read well: contrast AA, computed from tokens.css, on light and on dark paper."""

import re
from pathlib import Path

import pytest

CSS = Path(__file__).resolve().parents[1] / "static" / "css"
PAIR = re.compile(r"--([a-z-]+):\s*light-dark\((#[0-9a-f]{6}),\s*(#[0-9a-f]{6})\)")
TOKENS = {name: (light, dark) for name, light, dark in PAIR.findall((CSS / "tokens.css").read_text())}

PAPERS = ["paper", "surface", "sunken"]
INKS = ["ink", "ink-soft", "accent", "accent-strong", "settled", "waiting", "trouble", "plain"]
TINTED = [(signal, f"{signal}-tint") for signal in ("settled", "waiting", "trouble", "plain")]
TEXT = [
    *((ink, paper) for ink in INKS for paper in PAPERS),
    *TINTED,
    *(("ink", tint) for _, tint in TINTED),
    *(("ink-soft", tint) for _, tint in TINTED),
    *((ink, "accent-tint") for ink in ("ink", "ink-soft", "accent", "accent-strong", "waiting", "trouble")),
    ("on-accent", "accent"),
    ("on-accent", "accent-strong"),
]
EDGES = [*((edge, paper) for edge in ("line-strong", "ring") for paper in PAPERS), ("ring", "accent-tint")]


def luminance(colour):
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "paper"), TEXT)
def test_text_can_be_read(ink, paper, scheme):
    assert contrast(TOKENS[ink][scheme], TOKENS[paper][scheme]) >= 4.5


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("edge", "paper"), EDGES)
def test_edges_of_what_can_be_pressed_can_be_seen(edge, paper, scheme):
    assert contrast(TOKENS[edge][scheme], TOKENS[paper][scheme]) >= 3


def test_no_colour_is_named_outside_the_tokens():
    painted = {
        sheet.name: found
        for sheet in CSS.glob("*.css")
        if sheet.name not in ("tokens.css", "print.css")
        and (found := re.findall(r"#[0-9a-f]{3,8}\b(?=[;\s,)])", sheet.read_text()))
    }
    assert painted == {}


def test_no_text_is_smaller_than_14_px():
    sizes = re.findall(r"--size-\d:\s*([\d.]+)rem", (CSS / "tokens.css").read_text())
    assert len(sizes) == 6
    assert min(float(size) for size in sizes) * 16 >= 14


def test_every_sheet_is_linked_by_every_page():
    linked = (Path(__file__).resolve().parents[2] / "templates" / "_styles.html").read_text()
    assert [sheet.name for sheet in sorted(CSS.glob("*.css")) if f"css/{sheet.name}" not in linked] == []
