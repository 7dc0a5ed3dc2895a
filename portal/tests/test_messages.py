"""`manage.py messages` keeps the catalogue in step, or says that it is not."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from common.catalogue import CATALOGUE


@pytest.fixture
def project(settings: Settings, tmp_path: Path) -> Path:
    settings.BASE_DIR = tmp_path
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop/apps.py").touch()
    (tmp_path / "shop/words.py").write_text('_("Pay now")')
    (tmp_path / CATALOGUE).parent.mkdir(parents=True)
    (tmp_path / CATALOGUE).touch()
    return tmp_path


def test_updates_the_catalogue_and_counts_what_is_missing(project: Path, capsys: pytest.CaptureFixture[str]):
    call_command("messages")
    assert 'msgid "Pay now"' in (project / CATALOGUE).read_text()
    assert "1 messages wait for a translation" in capsys.readouterr().out


def test_check_refuses_a_stale_or_incomplete_catalogue_and_writes_nothing(
    project: Path, capsys: pytest.CaptureFixture[str]
):
    with pytest.raises(CommandError):
        call_command("messages", "--check")
    assert "is not up to date" in capsys.readouterr().err
    assert (project / CATALOGUE).read_text() == ""

    call_command("messages")
    with pytest.raises(CommandError):
        call_command("messages", "--check")
    assert "'Pay now': is not translated" in capsys.readouterr().err


def test_check_is_content_when_all_is_translated(project: Path):
    call_command("messages")
    text = (project / CATALOGUE).read_text()
    (project / CATALOGUE).write_text(text.replace('"Pay now"\nmsgstr ""', '"Pay now"\nmsgstr "立即付款"'))
    call_command("messages", "--check")


def test_compile_writes_only_what_django_reads(project: Path):
    call_command("messages")
    before = (project / CATALOGUE).read_text()
    (project / CATALOGUE).with_suffix(".mo").unlink()
    call_command("messages", "--compile")
    assert (project / CATALOGUE).with_suffix(".mo").exists()
    assert (project / CATALOGUE).read_text() == before
