"""The special fund: it pays first, the decision lays that on somebody, and the merchant pays it back, or wins."""

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random

from django.utils import timezone

from compensation import actions as fund
from compensation.models import Recovery
from disputes import actions
from disputes.advances import advance_due
from disputes.models import Claim
from portal.chaos.scenes.claims import claim_of, disputed
from portal.chaos.scenes.scene import Request, Scene, posted
from portal.chaos.scenes.sweeps import sweep
from portal.chaos.world import CURRENCY, DEAR, Case, World

ADVANCE, PURSUE = "disputes.tasks.advance_due_claims", "compensation.tasks.pursue_recoveries"


def _lengthy(world: World, rng: Random) -> Case:
    """A dispute that takes too long."""
    case = disputed(world, rng)
    Claim.objects.filter(pk=claim_of(case).pk).update(advance_due_at=timezone.now() - timedelta(minutes=1))
    case.owed, case.ends_as = DEAR, ("awaiting_evidence",)
    return case


def _advanced(world: World, rng: Random) -> Case:
    case = _lengthy(world, rng)
    advance_due(now=timezone.now())
    return case


def _decided(outcome: str, reason: str) -> Scene:
    def prepare(world: World, rng: Random) -> Case:
        case = _advanced(world, rng)
        case.ends_as = ("decided",)
        return case

    def step(world: World, case: Case) -> Request:
        path = f"claims/{claim_of(case).number}/decision"
        return posted(world, case, path, "agent", outcome=outcome, reason=reason, statement="So it is.")

    return Scene(name=f"decided_{outcome}_after_an_advance", prepare=prepare, step=step)


def _charged(world: World, rng: Random) -> Case:
    """The merchant was found liable for the advance."""
    case = _advanced(world, rng)
    actions.decide(
        claim=claim_of(case),
        by=world.people["agent"],
        outcome="consumer",
        reason="evidence_for_consumer",
        statement="So it is.",
        at=timezone.now(),
    )
    case.ends_as = ("decided",)
    case.more["recovery"] = Recovery.objects.get(claim=claim_of(case).number).pk
    return case


def _recovery(case: Case) -> Recovery:
    return Recovery.objects.get(pk=case.more["recovery"])


Prepare = Callable[[World, Random], Case]


def _after(prepare: Prepare, then: Callable[[World, Case, datetime], object]) -> Prepare:
    def prepared(world: World, rng: Random) -> Case:
        case = prepare(world, rng)
        then(world, case, timezone.now())
        return case

    return prepared


def _asked(case_path: str, by: str, **body: object) -> Callable[[World, Case], Request]:
    return lambda world, case: posted(world, case, f"recoveries/{case.more['recovery']}/{case_path}", by, **body)


def _disputed(world: World, case: Case, at: datetime) -> None:
    """What is disputed no sweep takes, so that it is there for whoever pays it or gives it up."""
    fund.dispute_recovery(recovery=_recovery(case), statement="Not ours.", by=world.people["merchant"], at=at)


def _proposed(world: World, case: Case, at: datetime) -> None:
    _disputed(world, case, at)
    fund.propose_relief(
        recovery=_recovery(case), kind="write_off", because="They are gone.", by=world.people["finance"], at=at
    )


def _recovered(world: World, case: Case, at: datetime) -> None:
    fund.pursue_recoveries(now=at)
    claim = claim_of(case)
    actions.appeal(claim=claim, by=world.people["merchant"], statement="Look again.", at=at)
    case.ends_as = ("settled",)


def _appeal(world: World, case: Case) -> Request:
    path = f"claims/{claim_of(case).number}/decision"
    word = {"outcome": "merchant", "reason": "evidence_for_merchant", "statement": "It was whole."}
    return posted(world, case, path, "senior", **word)


# --- help in hardship --------------------------------------------------------------------------------


def _in_hardship(owed: int) -> Callable[[World, Random], Case]:
    def prepare(world: World, rng: Random) -> Case:
        case, now = disputed(world, rng), timezone.now()
        fund.fund(amount=owed, currency=CURRENCY, key=f"empathy:fund:{claim_of(case).number}", at=now)
        key = f"empathy:budget:{claim_of(case).number}"
        fund.budget(budget="empathy", amount=owed, currency=CURRENCY, key=key, at=now)
        case.owed, case.ends_as = owed, ("awaiting_evidence",)
        return case

    return prepare


def _grant(world: World, case: Case) -> Request:
    path = f"claims/{claim_of(case).number}/empathy"
    return posted(world, case, path, "agent", amount=case.owed, hardship="illness", because="She broke her leg.")


def _granted(world: World, case: Case, at: datetime) -> None:
    claim = claim_of(case)
    made = fund.grant(
        claim=claim.number, line=claim.line, payee=case.consumer, amount=case.owed, hardship="illness",
        because="She broke her leg.", gateway=case.order.paid_through, by=world.people["senior"], at=at,
    )  # fmt: skip
    case.more["grant"] = made.pk


def _agree(world: World, case: Case) -> Request:
    path = f"claims/{claim_of(case).number}/empathy/{case.more['grant']}/answer"
    return posted(world, case, path, "agent", agreed=True)


SCENES = (
    Scene(name="advance_paid", prepare=_lengthy, step=sweep(ADVANCE)),
    _decided("consumer", "evidence_for_consumer"),
    _decided("no_fault", "neither_at_fault"),
    Scene(name="recovery_pursued", prepare=_charged, step=sweep(PURSUE)),
    Scene(
        name="recovery_paid",
        prepare=_after(_charged, _disputed),
        step=_asked("payment", "finance", amount=DEAR, because="Bank, 4711."),
    ),
    Scene(
        name="recovery_given_up",
        prepare=_after(_charged, _proposed),
        step=_asked("relief/answer", "finance2", agreed=True),
    ),
    Scene(name="recovery_undone", prepare=_after(_charged, _recovered), step=_appeal),
    Scene(name="grant_paid", prepare=_in_hardship(1_00), step=_grant),
    Scene(name="grant_agreed", prepare=_after(_in_hardship(900_00), _granted), step=_agree),
)
