"""A notice as a mail: text and HTML in its recipient's language and zone, under a Message-ID made from its key."""

import hashlib
import re
from email.utils import format_datetime, parseaddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import timezone, translation

from accounts.models import User
from notices.models import Notice
from notices.wording import words

# RFC 2606: no mail ever reaches an address there. Imported accounts have such addresses.
UNREACHABLE = "invalid"

LONGEST_KEY = 80


def is_reachable(user: User) -> bool:
    """Whether mail may be sent to this person at all."""
    return user.is_active and user.email.rpartition("@")[2].rpartition(".")[2] != UNREACHABLE


def letter_of(notice: Notice) -> EmailMultiAlternatives:
    """The mail, the same whenever it is made. Raises LookupError or ValueError when the notice cannot be worded."""
    reader = notice.recipient
    with translation.override(reader.language or settings.LANGUAGE_CODE), timezone.override(reader.timezone):
        said = words(kind=notice.kind, values=notice.values, role=reader.role)
        context = {
            "subject": said.subject,
            "greeting_name": reader.name,
            "sentences": said.sentences,
            "due_text": said.due,
            "action_label": said.action,
            "link": f"{settings.PUBLIC_URL}{notice.link}" if notice.link else "",
        }
        text = render_to_string("mail/base.txt", context)
        html = render_to_string("mail/base.html", context)
    letter = EmailMultiAlternatives(
        subject=said.subject,
        body=text,
        to=[reader.email],
        headers={
            "Message-ID": message_id(notice),
            "Date": format_datetime(notice.created_at),
            "Auto-Submitted": "auto-generated",
        },
    )
    letter.attach_alternative(html, "text/html")
    return letter


def message_id(notice: Notice) -> str:
    """The same for every attempt: the key for people to read, and a digest that makes it unique."""
    readable = re.sub(r"[^A-Za-z0-9_-]+", ".", notice.key).strip(".")[:LONGEST_KEY].strip(".")
    digest = hashlib.sha256(f"{notice.recipient_id} {notice.key}".encode()).hexdigest()[:16]
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    return f"<{readable}.{notice.recipient_id}.{digest}@{domain}>"
