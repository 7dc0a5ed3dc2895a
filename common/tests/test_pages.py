from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.db.models import F
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from accounts.models import Member, Merchant, SignInAttempt, User
from common.pages import BadCursor, read_page

NOW = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)
NEWEST_FIRST = ("-tried_at", "-id")


@pytest.fixture
def attempts(db):
    """Seven rows of which the middle ones share their moment to the microsecond."""
    moments = [0, 1, 2, 2, 2, 3, 4]
    return SignInAttempt.objects.bulk_create(
        [SignInAttempt(who=str(who), tried_at=NOW + timedelta(microseconds=at)) for who, at in enumerate(moments)]
    )


def walk(rows, by, size):
    after, pages = None, []
    while True:
        page = read_page(rows, by=by, after=after, size=size)
        pages.append([row.who for row in page.rows])
        after = page.next
        if after is None:
            return pages


@pytest.mark.parametrize("size", [1, 2, 3, 6, 7, 8])
@pytest.mark.parametrize("by", [NEWEST_FIRST, ("tried_at", "id"), ("-id",), ("twice", "id")])
def test_every_row_comes_once_and_in_order(attempts, by, size):
    rows = SignInAttempt.objects.annotate(twice=F("id") * 2)
    in_order = [row.who for row in rows.order_by(*by)]
    pages = walk(rows, by, size)
    assert [who for page in pages for who in page] == in_order
    assert [len(page) for page in pages[:-1]] == [size] * (len(pages) - 1)


def test_a_column_that_points_to_another_row_counts_by_its_key(db):
    shop = Merchant.objects.create(code="shop", name="Shop")
    for name in "abc":
        Member.objects.create(user=User.objects.create_user(f"{name}@example.com", name=name), merchant=shop)
    first = read_page(Member.objects.all(), by=("merchant", "user"), after=None, size=2)
    second = read_page(Member.objects.all(), by=("merchant", "user"), after=first.next, size=2)
    assert [member.user.name for member in first.rows + second.rows] == ["a", "b", "c"]


def test_an_empty_list_is_one_page(db):
    page = read_page(SignInAttempt.objects.all(), by=NEWEST_FIRST, after=None)
    assert (page.rows, page.next) == ([], None)


def test_a_row_written_meanwhile_neither_repeats_nor_hides_another(attempts):
    first = read_page(SignInAttempt.objects.all(), by=NEWEST_FIRST, after=None, size=3)
    SignInAttempt.objects.create(who="new", tried_at=NOW + timedelta(days=1))
    second = read_page(SignInAttempt.objects.all(), by=NEWEST_FIRST, after=first.next, size=9)
    assert [row.who for row in first.rows + second.rows] == ["6", "5", "4", "3", "2", "1", "0"]


def test_the_database_compares_whole_rows_so_that_an_index_serves(attempts):
    cursor = read_page(SignInAttempt.objects.all(), by=NEWEST_FIRST, after=None, size=3).next
    with CaptureQueriesContext(connection) as queries:
        read_page(SignInAttempt.objects.all(), by=NEWEST_FIRST, after=cursor, size=3)
    [query] = queries
    assert '("accounts_signinattempt"."tried_at", "accounts_signinattempt"."id") < (' in query["sql"]


@pytest.mark.parametrize("cursor", ["x", "WzFd", "\0", "é", "a" * 5000, "[1]:abc"])
def test_a_made_up_cursor_is_refused(db, cursor):
    with pytest.raises(BadCursor):
        read_page(SignInAttempt.objects.all(), by=NEWEST_FIRST, after=cursor)


def test_the_cursor_of_another_list_is_refused(attempts):
    cursor = read_page(SignInAttempt.objects.all(), by=("-id",), after=None, size=3).next
    with pytest.raises(BadCursor):
        read_page(SignInAttempt.objects.all(), by=("id",), after=cursor)
    with pytest.raises(BadCursor):
        read_page(User.objects.all(), by=("-id",), after=cursor)


def test_two_directions_at_once_are_a_mistake(db):
    with pytest.raises(ValueError, match="one direction"):
        read_page(SignInAttempt.objects.all(), by=("tried_at", "-id"), after=None)


def test_the_addresses_keep_the_filters(attempts):
    request = RequestFactory().get("/attempts", {"who": "a&b"})
    page = read_page(SignInAttempt.objects.all(), by=("-id",), after=None, size=3)
    assert page.first_href(request) is None
    following = RequestFactory().get(str(page.next_href(request)))
    assert following.GET.dict() == {"who": "a&b", "after": page.next}
    second = read_page(SignInAttempt.objects.all(), by=("-id",), after=following.GET["after"], size=9)
    assert second.next_href(following) is None
    assert second.first_href(following) == "/attempts?who=a%26b"
