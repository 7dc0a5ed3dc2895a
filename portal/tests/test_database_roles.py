"""The running portal's role on the database: it adds to the books, and changes nothing in them."""

from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from django.apps import apps
from django.core.checks import run_checks
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connection, transaction

from ledger.actions import gather_raises, post_hold, reserve, set_floor
from ledger.chart import fund_budget, fund_cash, payable_to, settlement_of, wallet_of
from ledger.models import Seal, TransferKind
from ledger.proofs import prove
from ledger.rights import RIGHTS
from ledger.sealing import seal_past_days
from ledger.tests.money import AT, fund, move, posted
from portal.checks import check_rights_on_the_books
from portal.database_roles import RolesRefused, grant_rights, make_role, may_change_the_books

ROLE = "redress_web_of_a_test"
SHOP, ANNA, WALLET = settlement_of(1, "GBP"), payable_to(2, "GBP"), wallet_of(2, "GBP")


@pytest.fixture
def role(db):
    """The role, until the test's transaction is rolled back."""
    make_role(ROLE)
    return ROLE


@contextmanager
def working_as(role):
    with connection.cursor() as cursor:
        cursor.execute(f'SET LOCAL ROLE "{role}"')
        try:
            yield cursor
        finally:
            cursor.execute("RESET ROLE")


