"""Run by a test as a process of its own: sweeps once, and is killed between the mail's leaving and its record."""

import os
import signal
import sys
from collections.abc import Sequence
from datetime import datetime

import django
from django.conf import settings
from django.core.mail import EmailMessage

django.setup()

from notices.actions import deliver_due  # noqa: E402 the models need Django to be set up
from notices.mailbox import MailboxBackend  # noqa: E402


class DyingBackend(MailboxBackend):
    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        super().send_messages(email_messages)
        os.kill(os.getpid(), signal.SIGKILL)
        return 0


settings.EMAIL_BACKEND = f"{__name__}.DyingBackend"
deliver_due(now=datetime.fromisoformat(sys.argv[1]))
