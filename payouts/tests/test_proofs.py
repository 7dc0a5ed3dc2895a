"""The proofs find a payout and books that tell different stories."""

import pytest
from django.db.models import F

from ledger.actions import post
from ledger.chart import payable_to, settlement_of
from ledger.models import TransferKind
from ledger.tests.money import posting
from payouts.models import Move, Payout
from payouts.proofs import count, prove
from payouts.tests.conftest import sweep_until_it_ends

pytestmark = pytest.mark.django_db


@pytest.fixture
def settled(pay):
    return pay("settled", gateway="wallet")


@pytest.fixture
def released(pay, provider):
    payout = pay("released")
    provider.plan(payout, "refuse")
    sweep_until_it_ends(payout)
    return payout


@pytest.fixture(autouse=True)
def _open(pay, settled, released):
    pay("open")


def sentences() -> str:
    return "\n".join(found.sentence for found in prove())


def test_payouts_that_were_kept_are_right():
    assert sentences() == ""
    assert count() == {"paid_out": {"GBP": 25_00}}


@pytest.mark.parametrize(
    ("key", "changes", "sentence"),
    [
        ("open", {"status": "settled", "next_at": None, "ended_at": F("created_at")}, "in the books is reserved"),
        ("settled", {"key": "other"}, "in the books is not there"),
        ("settled", {"key": "other"}, "Transfer settled:payout paid somebody without a payout"),
        ("settled", {"amount": 12_51}, "is over 1251 GBP"),
        ("settled", {"currency": "CNY"}, "the books say 1250 GBP"),
        ("released:wallet", {"replaces": None}, "was released and nothing replaces it"),
        ("released:wallet", {"amount": 1}, "or is over another sum"),
        ("settled", {"attempts_made": 1}, "counts 1 attempts, there are 0"),
    ],
)
def test_the_proof_finds(key, changes, sentence):
    Payout.objects.filter(key=key).update(**changes)
    assert sentence in sentences()


def test_the_proof_finds_a_payout_that_replaces_one_that_may_still_be_paid(settled):
    unfinished = Payout.objects.get(key="open")
    Payout.objects.filter(pk=settled.pk).update(replaces=unfinished)
    assert f"replaces payout {unfinished.pk}, which is reserved" in sentences()


def test_the_proof_finds_another_payee(settled, consumer2):
    Payout.objects.filter(pk=settled.pk).update(payee=consumer2)
    assert f"to user {consumer2.pk}" in sentences()


def test_the_proof_finds_a_history_that_ends_elsewhere(settled):
    Move.objects.create(payout=settled, was="settled", became="sent", at=settled.created_at)
    assert "its history ends with sent" in sentences()


def test_the_proof_finds_money_that_left_without_a_payout(consumer):
    leak = posting("leak", payable_to(consumer.pk, "GBP"), settlement_of(1, "GBP"), 1, kind=TransferKind.PAYOUT)
    post(posting("refund", settlement_of(1, "GBP"), payable_to(consumer.pk, "GBP"), 1), leak)
    assert "Transfer leak paid somebody without a payout" in sentences()
