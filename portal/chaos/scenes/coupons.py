"""Coupons: one is redeemed over the API, one runs out, and one is given as goodwill."""

from datetime import datetime, timedelta
from random import Random

from django.utils import timezone

from compensation.actions import issue_coupon
from compensation.models import Coupon
from disputes import actions
from portal.chaos.scenes.claims import claim_of, filed
from portal.chaos.scenes.scene import Request, Scene, posted
from portal.chaos.scenes.sweeps import sweep
from portal.chaos.world import DEAR, PRICE, Case, World


def _holding(world: World, *, until: datetime) -> Case:
    """A consumer with a coupon of the price of what they bought after it was issued."""
    case = world.buys(at=timezone.now())
    case.claims = 0
    coupon = issue_coupon(
        key=f"chaos:{case.order.number}",
        holder=case.consumer,
        line=case.line,
        scheme="goodwill",
        amount=PRICE,
        expires_at=until,
        bearer=None,
        consent=None,
        at=case.order.placed_at,
    )
    case.more["coupon"] = coupon.code
    return case


def _redeemed(by: str) -> Scene:
    def prepare(world: World, rng: Random) -> Case:
        case = _holding(world, until=timezone.now() + timedelta(days=1))
        case.coupon_ends_as = Coupon.Status.REDEEMED
        return case

    def step(world: World, case: Case) -> Request:
        return posted(world, case, f"coupons/{case.more['coupon']}/redemption", by, order=case.order.number)

    return Scene(name=f"coupon_redeemed_by_{by or 'its_holder'}", prepare=prepare, step=step)


def _expired() -> Scene:
    def prepare(world: World, rng: Random) -> Case:
        case = _holding(world, until=timezone.now() - timedelta(hours=1))
        case.coupon_ends_as = Coupon.Status.EXPIRED
        return case

    return Scene(name="coupon_expires", prepare=prepare, step=sweep("compensation.tasks.expire_due_coupons"))


def _goodwill() -> Scene:
    """A case whose merchant said nothing for sixty days, as nobody looked; it ended a minute ago."""

    def prepare(world: World, rng: Random) -> Case:
        long_ago = timezone.now() - timedelta(days=60)
        case = world.buys(at=long_ago, paid=DEAR)
        filed(case, at=long_ago)
        actions.time_out(claim=claim_of(case), at=timezone.now() - timedelta(minutes=1))
        case.owed, case.ends_as, case.coupon_ends_as = DEAR, ("settled",), Coupon.Status.ISSUED
        return case

    return Scene(name="goodwill", prepare=prepare, step=sweep("disputes.tasks.look_for_goodwill"))


SCENES = (_redeemed(""), _redeemed("merchant"), _expired(), _goodwill())
