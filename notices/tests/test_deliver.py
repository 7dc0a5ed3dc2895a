"""Mails leave the outbox in their reader's language, whatever the mail server, the network or the worker do."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.core.mail import EmailMultiAlternatives
from django.db import connection
from django.db.models import F
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.models import User
from common.sessions import this_session
from notices.actions import deliver_due, tell
from notices.actions.deliver import LEASE, MOST_ATTEMPTS, PAUSES
from notices.letters import message_id
from notices.models import Delivery, Notice
from notices.tests.smtp import MailServer, running_mail_server

Mailbox = list[EmailMultiAlternatives]

VALUES = {
    "claim": "R-1",
    "item": "Blue mug",
    "item_zh": "蓝色马克杯",
    "amount": 45_00,
    "currency": "CNY",
    "case": "arrived",
}


def told(recipient: User, now: datetime, count: int = 1) -> list[Delivery]:
    for number in range(1, count + 1):
        tell(
            key=f"claim:R-{number}:paid",
            recipient=recipient,
            kind="claim_paid",
            values=VALUES,
            link="/claims/R-1/",
            at=now,
        )
    return list(Delivery.objects.order_by("id"))


def state(delivery: Delivery) -> tuple[int, datetime | None, datetime | None, datetime | None]:
    delivery.refresh_from_db()
    return delivery.attempts_made, delivery.due_at, delivery.sent_at, delivery.failed_at


@pytest.fixture
def mail_server(settings: Settings) -> Iterator[MailServer]:
    with running_mail_server() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", server.port, 5
        yield server


# --- what is sent ----------------------------------------------------------------------------------


def test_sends_text_and_html_with_a_link_to_the_one_action(
    consumer: User, now: datetime, mailoutbox: Mailbox, settings
):
    settings.PUBLIC_URL = "https://redress.example.com"
    (delivery,) = told(consumer, now)
    assert deliver_due(now=now) == 1
    (mail,) = mailoutbox
    assert (mail.to, mail.subject) == (["consumer@example.com"], "CN¥45.00 for claim R-1 is in your wallet")
    ((html, _type),) = mail.alternatives
    for text in (mail.body, str(html)):
        assert "Hello Consumer," in text
        assert "Your claim about “Blue mug” was approved, and the money is there." in text
        assert "https://redress.example.com/claims/R-1/" in text
    assert state(delivery) == (1, None, now, None)
    assert deliver_due(now=now + LEASE) == 0


def test_writes_to_each_person_in_their_own_language_and_zone(consumer: User, now: datetime, mailoutbox: Mailbox):
    User.objects.filter(pk=consumer.pk).update(language="zh-hans", timezone="Asia/Shanghai")
    due_at = datetime.fromisoformat("2026-03-28T23:30:00+00:00")
    consumer.refresh_from_db()
    tell(key="k", recipient=consumer, kind="ship_by", values=VALUES | {"due_at": due_at}, at=now)
    deliver_due(now=now)
    (mail,) = mailoutbox
    assert "蓝色马克杯" in mail.body
    assert "2026年3月29日周日 07:30" in mail.body
    assert "Hello" not in mail.body


def test_a_name_with_markup_in_it_stays_text(consumer: User, now: datetime, mailoutbox: Mailbox):
    tell(key="k", recipient=consumer, kind="claim_paid", values=VALUES | {"item": "<b>mug</b>"}, at=now)
    deliver_due(now=now)
    assert "&lt;b&gt;mug&lt;/b&gt;" in str(mailoutbox[0].alternatives[0][0])
    assert "<b>mug</b>" in mailoutbox[0].body


def test_the_message_id_comes_from_the_key_and_differs_by_reader(
    consumer: User, merchant: User, now: datetime, settings
):
    settings.DEFAULT_FROM_EMAIL = "Redress <no-reply@redress.example.com>"
    for person in (consumer, merchant):
        tell(key="claim:R-1:paid", recipient=person, kind="claim_paid", values=VALUES, at=now)
    first, second = (message_id(notice) for notice in Notice.objects.order_by("id"))
    assert first == message_id(Notice.objects.earliest("id"))
    assert first != second
    assert first.startswith(f"<claim.R-1.paid.{consumer.pk}.")
    assert first.endswith("@redress.example.com>")


def test_whoever_left_in_the_meantime_is_not_written_to(consumer: User, now: datetime, mailoutbox: Mailbox):
    (delivery,) = told(consumer, now)
    User.objects.filter(pk=consumer.pk).update(is_active=False)
    deliver_due(now=now)
    assert mailoutbox == []
    assert state(delivery) == (1, None, None, now)


def test_a_notice_without_words_does_not_hold_up_those_behind_it(consumer: User, now: datetime, mailoutbox: Mailbox):
    broken, sound = told(consumer, now, count=2)
    Notice.objects.filter(pk=broken.notice_id).update(kind="of_another_age")
    deliver_due(now=now)
    assert state(broken) == (1, None, None, now)
    assert state(sound) == (1, None, now, None)
    assert len(mailoutbox) == 1


# --- a real mail server ----------------------------------------------------------------------------


@pytest.mark.usefixtures("db")
def test_a_batch_goes_over_one_connection(consumer: User, now: datetime, mail_server: MailServer):
    told(consumer, now, count=3)
    assert deliver_due(now=now, limit=2) == 2
    assert deliver_due(now=now, limit=2) == 1
    assert [mail["Message-ID"] for mail in mail_server.mails] == [
        message_id(notice) for notice in Notice.objects.order_by("id")
    ]
    text, html = mail_server.mails[0].iter_parts()
    assert (text.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")
    assert mail_server.mails[0]["To"] == "consumer@example.com"


def test_a_refusal_for_good_ends_that_mail_and_no_other(consumer: User, now: datetime, mail_server: MailServer):
    refused, sent = told(consumer, now, count=2)
    mail_server.answers = ["550 no such mailbox"]
    deliver_due(now=now)
    assert state(refused) == (1, None, None, now)
    assert "550" in refused.failure
    assert state(sent) == (1, None, now, None)


def test_a_refusal_for_now_is_tried_again_after_longer_and_longer_pauses(
    consumer: User, now: datetime, mail_server: MailServer
):
    (delivery,) = told(consumer, now)
    mail_server.answers = ["451 try again later"] * MOST_ATTEMPTS
    at = now
    for attempts, pause in enumerate(PAUSES, start=1):
        assert deliver_due(now=at) == 1
        assert state(delivery) == (attempts, at + pause, None, None)
        assert deliver_due(now=at + pause - timedelta(seconds=1)) == 0
        at += pause
    assert deliver_due(now=at) == 1
    assert state(delivery) == (MOST_ATTEMPTS, None, None, at)
    assert "451" in delivery.failure
    assert mail_server.mails == []


@pytest.mark.parametrize("answer", ["hang up", "421 closing"])
def test_a_broken_connection_costs_only_the_mail_that_was_being_sent_an_attempt(
    consumer: User, now: datetime, mail_server: MailServer, answer: str
):
    sent, cut_off, untried = told(consumer, now, count=3)
    mail_server.answers = ["250 ok", answer]
    deliver_due(now=now)
    assert state(sent) == (1, None, now, None)
    assert state(cut_off) == (1, now + PAUSES[0], None, None)
    assert state(untried) == (0, now, None, None)
    assert deliver_due(now=now) == 1
    assert state(untried) == (1, None, now, None)


def test_a_mail_server_out_of_reach_is_tried_again_later(consumer: User, now: datetime, settings: Settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    deliveries = told(consumer, now, count=2)
    assert deliver_due(now=now) == 2
    assert [state(delivery) for delivery in deliveries] == [(1, now + PAUSES[0], None, None)] * 2


# --- several workers, and workers that die ---------------------------------------------------------


def test_nothing_is_sent_inside_a_transaction(
    consumer: User, now: datetime, mailoutbox: Mailbox, django_assert_num_queries: DjangoAssertNumQueries
):
    told(consumer, now, count=3)
    this_session()  # takes its lock once, whenever that is
    with django_assert_num_queries(2 + 3 + 3):  # a savepoint (the test's), three to take in hand, one for each outcome
        deliver_due(now=now)


@pytest.mark.django_db(transaction=True)
def test_four_workers_at_once_send_every_mail_once(consumer: User, now: datetime, mailoutbox: Mailbox):
    told(consumer, now, count=40)

    def sweep_until_nothing_is_due(_worker: int) -> int:
        try:
            return sum(iter(lambda: deliver_due(now=now, limit=3), 0))
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=4) as pool:
        assert sum(pool.map(sweep_until_nothing_is_due, range(4))) == 40
    assert len({mail.extra_headers["Message-ID"] for mail in mailoutbox}) == len(mailoutbox) == 40


def test_a_worker_that_comes_back_after_its_lease_overwrites_nothing(consumer: User, now: datetime, monkeypatch):
    (delivery,) = told(consumer, now)

    def taken_over_meanwhile(_backend: object, _messages: list[Any]) -> int:
        Delivery.objects.update(attempts_made=F("attempts_made") + 1, due_at=now + 2 * LEASE)
        return 1

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", taken_over_meanwhile)
    deliver_due(now=now)
    assert state(delivery) == (2, now + 2 * LEASE, None, None)


def test_a_worker_that_runs_out_of_time_puts_back_what_it_did_not_begin(consumer: User, now: datetime, monkeypatch):
    in_hand, untried = told(consumer, now, count=2)

    def too_slow(_backend: object, _messages: list[Any]) -> int:
        raise SoftTimeLimitExceeded

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", too_slow)
    with pytest.raises(SoftTimeLimitExceeded):
        deliver_due(now=now)
    assert state(in_hand) == (1, now + LEASE, None, None)
    assert state(untried) == (0, now, None, None)


def test_a_mail_that_kills_every_worker_is_given_up(consumer: User, now: datetime, mailoutbox: Mailbox):
    (delivery,) = told(consumer, now)
    Delivery.objects.update(attempts_made=MOST_ATTEMPTS)
    deliver_due(now=now)
    assert state(delivery) == (MOST_ATTEMPTS + 1, None, None, now)
    assert mailoutbox == []


WORKER = """
import sys, django
from datetime import datetime
django.setup()
from notices.actions import deliver_due
deliver_due(now=datetime.fromisoformat(sys.argv[1]))
"""


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("killed_at", "left_already"), [("notices.taken_in_hand", 0), ("notices.sent", 1)])
def test_a_mail_whose_worker_was_killed_goes_out_again_under_the_same_id(
    *, consumer: User, now: datetime, settings: Settings, tmp_path: Path, killed_at: str, left_already: int
):
    (delivery,) = told(consumer, now)
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "DATABASE_URL": database_url_of_the_test(),
        "VAR_DIR": str(tmp_path),
        "SECRET_KEY": settings.SECRET_KEY,
        "REDRESS_CRASH_AT": killed_at,
    }
    worker = subprocess.run(
        [sys.executable, "-c", WORKER, now.isoformat()], env=environment, cwd=settings.BASE_DIR, check=False
    )
    assert worker.returncode == -signal.SIGKILL

    settings.EMAIL_BACKEND, settings.MAILBOX_DIR = "notices.mailbox.MailboxBackend", tmp_path / "mailbox"
    assert state(delivery) == (1, now + LEASE, None, None)
    assert mails_in(settings.MAILBOX_DIR) == [message_id(delivery.notice)] * left_already

    assert deliver_due(now=now + LEASE) == 1
    assert state(delivery) == (2, None, now + LEASE, None)
    assert mails_in(settings.MAILBOX_DIR) == [message_id(delivery.notice)]
    assert Notice.objects.count() == 1


def database_url_of_the_test() -> str:
    """The database of this test, as another process reaches it."""
    database = connection.settings_dict
    host = database["HOST"] or database["OPTIONS"].get("host", "")
    user = ":".join(quote(part, safe="") for part in (database["USER"], database["PASSWORD"]) if part)
    return f"postgres://{user}@:{database['PORT']}/{database['NAME']}?host={quote(host)}"


def mails_in(folder: Path) -> list[str]:
    return [message_from_bytes(path.read_bytes(), policy=default)["Message-ID"] for path in folder.glob("*.eml")]
