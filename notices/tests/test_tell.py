"""A person is told each thing once, in the transaction of the fact itself."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection, transaction
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from notices.actions import Telling, tell, tell_all
from notices.models import Delivery, Notice
from notices.wording import UnknownKind, ValueMissing

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
DUE_AT = datetime(2026, 3, 3, 12, tzinfo=UTC)

FILED = {
    "claim": "R-1",
    "item": "Blue mug",
    "item_zh": "蓝色马克杯",
    "amount": 45_00,
    "currency": "CNY",
    "due_at": DUE_AT,
}


def tell_filed(recipient: User, **changes: Any) -> None:
    told: dict[str, Any] = {
        "key": "claim:R-1:filed",
        "kind": "claim_filed",
        "values": FILED,
        "link": "/claims/R-1/",
        "at": AT,
    }
    tell(**(told | {"recipient": recipient} | changes))


def test_writes_the_notice_and_its_mail_with_one_statement(
    merchant: User, django_assert_num_queries: DjangoAssertNumQueries
):
    with django_assert_num_queries(1):
        tell_filed(merchant)
    notice = Notice.objects.get()
    assert (notice.recipient, notice.key, notice.kind, notice.link) == (
        merchant, "claim:R-1:filed", "claim_filed", "/claims/R-1/",
    )  # fmt: skip
    assert notice.values == FILED | {"due_at": "2026-03-03T12:00:00+00:00"}
    assert (notice.created_at, notice.read_at) == (AT, None)
    delivery = Delivery.objects.get()
    assert (delivery.notice, delivery.channel, delivery.due_at, delivery.attempts_made) == (notice, "email", AT, 0)


def test_tells_the_same_person_nothing_twice_under_one_key(merchant: User):
    tell_filed(merchant)
    tell_filed(merchant, values=FILED | {"amount": 1}, at=DUE_AT)
    assert Notice.objects.get().values["amount"] == 45_00
    assert Delivery.objects.count() == 1


def test_tells_everybody_concerned_under_one_key(merchant: User, clerk: User):
    tellings = [Telling("claim:R-1:filed", person, "claim_filed", FILED) for person in (merchant, clerk)]
    assert tell_all(tellings, at=AT) == 2
    assert tell_all([*tellings, Telling("claim:R-2:filed", clerk, "claim_filed", FILED)], at=AT) == 1
    assert tell_all([], at=AT) == 0
    assert (merchant.notices.count(), clerk.notices.count()) == (1, 2)


@pytest.mark.django_db(transaction=True)
def test_sixteen_who_tell_the_same_at_once_tell_it_once(merchant: User, clerk: User):
    def tell_both(first: User, second: User) -> int:
        try:
            return tell_all(
                [Telling("claim:R-1:filed", person, "claim_filed", FILED) for person in (first, second)], at=AT
            )
        finally:
            connection.close()

    people = [(merchant, clerk), (clerk, merchant)] * 8
    with ThreadPoolExecutor(max_workers=16) as pool:
        told = list(pool.map(lambda pair: tell_both(*pair), people))
    assert sum(told) == 2
    assert Notice.objects.count() == Delivery.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_what_did_not_happen_is_not_told(merchant: User):
    def fail_after_telling() -> None:
        with transaction.atomic():
            tell_filed(merchant)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_after_telling()
    assert not Notice.objects.exists()
    tell_filed(merchant)
    assert Notice.objects.count() == Delivery.objects.count() == 1


@pytest.mark.parametrize(
    "change", [{"is_active": False}, {"email": "guest-17@hotel.invalid"}, {"email": "guest@invalid"}]
)
def test_writes_no_mail_to_those_it_cannot_reach(merchant: User, change: dict[str, Any]):
    User.objects.filter(pk=merchant.pk).update(**change)
    merchant.refresh_from_db()
    tell_filed(merchant)
    assert Notice.objects.count() == 1
    assert not Delivery.objects.exists()


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"kind": "claim_fled"}, UnknownKind),
        ({"kind": "decided", "values": FILED | {"case": "undecided"}}, UnknownKind),
        ({"values": {name: value for name, value in FILED.items() if name != "due_at"}}, ValueMissing),
        ({"values": {name: value for name, value in FILED.items() if name != "currency"}}, ValueMissing),
    ],
)
def test_refuses_what_it_has_no_words_for(merchant: User, change: dict[str, Any], refusal: type[Exception]):
    with pytest.raises(refusal):
        tell_filed(merchant, **change)
    assert not Notice.objects.exists()
