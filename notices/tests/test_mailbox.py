"""Without a mail server every mail becomes one file, however often it is sent."""

from pathlib import Path

import pytest
from django.core.mail import EmailMessage, get_connection
from pytest_django import Settings


@pytest.fixture
def folder(settings: Settings, tmp_path: Path) -> Path:
    settings.EMAIL_BACKEND, settings.MAILBOX_DIR = "notices.mailbox.MailboxBackend", tmp_path / "mailbox"
    return tmp_path / "mailbox"


def send(message_id: str, body: str = "Hello") -> None:
    mail = EmailMessage("Subject", body, to=["consumer@example.com"], headers={"Message-ID": message_id})
    get_connection().send_messages([mail])


def test_a_mail_sent_again_replaces_its_file(folder: Path):
    send("<claim.R-1.paid.7.ab12@example.com>", "first")
    send("<claim.R-1.paid.7.ab12@example.com>", "second")
    send("<claim.R-2.paid.7.cd34@example.com>")
    assert sorted(path.name for path in folder.iterdir()) == [
        "claim.R-1.paid.7.ab12.eml",
        "claim.R-2.paid.7.cd34.eml",
    ]
    assert "second" in (folder / "claim.R-1.paid.7.ab12.eml").read_text()


def test_no_message_id_leads_out_of_the_folder(folder: Path):
    send("<../../etc/passwd@example.com>")
    assert [path.name for path in folder.iterdir()] == [".._.._etc_passwd.eml"]
