"""Mail without a mail server: every message becomes a file in a folder, named by its Message-ID.

A message that is sent again replaces its own file, so the folder holds each mail once. Any mail reader opens them.
"""

import os
import re
from collections.abc import Sequence
from email.message import Message
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


class MailboxBackend(BaseEmailBackend):
    """Writes into settings.MAILBOX_DIR. A file appears whole or not at all."""

    def __init__(self, fail_silently: bool = False, **_unused: Any) -> None:  # noqa: FBT001, FBT002 Django's signature
        super().__init__(fail_silently=fail_silently)
        self.folder = Path(settings.MAILBOX_DIR)

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        self.folder.mkdir(parents=True, exist_ok=True)
        for email_message in email_messages:
            self._write(email_message.message())
        return len(email_messages)

    def _write(self, message: Message) -> None:
        path = self.folder / f"{name_of(message)}.eml"
        unfinished = path.with_name(f"{path.name}.{os.getpid()}.unfinished")
        unfinished.write_bytes(message.as_bytes())
        unfinished.replace(path)


def name_of(message: Message) -> str:
    """The file's name: the Message-ID before its @, which is safe in every file system."""
    local_part = str(message["Message-ID"]).strip("<>").rpartition("@")[0]
    return re.sub(r"[^A-Za-z0-9._-]", "_", local_part)
