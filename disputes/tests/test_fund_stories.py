"""The worked stories of docs/fund.md: who is owed what after each step, with every proof silent each time."""

from dataclasses import asdict
from datetime import datetime, timedelta

import pytest
from django.db import transaction

from accounts.models import Merchant, User
from compensation import actions as fund
from compensation.fund_figures import sums
from compensation.models import Advance, Recovery
from disputes.actions import appeal, decide_appeal, withdraw
from disputes.actions.supersede import receive_chargeback
from disputes.advances import advance_due
from disputes.models import Claim
from disputes.payments import payouts_of
from disputes.tests.conftest import breaks, decide_for, deeds, expired, fresh, in_wallet, told
from ledger import chart
from ledger.actions import Posting, post, set_floor
from ledger.chart import balance_of
from ledger.models import Transfer, TransferKind
from policies.in_force import typed_terms
from policies.models import Version

PRICE = 1_299_00
LATER = timedelta(days=16)


@pytest.fixture
def late(now: datetime) -> datetime:
    """More than ten business days after the claim was filed."""
    return now + LATER


@pytest.fixture
def advanced(disputed: Claim, special_fund: int, late: datetime) -> Claim:
    """The fund paid 1,299.00 first, as nobody had decided."""
    assert advance_due(now=late) == 1
    return whole(fresh(disputed))


@pytest.fixture
def charged(advanced: Claim, agent: User, late: datetime, merchant_at_its_limit: None) -> Recovery:
    """The merchant, whose settlement holds nothing, was found liable for all of it."""
    whole(decide_for(advanced, agent, late, "consumer"))
    return Recovery.objects.get(claim=advanced.number)


def whole(claim: Claim) -> Claim:
    """Every proof of every room is silent."""
    assert breaks() == []
    return claim


def posted(name: chart.AccountName) -> int:
    return balance_of(name).posted


def held() -> int:
    return posted(chart.fund_budget("special", "CNY"))


def owed(recovery: Recovery) -> int:
    return posted(chart.receivable_from(recovery.merchant_id, "CNY"))


def sold(shop: Merchant, amount: int, at: datetime) -> None:
    """The platform receives money for what the merchant sold."""
    settlement, cash = chart.settlement_of(shop.pk, "CNY"), chart.client_cash("CNY")
    key = f"sales:{Transfer.objects.count()}"
    kind = TransferKind.SETTLEMENT
    post(Posting(key=key, debit=cash, credit=settlement, amount=amount, kind=kind, happened_at=at))


def pursue(recovery: Recovery, at: datetime) -> Recovery:
    fund.pursue_recoveries(now=at)
    assert breaks() == []
    return Recovery.objects.select_related("merchant").get(pk=recovery.pk)


def parts(recovery: Recovery) -> dict[str, int]:
    names = ("set_off", "from_deposit", "paid", "waived", "written_off", "undone", "open")
    return {name: getattr(recovery, name) for name in names if getattr(recovery, name)}


def entries(recovery: Recovery) -> list[str]:
    return list(recovery.entries.order_by("id").values_list("deed", flat=True))


# --- paid first --------------------------------------------------------------------------------------


def test_a_dispute_that_takes_too_long_is_paid_first(advanced: Claim, consumer: User, merchant: User):
    assert in_wallet(consumer) == advanced.paid == advanced.advanced == PRICE
    assert posted(chart.advances_outstanding("CNY")) == PRICE
    assert held() == 10_000_00 - PRICE
    assert deeds(advanced)[-1] == "advanced"
    assert told(consumer)[-1] == told(merchant)[-1] == "advance_paid"


def test_nothing_is_paid_first_before_the_term_is_over(disputed: Claim, special_fund: int, now: datetime):
    due = fresh(disputed).advance_due_at
    assert due is not None
    assert 12 <= (due - disputed.filed_at).days <= 14
    assert advance_due(now=due - timedelta(seconds=1)) == 0
    assert advance_due(now=due) == 1


def test_it_is_paid_first_once(advanced: Claim, consumer: User, late: datetime):
    assert advance_due(now=late + LATER) == 0
    assert in_wallet(consumer) == PRICE


