import pytest

from common.pages import SIZE
from ledger.chart import client_cash, fund_cash, owner_capital, payable_to, settlement_of
from ledger.models import Transfer
from ledger.tests.money import fund, move

ACCOUNTS, TRANSFERS = "/api/v1/ledger/accounts", "/api/v1/ledger/transfers"


@pytest.fixture
def books(db):
    """The fund has 50.00, a merchant sold for 30.00, and 12.00 of it was refunded."""
    fund(50_00)
    move("sale", client_cash("GBP"), settlement_of(7, "GBP"), 30_00)
    move("refund", settlement_of(7, "GBP"), payable_to(9, "GBP"), 12_00)


def rows(answer):
    assert answer.status_code == 200, answer.json()
    return answer.json()["results"]


def test_an_account_shows_what_it_holds(api, finance, books):
    shown = {(row["kind"], row["owner"]): row for row in rows(api(finance).get(ACCOUNTS))}
    settlement = shown["merchant_settlement", "merchant:7"]
    assert (settlement["balance"], settlement["reserved"], settlement["available"]) == (18_00, 0, 18_00)
    assert (settlement["currency"], settlement["floor"]) == ("GBP", None)
    assert shown["fund_cash", ""]["floor"] == 0


def test_accounts_are_found_by_kind_and_owner(api, finance, books):
    client = api(finance)
    assert [row["owner"] for row in rows(client.get(ACCOUNTS, {"kind": "consumer_payable"}))] == ["user:9"]
    assert [row["kind"] for row in rows(client.get(ACCOUNTS, {"owner": "merchant:7"}))] == ["merchant_settlement"]
    assert rows(client.get(ACCOUNTS, {"owner": "merchant:8"})) == []


def test_a_transfer_names_both_sides_and_its_cause(api, finance, books):
    refund, sale, funding = rows(api(finance).get(TRANSFERS))
    assert (refund["key"], refund["kind"], refund["amount"], refund["currency"]) == ("refund", "refund", 12_00, "GBP")
    assert (refund["debit"]["kind"], refund["debit"]["owner"]) == ("merchant_settlement", "merchant:7")
    assert (refund["credit"]["kind"], refund["credit"]["owner"]) == ("consumer_payable", "user:9")
    assert refund["debit"]["id"] == sale["credit"]["id"]
    assert refund["reverses"] is None
    assert funding["key"] == "fund:GBP"


def test_transfers_are_found_by_account_kind_and_key(api, finance, books):
    client = api(finance)
    settlement = rows(client.get(ACCOUNTS, {"kind": "merchant_settlement"}))[0]["id"]
    assert [row["key"] for row in rows(client.get(TRANSFERS, {"account": settlement}))] == ["refund", "sale"]
    assert [row["key"] for row in rows(client.get(TRANSFERS, {"account": settlement, "key": "sale"}))] == ["sale"]
    assert rows(client.get(TRANSFERS, {"kind": "payout"})) == []


def test_the_journal_goes_on_where_it_ended_and_keeps_its_filters(api, finance, db):
    for number in range(SIZE + 1):
        move(f"more:{number}", fund_cash("GBP"), owner_capital("GBP"), 1)
    client = api(finance)
    first = client.get(TRANSFERS, {"kind": "refund"}).json()
    second = client.get(first["next"]).json()
    assert "kind=refund" in first["next"]
    assert [row["key"] for row in second["results"]] == ["more:0"]
    assert second["next"] is None


def test_a_page_costs_the_same_however_many_rows(api, finance, books, django_assert_num_queries):
    client = api(finance)
    with django_assert_num_queries(2):
        rows(client.get(ACCOUNTS))
        rows(client.get(TRANSFERS))


@pytest.mark.parametrize(
    ("path", "query", "field"),
    [
        (ACCOUNTS, {"kind": "piggy_bank"}, "kind"),
        (ACCOUNTS, {"account": "1"}, "account"),
        (TRANSFERS, {"account": "x"}, "account"),
        (TRANSFERS, {"account": "0"}, "account"),
        (TRANSFERS, {"account": str(2**63)}, "account"),
        (TRANSFERS, {"kind": "gift"}, "kind"),
        (TRANSFERS, {"key": "k" * 121}, "key"),
        (TRANSFERS, {"limit": "5"}, "limit"),
        (TRANSFERS, {"after": "x"}, "after"),
    ],
)
def test_a_filter_that_cannot_be_read_is_named(api, finance, path, query, field):
    answer = api(finance).get(path, query)
    assert (answer.status_code, set(answer.json()["fields"])) == (400, {field})


@pytest.mark.parametrize("person", ["consumer", "merchant", "clerk", "outsider", "agent", "senior", "operator"])
@pytest.mark.parametrize("path", [ACCOUNTS, TRANSFERS])
def test_the_books_are_for_finance(api, person, request, path, books):
    answer = api(request.getfixturevalue(person)).get(path)
    assert (answer.status_code, answer.json()["error"]) == (403, "permission_denied")


def test_nobody_writes_them_here(api, finance, books):
    before = Transfer.objects.count()
    for method in ("post", "put", "patch", "delete"):
        assert getattr(api(finance), method)(TRANSFERS, {}, format="json").status_code == 405
    assert Transfer.objects.count() == before
