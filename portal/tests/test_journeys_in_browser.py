"""Two cases from the first page to the last cent, by keyboard alone, in a real Chromium.

With REDRESS_SCREENSHOTS=<folder> they leave the pictures of the README there (`make pictures`).
"""

import os
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import pytest
from PIL import Image

from conftest import PASSWORD
from disputes.models import Claim, Status
from ledger.chart import balance_of, settlement_of, wallet_of
from payouts.models import Payout
from payouts.models import Status as PayoutStatus
from portal.tests.cases import picture
from portal.verification import verify

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MUG = {"en": "Blue mug", "zh-hans": "蓝色马克杯"}
JACKET = {"en": "Rain jacket", "zh-hans": "雨衣"}
BROKEN = {"en": "It came in two pieces.", "zh-hans": "收到时已经碎成两半。"}
TORN = {"en": "Both sleeves are torn.", "zh-hans": "两只袖子都裂开了。"}
IT_LEFT_WHOLE = {"en": "It left our shop whole.", "zh-hans": "出库时完好无损。"}
SEE_THE_SEAM = {"en": "The seam was never sewn.", "zh-hans": "接缝处根本没有缝线。"}
THE_PHOTO_SHOWS = {"en": "The photo shows a fault of making.", "zh-hans": "照片显示是生产瑕疵。"}


class Way(NamedTuple):
    """How somebody comes."""

    language: str
    width: int
    script: bool = True


WAYS = [Way("en", 1280), Way("zh-hans", 1280), Way("en", 390), Way("zh-hans", 390), Way("en", 390, script=False)]
BOTH_JOURNEYS = pytest.mark.parametrize(
    "way", WAYS, ids=lambda way: f"{way.language}-{way.width}{'' if way.script else '-without-script'}"
)
PICTURES = {"order": Way("en", 1280), "claim": Way("zh-hans", 390)}
MARGIN = 24
COLOURS = 64


@BOTH_JOURNEYS
def test_a_consumer_files_a_claim_and_is_paid_before_the_page_is_back(way, visit, consumer, goods_order, enrolled_shop):
    visitor = visit("/", **way._asdict())
    says = visitor.says

    visitor.follow(says("Sign in"))
    visitor.is_at(says("Sign in"))
    visitor.write(says("e-mail address"), consumer.email)
    visitor.write(says("Password"), PASSWORD)
    visitor.press(says("Sign in"))

    visitor.is_at(says("What went wrong?"))
    visitor.follow(MUG[way.language])
    visitor.is_at(says("Order %(number)s", number=goods_order.number))
    visitor.unfold(f"{says('If something is wrong, you would get')}: {MUG[way.language]}")
    visitor.unfold(says("It arrived damaged"))
    take_picture(visitor, "order", way, until=".bought")
    visitor.follow(says("Something is wrong with it"), about=MUG[way.language])

    file_claim(visitor, reason="It arrived damaged", remedy="Refund", statement=BROKEN[way.language])

    visitor.is_at(says("%(sum)s is in your wallet.", sum=visitor.money(45_00)))
    visitor.sees(says("The money has arrived."))
    visitor.unfold(says("How this was worked out"))
    visitor.sees(says("The arithmetic"))
    take_picture(visitor, "claim", way, until=".trace")

    claim, payout = Claim.objects.get(), Payout.objects.get()
    assert (claim.status, claim.statement, claim.paid) == (Status.SETTLED, BROKEN[way.language], 45_00)
    assert (payout.status, payout.payee, payout.amount) == (PayoutStatus.SETTLED, consumer, 45_00)
    assert balance_of(wallet_of(consumer.pk, "CNY")).posted == 45_00
    assert verify().ok
    assert visitor.problems == []