def test_an_empty_fund_pays_as_soon_as_it_is_filled(disputed: Claim, consumer: User, late: datetime):
    assert advance_due(now=late) == 0
    assert whole(fresh(disputed)).advanced == 0
    fund.fund(amount=PRICE, currency="CNY", key="f", at=late)
    fund.budget(budget="special", amount=PRICE, currency="CNY", key="b", at=late)
    assert advance_due(now=late) == 1
    whole(fresh(disputed))


def test_only_the_part_of_the_price_is_paid_first(advanced: Claim):
    """The line holds what it held before: an advance is a part of what the claim took off it."""
    advanced.line.refresh_from_db()
    assert advanced.line.taken == PRICE


def test_a_chargeback_ends_what_was_paid_first_and_no_merchant_is_charged(
    advanced: Claim, consumer: User, late: datetime
):
    told_of = receive_chargeback(key="network-1", line=advanced.line, amount=2 * PRICE, at=late)
    claim = whole(fresh(advanced))
    assert (claim.status, claim.close_reason, claim.paid) == ("closed", "superseded_by_chargeback", PRICE)
    assert (told_of.counted, told_of.twice) == (PRICE, PRICE)
    assert in_wallet(consumer) == PRICE
    assert Advance.objects.get().status == "borne"
    assert not Recovery.objects.exists()


# --- the platform is liable, or nobody ---------------------------------------------------------------


@pytest.mark.parametrize("outcome", ["no_fault", "merchant"])
def test_the_platform_bears_what_no_merchant_has_to(
    advanced: Claim, consumer: User, agent: User, late: datetime, outcome: str
):
    decided = whole(decide_for(advanced, agent, late, outcome))
    assert (in_wallet(consumer), fresh(decided).paid) == (PRICE, PRICE)
    assert posted(chart.advances_outstanding("CNY")) == 0
    assert posted(chart.compensation_expense("CNY")) == PRICE
    assert Advance.objects.get().status == "borne"
    assert not Recovery.objects.exists()
    ended = whole(expired(fresh(decided)))
    assert (ended.status, ended.paid) == ("settled", PRICE)


def test_a_consumer_who_withdraws_keeps_what_was_paid_first(advanced: Claim, consumer: User, late: datetime):
    Claim.objects.filter(pk=advanced.pk).update(due_at=late + LATER)
    ended = whole(withdraw(claim=fresh(advanced), by=consumer, at=late))
    assert (ended.status, in_wallet(consumer)) == ("closed", PRICE)
    assert Advance.objects.get().status == "borne"


# --- the merchant is liable --------------------------------------------------------------------------


def test_a_decision_for_the_consumer_charges_the_merchant_and_pays_nothing_twice(charged: Recovery, consumer: User):
    assert in_wallet(consumer) == PRICE
    assert (charged.amount, charged.cause, charged.status) == (PRICE, "advance", "open")
    assert owed(charged) == PRICE
    assert posted(chart.advances_outstanding("CNY")) == 0


def test_a_split_charges_the_merchant_with_its_part_and_the_platform_with_the_rest(
    advanced: Claim, consumer: User, agent: User, late: datetime
):
    whole(decide_for(advanced, agent, late, "split", 400_00))
    assert in_wallet(consumer) == PRICE
    assert Recovery.objects.get().amount == 400_00
    assert posted(chart.compensation_expense("CNY")) == PRICE - 400_00


def test_a_decision_for_more_pays_what_is_beyond_the_advance(
    disputed: Claim, consumer: User, agent: User, late: datetime, special_fund: int
):
    terms = Version.objects.get(policy__code="advance").terms
    half = typed_terms("advance", 1, {**terms, "lengthy_percent": 50})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("disputes.advances.advance_terms", lambda order: half)
        assert advance_due(now=late) == 1
    assert whole(fresh(disputed)).advanced == in_wallet(consumer) == PRICE // 2
    claim = whole(decide_for(fresh(disputed), agent, late, "consumer"))
    assert (in_wallet(consumer), fresh(claim).paid) == (PRICE, PRICE)
    assert Recovery.objects.get().amount == PRICE // 2
    assert len(payouts_of([fresh(claim)])[claim.pk]) == 2