def refused(statement):
    """The database's words, or what it let through."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    except ProgrammingError as error:
        return str(error).splitlines()[0]
    return f"let through: {statement}"


BOOKS = sorted(table for table in RIGHTS if table != "ledger_balance")


@pytest.mark.parametrize("table", BOOKS)
def test_nobody_deletes_empties_or_alters_a_table_of_the_books(role, table):
    with working_as(role):
        assert refused(f"DELETE FROM {table}") == f"permission denied for table {table}"  # noqa: S608 (our own names)
        assert refused(f"TRUNCATE {table}") == f"permission denied for table {table}"
        for change in ("DISABLE TRIGGER ALL", "ADD COLUMN more int", "OWNER TO CURRENT_USER"):
            assert refused(f"ALTER TABLE {table} {change}") == f"must be owner of table {table}"
        assert refused(f"DROP TABLE {table}") == f"must be owner of table {table}"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_transfer SET amount = 1",
        "UPDATE ledger_account SET owner = 'me'",
        "UPDATE ledger_hold SET amount = 1",
        "UPDATE ledger_keptbalance SET posted = 1",
        "UPDATE ledger_hotbalance SET raised = 1",
        "UPDATE ledger_seal SET hash = 'x'",
        "UPDATE ledger_closing SET posted = 1",
        "INSERT INTO ledger_keptbalance VALUES (1, 1, 0, 0)",
        "INSERT INTO ledger_raised (account_id, amount) VALUES (1, 1)",
        "INSERT INTO ledger_drawn (account_id, number, total) VALUES (1, 1, 1)",
        "INSERT INTO ledger_transfer (key, debit_id, credit_id, amount, kind, happened_at, recorded_at)"
        " VALUES ('back-dated', 1, 2, 1, 'refund', now(), '2020-01-01')",
        "DELETE FROM django_migrations",
        "SELECT setval('ledger_transfer_id_seq', 1)",
        "SET session_replication_role = replica",
        "CREATE TABLE mine ()",
        "CREATE TRIGGER mine BEFORE INSERT ON ledger_transfer FOR EACH ROW EXECUTE FUNCTION ledger_never_changes()",
    ],
)
def test_what_would_change_the_books_is_not_permitted(role, statement):
    with working_as(role):
        assert refused(statement).startswith(("permission denied", "must be owner"))


def test_the_triggers_of_the_books_cannot_be_borrowed(role):
    """They work with the owner's rights: on a table of one's own they would write any balance."""
    with working_as(role) as cursor:
        cursor.execute("CREATE TEMP TABLE mine (LIKE ledger_transfer)")
        assert refused(
            "CREATE TRIGGER borrowed AFTER INSERT ON mine REFERENCING NEW TABLE AS written"
            " FOR EACH STATEMENT EXECUTE FUNCTION ledger_balances_follow_transfers()"
        ) == "permission denied for function ledger_balances_follow_transfers"  # fmt: skip


def test_a_table_of_the_same_name_in_front_deceives_no_trigger(role):
    with working_as(role) as cursor:
        cursor.execute("CREATE TEMP TABLE ledger_keptbalance AS TABLE ledger_keptbalance")
        cursor.execute("CREATE TEMP TABLE ledger_hotbalance AS TABLE ledger_hotbalance")
        move("refund", SHOP, ANNA, 5_00)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE pg_temp.ledger_keptbalance, pg_temp.ledger_hotbalance")
    assert (posted(SHOP), posted(ANNA)) == (-5_00, 5_00)


def test_everything_the_books_are_for_still_works(role):
    with working_as(role):
        fund(50_00)
        move("budget", fund_budget("special", "GBP"), fund_cash("GBP"), 30_00)
        move("refund", SHOP, ANNA, 5_00)
        set_floor(account=SHOP, floor=-100_00)
        set_floor(account=fund_budget("special", "GBP"), floor=0)
        reserve(key="payout", debit=ANNA, credit=WALLET, amount=2_00, kind=TransferKind.PAYOUT, at=AT)
        post_hold(key="payout", at=AT)
        gather_raises(at_least=1)
        assert seal_past_days(now=datetime.now(UTC) + timedelta(days=1)) == 1
        assert (posted(WALLET), posted(fund_budget("special", "GBP"))) == (2_00, 30_00)
        assert list(prove()) == []
    assert Seal.objects.get().transfers == 4


def test_every_other_table_may_be_read_and_written(role):
    tables = {model._meta.db_table for model in apps.get_models() if model._meta.managed} - set(RIGHTS)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name FROM unnest(%s::text[]) name WHERE NOT (has_table_privilege(%s, name, 'SELECT')"
            " AND has_table_privilege(%s, name, 'INSERT') AND has_table_privilege(%s, name, 'UPDATE')"
            " AND has_table_privilege(%s, name, 'DELETE'))",
            [list(tables), role, role, role, role],
        )
        assert cursor.fetchall() == []


def test_every_table_of_the_books_has_its_rights_written_down():
    tables = {model._meta.db_table for model in apps.get_app_config("ledger").get_models()}
    assert tables == set(RIGHTS)


def test_granting_again_changes_nothing_and_takes_back_what_somebody_gave(role):
    with connection.cursor() as cursor:
        cursor.execute(f'GRANT UPDATE, DELETE ON ledger_transfer TO "{role}"')
        cursor.execute(f'GRANT UPDATE (amount) ON ledger_transfer TO "{role}"')
    grant_rights(role)
    with working_as(role):
        assert refused("UPDATE ledger_transfer SET amount = 1").startswith("permission denied")


def test_a_user_who_may_make_no_role_is_told_what_to_do(db):
    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE redress_poor_owner; GRANT USAGE ON SCHEMA public TO redress_poor_owner")
    refusal = pytest.raises(RolesRefused, match=f"let an administrator run CREATE ROLE .{ROLE}.")
    with working_as("redress_poor_owner"), refusal, transaction.atomic():
        make_role(ROLE)


def test_the_check_warns_of_a_role_that_could_change_the_books(role, settings):
    settings.DEBUG = True
    assert check_rights_on_the_books(databases=["default"]) == []
    settings.DEBUG = False
    assert may_change_the_books()
    assert [advice.id for advice in run_checks(databases=["default"]) if advice.id == "portal.W001"] == ["portal.W001"]
    with working_as(role):
        assert not may_change_the_books()
        assert check_rights_on_the_books(databases=["default"]) == []


def test_migrations_are_the_owners(settings, db):
    settings.DATABASE_ROLE = ROLE
    with pytest.raises(CommandError, match="run `migrate` as their owner"):
        call_command("migrate", verbosity=0)
