"""What no other rule settles goes to the merchant, as long as a claim may be filed at all."""

from datetime import timedelta

import pytest

from policies.tests.files import terms_in_file
from policies.words import Reason, Remedy, Settles
from refunds.rules import AskMerchantTerms, ask_merchant
from refunds.tests.cases import DELIVERED, MOMENT, NOW, mug

TERMS: AskMerchantTerms = terms_in_file("ask_merchant")


def test_the_merchant_answers_first():
    verdict = ask_merchant(mug(), TERMS, NOW)
    assert (verdict.remedy, verdict.settles, verdict.amount) == (Remedy.REFUND, Settles.AFTER_MERCHANT, 45_00)


def days(number, kind="goods"):
    reason = {"goods": Reason.DAMAGED, "stay": Reason.NO_ROOM, "voucher": Reason.STORE_REFUSED}[kind]
    return mug(order_kind=kind, reason=reason), DELIVERED + timedelta(days=number)


BOUNDARIES = {
    "goods, day 180": (*days(180), MOMENT, ""),
    "goods, after 180 days": (*days(180), 0 * MOMENT, "window_is_open"),
    "a stay, day 60": (*days(60, "stay"), MOMENT, ""),
    "a stay, after 60 days": (*days(60, "stay"), 0 * MOMENT, "window_is_open"),
    "a voucher, day 60": (*days(60, "voucher"), MOMENT, ""),
    "a voucher, after 60 days": (*days(60, "voucher"), 0 * MOMENT, "window_is_open"),
    "the fifth claim": (mug(claims_filed=4), NOW, MOMENT, ""),
    "the sixth claim": (mug(claims_filed=5), NOW, MOMENT, "claims_left"),
    "nothing is left": (mug(refundable=0, asked=0), NOW, MOMENT, "amount_is_left"),
    "a reason of another kind of order": (mug(reason=Reason.NO_ROOM), NOW, MOMENT, "reason_fits_the_order"),
}


@pytest.mark.parametrize(("facts", "now", "before", "failed"), list(BOUNDARIES.values()), ids=list(BOUNDARIES))
def test_each_boundary_lies_where_the_terms_put_it(facts, now, before, failed):
    verdict = ask_merchant(facts, TERMS, now - before)
    assert (verdict.granted, verdict.because) == (not failed, failed or "merchant_answers_first")