def test_what_is_advanced_comes_back_from_settlement_then_deposit_then_invoice(
    charged: Recovery, shop: Merchant, finance: User, late: datetime
):
    before = held()
    sold(shop, 300_00, late)
    after = pursue(charged, late)
    assert parts(after) == {"set_off": 300_00, "open": 999_00}
    assert held() == before + 300_00

    fund.leave_deposit(key="deposit", merchant=shop, amount=500_00, currency="CNY", at=late)
    assert parts(pursue(after, late + timedelta(days=6))) == {"set_off": 300_00, "open": 999_00}
    after = pursue(after, late + timedelta(days=7))
    assert parts(after) == {"set_off": 300_00, "from_deposit": 500_00, "open": 499_00}

    after = pursue(after, late + timedelta(days=14))
    assert (after.status, after.invoice.amount) == ("invoiced", 499_00)
    fund.receive_payment(recovery=after, amount=100_00, because="bank 4711", by=finance, at=late)
    after = fresh_recovery(after)
    assert (after.status, after.open) == ("invoiced", 399_00)
    fund.receive_payment(recovery=after, amount=399_00, because="bank 4712", by=finance, at=late)
    after = fresh_recovery(after)
    assert (after.status, owed(after)) == ("paid", 0)
    assert held() == 10_000_00
    assert entries(after) == ["charged", "set_off", "from_deposit", "invoiced", "paid", "paid"]
    assert breaks() == []


def test_sales_pay_an_invoice_too(charged: Recovery, shop: Merchant, late: datetime):
    after = pursue(charged, late + timedelta(days=14))
    assert after.status == "invoiced"
    sold(shop, 5_000_00, late)
    after = pursue(after, late + timedelta(days=15))
    assert (after.status, held()) == ("set_off", 10_000_00)


def test_a_settlement_without_a_floor_pays_at_once(advanced: Claim, shop: Merchant, agent: User, late: datetime):
    whole(decide_for(advanced, agent, late, "consumer"))
    after = pursue(Recovery.objects.get(), late)
    assert after.status == "set_off"
    assert posted(chart.settlement_of(shop.pk, "CNY")) == -PRICE


def test_two_debts_of_one_merchant_are_paid_the_oldest_first(
    charged: Recovery, file, jackets, shop: Merchant, late: datetime
):
    second = file(jackets, quantity=1, reason="wrong_item", at=late)
    whole(expired(second))
    first, other = Recovery.objects.order_by("id")
    sold(shop, 1_500_00, late)
    assert parts(pursue(first, late + LATER)) == {"set_off": PRICE}
    assert parts(fresh_recovery(other)) == {"set_off": 1_500_00 - PRICE, "open": 2 * PRICE - 1_500_00}
    assert owed(first) == 2 * PRICE - 1_500_00


# --- the merchant cannot pay -------------------------------------------------------------------------


def test_a_bankrupt_merchant_is_reminded_and_then_written_off_and_its_money_still_taken(
    charged: Recovery, merchant: User, finance: User, late: datetime
):
    after = pursue(charged, late + timedelta(days=14))
    due_on = after.invoice.due_on
    for days in (44 + 3, 44 + 14, 44 + 30, 44 + 31):
        after = pursue(after, late + timedelta(days=days))
    assert after.invoice.reminders == 3
    assert told(merchant).count("recovery_reminder") == 3
    after = pursue(after, late + timedelta(days=14 + 30 + 120))
    assert after.status == "invoiced"
    after = pursue(after, late + timedelta(days=14 + 30 + 121))
    assert (after.status, owed(after)) == ("written_off", 0)
    assert posted(chart.write_off("CNY")) == PRICE
    assert due_on is not None

    fund.receive_payment(recovery=after, amount=200_00, because="the receiver", by=finance, at=late)
    after = fresh_recovery(after)
    assert parts(after) == {"written_off": PRICE - 200_00, "paid": 200_00}
    assert (after.status, posted(chart.write_off("CNY"))) == ("written_off", PRICE - 200_00)
    fund.receive_payment(recovery=after, amount=PRICE - 200_00, because="the receiver", by=finance, at=late)
    after = fresh_recovery(after)
    assert (after.status, held(), posted(chart.write_off("CNY"))) == ("paid", 10_000_00, 0)
    assert breaks() == []


