"""A mistake is never erased: it is compensated by its mirror image, at most once."""

from functools import partial

import pytest
from django.db import IntegrityError

from common.at_once import at_once
from ledger.actions import AlreadyReversed, Overdrawn, Posting, post, reverse
from ledger.chart import payable_to, settlement_of, wallet_of
from ledger.models import Transfer, TransferKind
from ledger.tests.money import AT, move, posted

SHOP, ANNA, WALLET = settlement_of(1, "GBP"), payable_to(2, "GBP"), wallet_of(2, "GBP")


@pytest.mark.django_db
def test_a_reversal_is_a_new_transfer_that_names_the_old_one():
    mistake = move("refund", SHOP, ANNA, 5_00)
    mirror = reverse(transfer=mistake, key="refund:reversed", at=AT)
    assert (mirror.debit_id, mirror.credit_id, mirror.amount) == (mistake.credit_id, mistake.debit_id, 5_00)
    assert (mirror.kind, mirror.reverses_id) == (TransferKind.REVERSAL, mistake.pk)
    assert (posted(SHOP), posted(ANNA)) == (0, 0)
    assert Transfer.objects.get(key="refund").amount == 5_00


@pytest.mark.django_db
def test_a_transfer_is_reversed_at_most_once():
    mistake = move("refund", SHOP, ANNA, 5_00)
    first = reverse(transfer=mistake, key="reversed", at=AT)
    assert reverse(transfer=mistake, key="reversed", at=AT).pk == first.pk
    with pytest.raises(AlreadyReversed):
        reverse(transfer=mistake, key="reversed again", at=AT)
    assert posted(ANNA) == 0


@pytest.mark.django_db(transaction=True)
def test_of_many_reversals_at_once_one_is_applied():
    mistake = move("refund", SHOP, ANNA, 5_00)
    outcomes = at_once(*[partial(reverse, transfer=mistake, key=f"reversed:{name}", at=AT) for name in range(16)])
    assert sum(isinstance(outcome, AlreadyReversed) for outcome in outcomes) == 15
    assert posted(ANNA) == 0


@pytest.mark.django_db
def test_what_was_spent_cannot_be_reversed():
    refund = move("refund", SHOP, ANNA, 5_00)
    move("payout", ANNA, WALLET, 5_00)
    with pytest.raises(Overdrawn):
        reverse(transfer=refund, key="reversed", at=AT)


@pytest.mark.django_db
@pytest.mark.parametrize(("debit", "credit", "amount"), [(SHOP, ANNA, 5_00), (ANNA, SHOP, 4_99), (ANNA, WALLET, 5_00)])
def test_a_reversal_that_is_no_mirror_image_is_refused_by_the_database(debit, credit, amount):
    refund = move("refund", SHOP, ANNA, 5_00)
    wrong = Posting(
        key="wrong", debit=debit, credit=credit, amount=amount, kind=TransferKind.REVERSAL, happened_at=AT,
        reverses=refund.pk,
    )  # fmt: skip
    with pytest.raises(IntegrityError, match="does not mirror"):
        post(wrong)