@BOTH_JOURNEYS
def test_a_rejected_claim_is_decided_for_the_consumer_and_the_merchant_pays(
    way, visit, consumer, merchant, agent, shop, goods_order, enrolled_shop
):
    buyer = visit(goods_order.get_absolute_url(), person=consumer, **way._asdict())
    says = buyer.says
    buyer.follow(says("Something is wrong with it"), about=JACKET[way.language])
    file_claim(buyer, reason="It arrived damaged", remedy="Refund", statement=TORN[way.language])
    buyer.is_at(says("Your claim was sent"))
    claim = Claim.objects.get()

    seller = visit("/", person=merchant, **way._asdict())
    seller.is_at(says("Needs your answer"))
    seller.follow(claim.number)
    seller.is_at(JACKET[way.language])
    seller.unfold(says("Reject the claim"), key="Space")
    seller.pick(says("Reason for rejecting"), says("Delivered as ordered"))
    seller.write(says("What do you tell the consumer?"), IT_LEFT_WHOLE[way.language])
    seller.press(says("Reject the claim"))
    seller.sees(says("Your answer was sent."))

    buyer.open(claim.get_absolute_url())
    buyer.sees(IT_LEFT_WHOLE[way.language])
    buyer.write(says("Your reason"), SEE_THE_SEAM[way.language])
    buyer.press(says("Let the platform decide"))
    buyer.sees(says("The platform will decide. Both sides can add evidence."))
    buyer.attach(says("Picture or PDF"), name="seam.png", kind="image/png", content=picture())
    buyer.pick(says("What does it show?"), says("Photo"))
    buyer.press(says("Add this document"))
    buyer.sees(says("Your document was added."))

    judge = visit("/", person=agent, **way._asdict())
    judge.is_at(says("Queue"))
    judge.follow(claim.number)
    judge.is_at(JACKET[way.language])
    judge.sees(SEE_THE_SEAM[way.language])
    judge.choose(says("For the consumer: the merchant pays %(amount)s.", amount=judge.money(2 * 1_299_00)))
    judge.pick(says("Reason"), says("The evidence supports the consumer"))
    judge.write(says("Why? Both sides read this."), THE_PHOTO_SHOWS[way.language])
    judge.press(says("Record the decision"))
    judge.sees(says("Your decision was recorded."))

    buyer.open(claim.get_absolute_url())
    buyer.sees(THE_PHOTO_SHOWS[way.language])
    buyer.sees(says("%(sum)s is in your wallet.", sum=buyer.money(2 * 1_299_00)))

    claim.refresh_from_db()
    assert (claim.status, claim.paid) == (Status.DECIDED, 2 * 1_299_00)
    assert balance_of(settlement_of(shop.pk, "CNY")).posted == -2 * 1_299_00
    assert balance_of(wallet_of(consumer.pk, "CNY")).posted == 2 * 1_299_00
    assert verify().ok
    assert buyer.problems + seller.problems + judge.problems == []


def file_claim(visitor, *, reason, remedy, statement):
    """The four steps, from the reason to the page of the claim."""
    says = visitor.says
    visitor.is_at(says("What went wrong?"))
    visitor.choose(says(reason))
    visitor.press(says("Continue"))
    visitor.is_at(says("What would put it right?"))
    visitor.choose(says(remedy))
    visitor.press(says("Continue"))
    visitor.sees(says("What happened?"))
    visitor.write(says("What happened?"), statement)
    visitor.press(says("Continue"))
    visitor.is_at(says("Check your claim"))
    visitor.sees(statement)
    visitor.press(says("Send your claim"))


def take_picture(visitor, name, way, *, until):
    """For the README, when somebody asked: the page down to the end of `until`, without the ring of the focus."""
    folder = os.environ.get("REDRESS_SCREENSHOTS")
    if not folder or PICTURES[name] != way:
        return
    visitor.page.evaluate("document.activeElement.blur()")
    end = visitor.page.locator(until).first.evaluate("(one) => one.getBoundingClientRect().bottom + scrollY")
    clip = {"x": 0, "y": 0, "width": way.width, "height": end + MARGIN}
    taken = Image.open(BytesIO(visitor.page.screenshot(clip=clip, full_page=True)))
    taken.convert("RGB").quantize(COLOURS).save(Path(folder) / f"{name}.png", optimize=True)