def test_a_small_rest_is_never_invoiced_and_given_up_in_the_end(charged: Recovery, shop: Merchant, late: datetime):
    sold(shop, PRICE - 19_99, late)
    after = pursue(charged, late + timedelta(days=20))
    assert parts(after) == {"set_off": PRICE - 19_99, "open": 19_99}
    assert after.status == "open"
    after = pursue(after, late + timedelta(days=14 + 30 + 121))
    assert (after.status, after.written_off) == ("written_off", 19_99)


# --- the merchant wins its appeal --------------------------------------------------------------------


def appealed(recovery: Recovery, merchant: User, senior: User, at: datetime, outcome: str = "merchant") -> Claim:
    claim = Claim.objects.get(number=recovery.claim)
    Claim.objects.filter(pk=claim.pk).update(due_at=at + LATER)
    appeal(claim=fresh(claim), by=merchant, statement="Look again.", at=at)
    amount = 400_00 if outcome == "split" else None
    reason = "both_in_part" if outcome == "split" else "evidence_for_merchant"
    decide_appeal(
        claim=fresh(claim), by=senior, outcome=outcome, reason=reason, statement="So it is.", amount=amount, at=at
    )
    return whole(fresh(claim))


def at_stage(stage: str, recovery: Recovery, shop: Merchant, finance: User, senior: User, at: datetime) -> Recovery:
    """Brings the recovery to a stage of the waterfall."""
    match stage:
        case "set_off":
            sold(shop, PRICE, at)
            return pursue(recovery, at)
        case "half_set_off":
            sold(shop, 600_00, at)
            return pursue(recovery, at)
        case "from_deposit":
            fund.leave_deposit(key="deposit", merchant=shop, amount=PRICE, currency="CNY", at=at)
            return pursue(recovery, at + timedelta(days=7))
        case "invoiced":
            return pursue(recovery, at + timedelta(days=14))
        case "paid":
            after = pursue(recovery, at + timedelta(days=14))
            fund.receive_payment(recovery=after, amount=PRICE, because="bank 1", by=finance, at=at)
        case "disputed":
            fund.dispute_recovery(recovery=recovery, statement="Not ours.", by=senior, at=at)
        case "waived" | "written_off":
            kind = "waive" if stage == "waived" else "write_off"
            fund.propose_relief(recovery=recovery, kind=kind, because="Hopeless.", by=finance, at=at)
            fund.answer_relief(recovery=recovery, agreed=True, by=senior, at=at)
        case "came_late":
            after = at_stage("written_off", recovery, shop, finance, senior, at)
            fund.receive_payment(recovery=after, amount=300_00, because="bank 2", by=finance, at=at)
    assert breaks() == []
    return fresh_recovery(recovery)


def fresh_recovery(recovery: Recovery) -> Recovery:
    assert breaks() == []
    return Recovery.objects.select_related("merchant").get(pk=recovery.pk)


STAGES = (
    "open", "set_off", "half_set_off", "from_deposit", "invoiced", "paid", "disputed", "waived", "written_off",
    "came_late",
)  # fmt: skip
# What the merchant has by then given of its own, which is what it gets back; how much of it into its deposit.
GIVEN = {"set_off": PRICE, "half_set_off": 600_00, "from_deposit": PRICE, "paid": PRICE, "came_late": 300_00}


