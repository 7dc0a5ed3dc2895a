"""The catalogue of translations follows the sentences in code and templates, and says what is missing."""

import gettext
import os
from pathlib import Path

import pytest

from common import catalogue

SENTENCES = """
from django.utils.translation import gettext_lazy as _, ngettext, pgettext
PAID = _("Paid %(amount)s.")
DAYS = ngettext("%(count)s day", "%(count)s days", 2)
OPEN = pgettext("of a shop", "Open")
CODE = "not for people"
"""

PAGE = """
      {% load i18n %}
  <h1 title="{% translate "Claims" %}">{% blocktranslate trimmed with name=user.name %}
    Hello {{ name }}, it's "you".
  {% endblocktranslate %}</h1>
{% status _("New") "waiting" %} don't { % read " this
{% blocktranslate count days=days %}one day{% plural %}{{ days }} days{% endblocktranslate %}
"""

TRANSLATIONS = {
    "Paid %(amount)s.": "已支付 %(amount)s。",
    "%(count)s day": "%(count)s 天",
    "Open": "营业中",
    "Claims": "售后申请",
    'Hello %(name)s, it\'s "you".': "%(name)s，是“你”。",
    "New": "新",
    "one day": "%(days)s 天",
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    files = {
        "shop/apps.py": "",
        "shop/words.py": SENTENCES,
        "shop/tests/test_x.py": '_("Not me")',
        "templates/page.html": PAGE,
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    (tmp_path / catalogue.CATALOGUE).parent.mkdir(parents=True)
    (tmp_path / catalogue.CATALOGUE).write_text(catalogue.updated(tmp_path))
    return tmp_path


def translate(project: Path, translations: dict[str, str]) -> None:
    kept = catalogue.read(project / catalogue.CATALOGUE)
    for message in kept:
        singular = message.id if isinstance(message.id, str) else message.id[0]
        if singular in translations:
            translated = translations[singular]
            message.string = translated if isinstance(message.id, str) else (translated,)
    (project / catalogue.CATALOGUE).write_text(catalogue.written(kept))


def test_finds_the_marked_messages_of_code_and_templates(project: Path):
    found = [(message.id, message.context) for message in catalogue.read(project / catalogue.CATALOGUE) if message.id]
    assert found == [
        ("Paid %(amount)s.", None),
        (("%(count)s day", "%(count)s days"), None),
        ("Open", "of a shop"),
        ("Claims", None),
        ('Hello %(name)s, it\'s "you".', None),
        ("New", None),
        (("one day", "%(days)s days"), None),
    ]


def test_is_complete_when_all_is_translated_with_its_placeholders(project: Path):
    translate(project, TRANSLATIONS)
    assert list(catalogue.problems(project)) == []


@pytest.mark.parametrize(
    ("source", "translated", "fault"),
    [
        ("Claims", "", "is not translated"),
        ("Paid %(amount)s.", "已支付。", "has other placeholders or tags in its translation"),
        ("Paid %(amount)s.", "已支付 %(sum)s。", "has other placeholders or tags in its translation"),
        ("one day", "一天", "has other placeholders or tags in its translation"),
    ],
)
def test_says_which_message_is_wrong(project: Path, source: str, translated: str, fault: str):
    translate(project, TRANSLATIONS | {source: translated})
    assert list(catalogue.problems(project)) == [f"{source!r}: {fault}"]


def test_a_fuzzy_message_is_not_taken_for_translated(project: Path):
    translate(project, TRANSLATIONS)
    path = project / catalogue.CATALOGUE
    path.write_text(path.read_text().replace('msgid "Claims"', '#, fuzzy\nmsgid "Claims"'))
    path.write_text(catalogue.updated(project))
    assert list(catalogue.problems(project)) == ["'Claims': is marked fuzzy"]


def test_keeps_translations_and_drops_what_is_no_longer_said(project: Path):
    translate(project, TRANSLATIONS)
    (project / "shop/words.py").write_text('_("Paid %(amount)s.")\n_("Late")')
    assert "not up to date" in next(catalogue.problems(project))
    (project / catalogue.CATALOGUE).write_text(catalogue.updated(project))
    assert list(catalogue.problems(project)) == ["'Late': is not translated"]
    text = (project / catalogue.CATALOGUE).read_text()
    assert "已支付 %(amount)s。" in text
    assert "营业中" not in text


def test_updating_twice_changes_nothing(project: Path):
    translate(project, TRANSLATIONS)
    assert catalogue.updated(project) == (project / catalogue.CATALOGUE).read_text()


def test_compiles_only_what_changed_since(project: Path):
    translate(project, TRANSLATIONS)
    assert catalogue.compile_if_older(project)
    assert not catalogue.compile_if_older(project)
    compiled = (project / catalogue.CATALOGUE).with_suffix(".mo")
    with compiled.open("rb") as file:
        chinese = gettext.GNUTranslations(file)
    assert chinese.gettext("Claims") == "售后申请"
    assert chinese.pgettext("of a shop", "Open") == "营业中"
    assert chinese.ngettext("one day", "%(days)s days", 3) == "%(days)s 天"
    later = compiled.stat().st_mtime + 5
    os.utime(project / catalogue.CATALOGUE, (later, later))
    assert catalogue.compile_if_older(project)
