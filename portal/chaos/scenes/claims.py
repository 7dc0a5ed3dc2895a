"""Claims over the API: what people do that moves money or a case."""

from datetime import datetime
from random import Random

from django.utils import timezone

from disputes import actions
from disputes.entitlements import entitlements
from disputes.models import Claim
from portal.chaos.scenes.scene import Request, Scene, posted
from portal.chaos.world import DEAR, PRICE, Case, World

GATEWAYS = ("wallet", "sandbox")


def filed(case: Case, *, at: datetime, **changes: object) -> Claim:
    """The consumer's claim for all of the line, which arrived damaged."""
    given = {"reason": "damaged", "remedy": "refund", "statement": "It is broken."} | changes
    claim = actions.file_claim(consumer=case.consumer, order=case.order.number, line=case.line.pk, at=at, **given)  # type: ignore[arg-type]  # the scene's own words
    case.claim = claim
    return claim


def claim_of(case: Case) -> Claim:
    if case.claim is None:
        raise LookupError("the scene filed no claim")
    return case.claim


def _ends(case: Case, owed: int, *ends_as: str) -> Case:
    case.owed, case.ends_as = owed, ends_as or ("settled",)
    return case


def _path(case: Case, verb: str) -> str:
    return f"claims/{claim_of(case).number}/{verb}"


# --- filing ------------------------------------------------------------------------------------------


def _small(through: str) -> Scene:
    def prepare(world: World, rng: Random) -> Case:
        return _ends(world.buys(at=timezone.now(), through=through), PRICE)

    def step(world: World, case: Case) -> Request:
        given = {"order": case.order.number, "line": case.line.pk, "reason": "damaged", "remedy": "refund"}
        return posted(world, case, "claims", **given, statement="It is broken.")

    return Scene(name=f"lightning_refund_to_{through}", prepare=prepare, step=step)


def _hotel() -> Scene:
    def prepare(world: World, rng: Random) -> Case:
        case = world.stays(at=timezone.now())
        found = next(it for it in entitlements(case.order, now=timezone.now()) if it.settles == "at_once" and it.amount)
        case.more = {"reason": found.reason, "remedy": found.remedy}
        return _ends(case, found.amount)

    def step(world: World, case: Case) -> Request:
        return posted(
            world, case, "claims", order=case.order.number, line=case.line.pk, statement="A worse room.", **case.more
        )

    return Scene(name="hotel_guarantee", prepare=prepare, step=step)


# --- what happens to a claim -------------------------------------------------------------------------


def _awaiting_merchant(world: World, rng: Random) -> Case:
    case = world.buys(at=timezone.now(), paid=DEAR, through=rng.choice(GATEWAYS))
    filed(case, at=timezone.now())
    return case


def disputed(world: World, rng: Random) -> Case:
    case, now = _awaiting_merchant(world, rng), timezone.now()
    actions.answer(
        claim=claim_of(case),
        by=world.people["merchant"],
        kind="reject",
        reason="delivered_as_ordered",
        statement="It left whole.",
        at=now,
    )
    actions.escalate(claim=claim_of(case), by=case.consumer, statement="It did not arrive whole.", at=now)
    return case


def _decision(outcome: str, reason: str, owed: int, *ends_as: str, by: str = "agent", **given: object) -> Scene:
    def prepare(world: World, rng: Random) -> Case:
        return _ends(disputed(world, rng), owed, *ends_as)

    def step(world: World, case: Case) -> Request:
        return posted(
            world, case, _path(case, "decision"), by, outcome=outcome, reason=reason, statement="So it is.", **given
        )

    return Scene(name=f"decided_{outcome}", prepare=prepare, step=step)


def _accepted() -> Scene:
    def step(world: World, case: Case) -> Request:
        return posted(world, case, _path(case, "answer"), "merchant", kind="accept")

    return Scene(
        name="merchant_accepts", prepare=lambda world, rng: _ends(_awaiting_merchant(world, rng), DEAR), step=step
    )


def _withdrawn() -> Scene:
    def step(world: World, case: Case) -> Request:
        return posted(world, case, _path(case, "withdrawal"), statement="Never mind.")

    return Scene(
        name="consumer_withdraws",
        prepare=lambda world, rng: _ends(_awaiting_merchant(world, rng), 0, "closed"),
        step=step,
    )


def _offer_accepted() -> Scene:
    def prepare(world: World, rng: Random) -> Case:
        case = _ends(_awaiting_merchant(world, rng), 500_00)
        offer = actions.make_offer(claim=claim_of(case), by=world.people["merchant"], amount=500_00, at=timezone.now())
        case.more["offer"] = offer.pk
        return case

    def step(world: World, case: Case) -> Request:
        return posted(world, case, _path(case, f"offers/{case.more['offer']}/acceptance"))

    return Scene(name="offer_accepted", prepare=prepare, step=step)


def _return_received() -> Scene:
    def prepare(world: World, rng: Random) -> Case:
        now = timezone.now()
        case = world.buys(at=now, paid=DEAR, through=rng.choice(GATEWAYS))
        claim = filed(case, at=now, remedy="return")
        actions.ship_return(claim=claim, by=case.consumer, carrier="SF Express", tracking="SF100", at=now)
        return _ends(case, claim.amount)

    def step(world: World, case: Case) -> Request:
        return posted(world, case, _path(case, "receipt"), "merchant")

    return Scene(name="return_received", prepare=prepare, step=step)


def _appeal(outcome: str, reason: str, owed: int) -> Scene:
    def prepare(world: World, rng: Random) -> Case:
        case, now = disputed(world, rng), timezone.now()
        actions.decide(
            claim=claim_of(case),
            by=world.people["agent"],
            outcome="split",
            amount=400_00,
            reason="both_in_part",
            statement="Half.",
            at=now,
        )
        actions.appeal(claim=claim_of(case), by=case.consumer, statement="All of it.", at=now)
        return _ends(case, owed)

    def step(world: World, case: Case) -> Request:
        return posted(
            world, case, _path(case, "decision"), "senior", outcome=outcome, reason=reason, statement="So it is."
        )

    return Scene(name=f"appeal_decided_{outcome}", prepare=prepare, step=step)


def _unasked(through: str) -> Scene:
    def prepare(world: World, rng: Random) -> Case:
        case = _ends(world.buys(at=timezone.now(), paid=DEAR, through=through), 300_00)
        case.claims = 0
        return case

    def step(world: World, case: Case) -> Request:
        return posted(world, case, "merchant/refunds", "merchant", line=case.line.pk, amount=300_00)

    return Scene(name=f"merchant_gives_unasked_to_{through}", prepare=prepare, step=step)


SCENES = (
    _small("wallet"),
    _small("sandbox"),
    _hotel(),
    _accepted(),
    _withdrawn(),
    _offer_accepted(),
    _return_received(),
    _decision("consumer", "evidence_for_consumer", DEAR, "decided"),
    _decision("no_fault", "neither_at_fault", DEAR, "decided"),
    _decision("split", "both_in_part", 400_00, "decided", amount=400_00),
    _decision("merchant", "evidence_for_merchant", 0, "decided"),
    _appeal("consumer", "evidence_for_consumer", DEAR),
    _unasked("wallet"),
    _unasked("sandbox"),
)