@pytest.mark.parametrize("stage", STAGES)
def test_a_merchant_that_wins_is_made_whole_at_every_stage(
    charged: Recovery, shop: Merchant, consumer: User, merchant: User, senior: User, finance: User, late: datetime,
    stage: str,
):  # fmt: skip
    after = at_stage(stage, charged, shop, finance, senior, late)
    settlement, deposit = chart.settlement_of(shop.pk, "CNY"), chart.deposit_of(shop.pk, "CNY")
    before = posted(settlement) + posted(deposit)
    fund_before = held()
    appealed(after, merchant, senior, late)
    after = fresh_recovery(after)
    assert (after.status, parts(after)) == ("undone", {"undone": PRICE})
    assert posted(settlement) + posted(deposit) == before + GIVEN.get(stage, 0)
    assert owed(after) == posted(chart.write_off("CNY")) == 0
    assert posted(chart.compensation_expense("CNY")) == PRICE
    assert in_wallet(consumer) == PRICE
    assert held() == fund_before
    assert told(merchant).count("recovery_undone") == 1


@pytest.mark.parametrize("stage", STAGES)
def test_a_merchant_that_wins_in_part_still_owes_the_rest(
    charged: Recovery, shop: Merchant, consumer: User, merchant: User, senior: User, finance: User, late: datetime,
    stage: str,
):  # fmt: skip
    after = at_stage(stage, charged, shop, finance, senior, late)
    appealed(after, merchant, senior, late, "split")
    after = fresh_recovery(after)
    assert after.undone == PRICE - 400_00
    assert sum(parts(after).values()) == PRICE
    assert in_wallet(consumer) == PRICE


def test_a_mirror_names_the_whole_line_it_takes_back(
    charged: Recovery, shop: Merchant, merchant: User, senior: User, finance: User, late: datetime
):
    after = at_stage("set_off", charged, shop, finance, senior, late)
    appealed(after, merchant, senior, late)
    mirror = Transfer.objects.select_related("reverses").get(reverses__isnull=False)
    assert mirror.reverses is not None
    assert mirror.reverses.key == after.entries.get(deed="set_off").transfer
    assert after.entries.get(deed="taken_back").mirrors == after.entries.get(deed="set_off")


def test_client_money_is_whole_after_what_was_recovered_is_given_back(
    charged: Recovery, shop: Merchant, consumer: User, merchant: User, senior: User, finance: User, late: datetime
):
    """Everything that is held for consumers and merchants is there in cash."""
    after = at_stage("set_off", charged, shop, finance, senior, late)
    appealed(after, merchant, senior, late)
    assert posted(chart.client_cash("CNY")) == posted(chart.settlement_of(shop.pk, "CNY")) + in_wallet(consumer)


def test_a_consumer_who_wins_on_appeal_lets_the_merchant_owe_what_the_platform_bore(
    advanced: Claim, consumer: User, agent: User, senior: User, late: datetime
):
    decided = whole(decide_for(advanced, agent, late, "merchant"))
    appeal(claim=fresh(decided), by=consumer, statement="Look again.", at=late)
    decide_appeal(
        claim=fresh(decided), by=senior, outcome="consumer", reason="evidence_for_consumer", statement="Yes.", at=late
    )
    ended = whole(fresh(decided))
    assert (ended.status, ended.paid, in_wallet(consumer)) == ("settled", PRICE, PRICE)
    assert (Recovery.objects.get().cause, Recovery.objects.get().amount) == ("appeal", PRICE)
    assert posted(chart.compensation_expense("CNY")) == 0
    shown = asdict(sums("CNY"))
    assert (shown["advanced"], shown["charged_on_appeal"], shown["receivable"]) == (PRICE, PRICE, PRICE)
    identity(shown)


def identity(shown: dict[str, int]) -> None:
    """What was advanced and what was charged on appeal is together the sum of all the others, each counted once."""
    assert shown["in_place"] <= shown["advanced"]
    assert shown["undone"] <= shown["expensed"]
    became = ("outstanding", "receivable", "recovered", "expensed", "waived", "written_off")
    assert shown["advanced"] + shown["charged_on_appeal"] == sum(shown[name] for name in became)


def test_a_charge_on_appeal_that_is_recovered_and_undone_leaves_what_was_advanced_as_it_was(
    disputed: Claim, consumer: User, agent: User, senior: User, special_fund: int, shop: Merchant, late: datetime
):
    decided = whole(decide_for(disputed, agent, late, "no_fault"))
    assert asdict(sums("CNY")) == dict.fromkeys(asdict(sums("CNY")), 0)
    fund.burden(
        key="appeal", merchant=shop, amount=PRICE, currency="CNY", claim=decided.number, line=decided.line, at=late
    )
    recovery = Recovery.objects.get()
    for amount, undone in ((0, 0), (300_00, 0), (0, 400_00)):
        if amount:
            sold(shop, amount, late)
            pursue(recovery, late)
        if undone:
            fund.undo_recoveries(claim=decided.number, amount=undone, at=late)
        assert breaks() == []
        shown = asdict(sums("CNY"))
        assert (shown["advanced"], shown["charged_on_appeal"], shown["outstanding"]) == (0, PRICE, 0)
        identity(shown)
    assert posted(chart.compensation_expense("CNY")) == 400_00


def test_a_recovery_whose_transfer_says_another_cause_is_found(charged: Recovery):
    Recovery.objects.update(cause="appeal")
    assert (
        f"Recovery {charged.key} came to be owed by appeal, and its transfer took it out of advances_outstanding."
        in {found.sentence for found in breaks()}
    )


# --- the fund paid in the merchant's place -----------------------------------------------------------


def test_what_is_paid_in_the_merchants_place_is_a_recovery_of_its_own(
    disputed: Claim, agent: User, special_fund: int, merchant_at_its_limit: None, now: datetime
):
    whole(decide_for(disputed, agent, now, "consumer"))
    found = Recovery.objects.get()
    assert (found.cause, found.claim, found.amount) == ("in_place", disputed.number, PRICE)


# --- people of finance -------------------------------------------------------------------------------


def test_giving_up_takes_a_second_person(charged: Recovery, finance: User, senior: User, late: datetime):
    fund.propose_relief(recovery=charged, kind="waive", because="Their shop burnt down.", by=finance, at=late)
    with pytest.raises(Exception, match="somebody else has to agree"), transaction.atomic():
        fund.answer_relief(recovery=charged, agreed=True, by=finance, at=late)
    assert fresh_recovery(charged).open == PRICE
    fund.answer_relief(recovery=charged, agreed=False, by=senior, at=late)
    assert fresh_recovery(charged).open == PRICE
    fund.propose_relief(recovery=charged, kind="waive", because="Their shop burnt down.", by=finance, at=late)
    fund.answer_relief(recovery=charged, agreed=True, by=senior, at=late)
    assert (fresh_recovery(charged).status, posted(chart.compensation_expense("CNY"))) == ("waived", PRICE)


def test_nothing_is_taken_of_what_the_merchant_disputes(
    charged: Recovery, shop: Merchant, merchant: User, finance: User, late: datetime
):
    fund.dispute_recovery(recovery=charged, statement="We were never asked.", by=merchant, at=late)
    sold(shop, PRICE, late)
    assert told(finance) == ["recovery_disputed"]
    assert parts(pursue(charged, late + timedelta(days=6))) == {"open": PRICE}
    assert told(finance) == ["recovery_disputed"]
    for days in (7, 20):
        assert parts(pursue(charged, late + timedelta(days=days))) == {"open": PRICE}
    assert told(finance) == ["recovery_disputed", "recovery_still_disputed", "recovery_still_disputed"]
    fund.uphold_recovery(recovery=charged, because="You were asked twice.", by=finance, at=late)
    assert told(merchant)[-1] == "recovery_upheld"
    assert pursue(charged, late + timedelta(days=20)).status == "set_off"


def test_no_more_is_received_than_is_owed(charged: Recovery, finance: User, late: datetime):
    for amount in (0, -1, PRICE + 1):
        with pytest.raises(fund.MoreThanIsOwed), transaction.atomic():
            fund.receive_payment(recovery=charged, amount=amount, because="bank", by=finance, at=late)
    assert fresh_recovery(charged).open == PRICE


def test_the_floor_of_a_settlement_is_respected(charged: Recovery, shop: Merchant, late: datetime):
    set_floor(account=chart.settlement_of(shop.pk, "CNY"), floor=-100_00)
    assert parts(pursue(charged, late)) == {"set_off": 100_00, "open": PRICE - 100_00}
