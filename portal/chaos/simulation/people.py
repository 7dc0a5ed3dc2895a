"""What consumers, merchants and agents do, and whether the model expects that it is allowed."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from disputes import actions as disputes
from disputes.models import Claim, Offer
from ledger.chart import settlement_of
from portal.chaos.simulation import checks
from portal.chaos.simulation.model import (
    ACCEPTABLE,
    FINAL,
    FREIGHT,
    LIGHTNING_DAYS,
    LIGHTNING_EACH,
    LIGHTNING_REASONS,
    OFFERS_EACH,
    UNDECIDED,
    Case,
    Piece,
)
from portal.chaos.simulation.walk import Unexpected, Walk
from portal.chaos.simulation.world import CURRENCY

A_PDF = b"%PDF-1.4\n%%EOF\n"
REASONS = {
    "goods": ["damaged", "wrong_item", "not_as_described", "changed_mind", "not_received"],
    "voucher": ["store_closed", "unused_voucher", "not_as_described"],
    "stay": ["worse_room", "no_room", "not_as_described"],
}
# What people mostly do, by status; now and then they try anything.
SENSIBLE = 4 / 5
MERCHANT_S = {
    "awaiting_merchant": ["accept", "offer", "offer", "reject", "reject"],
    "return_shipped": ["receive", "reject"],
}
CONSUMER_S = {
    "awaiting_merchant": ["take", "withdraw"],
    "offer_pending": ["take", "counter", "counter", "escalate"],
    "rejected": ["escalate", "escalate", "escalate", "withdraw"],
    "awaiting_return": ["ship", "ship", "withdraw"],
}


def file(walk: Walk) -> None:
    piece = walk.chance.choice(list(walk.model.pieces.values()))
    reason = walk.chance.choice(REASONS[piece.kind])
    remedy = walk.chance.choice(["refund", "refund", "return"] if piece.kind == "goods" else ["refund", "compensation"])
    left = piece.paid - piece.taken
    quantity = walk.chance.randrange(1, piece.quantity + 1) if walk.chance.random() < 1 / 2 else None
    amount = walk.chance.randrange(1, piece.paid + 2) if quantity is None and walk.chance.random() < 1 / 3 else None
    consumer = walk.person(piece.consumer)
    key = f"sim:{len(walk.trail)}" if walk.chance.random() < 1 / 3 else None
    ask = partial(
        disputes.file_claim, consumer=consumer, order=piece.order, line=piece.line, reason=reason, remedy=remedy,
        quantity=quantity, amount=amount, statement="It is not right.", at=walk.now, key=key,
    )  # fmt: skip
    impossible = amount is not None and amount > left > 0
    claim = walk.act(ask, allowed=False if impossible else None)
    if claim is None:
        return
    _take_down(walk, claim, piece, left)
    if key:
        again = ask()
        if again.pk != claim.pk:
            raise Unexpected("one key filed two claims")
    if walk.chance.random() < 1 / 4:
        walk.act(partial(ask, consumer=walk.cast.stranger, key=None), allowed=False)


def _take_down(walk: Walk, claim: Claim, piece: Piece, left: int) -> None:
    case = Case(
        number=claim.number, piece=piece, reason=claim.reason, remedy=claim.remedy, amount=claim.amount,
        compensation=claim.compensation, status=claim.status, turned_at=walk.now,
    )  # fmt: skip
    refund = case.amount - case.compensation
    if not 0 <= refund <= left:
        raise Unexpected(f"{claim} may pay {refund} of a line with {left} left")
    if case.remedy == "return" and case.compensation != (FREIGHT if case.reason != "changed_mind" else 0):
        raise Unexpected(f"{claim} pays a freight of {case.compensation}")
    expected = _route(walk, case, piece)
    if case.status not in expected:
        raise Unexpected(f"{claim} ({piece.kind}, {case.reason}, {case.remedy}, {case.amount}) is {case.status}, "
                         f"and should be one of {sorted(expected)}")  # fmt: skip
    if case.status == "settled":
        case.awarded = case.last_word = case.amount
        if piece.kind == "goods":
            walk.model.lightning.append((piece.consumer, walk.now, case.amount))
    walk.model.cases[case.number] = case
    piece.cases.append(case)
    walk.trail[-1] += f" {case.number} {case.remedy} {case.amount} -> {case.status}"


def _route(walk: Walk, case: Case, piece: Piece) -> set[str]:
    """Where the terms send a claim that was just filed."""
    if piece.kind != "goods":
        return {"settled", "awaiting_merchant", "awaiting_evidence"}
    if case.remedy == "return":
        return {"awaiting_return"}
    at_once = (
        case.reason in LIGHTNING_REASONS
        and case.amount <= min(LIGHTNING_EACH, walk.model.lightning_left(piece.consumer, walk.now))
        and walk.now < piece.delivered_at + timedelta(days=LIGHTNING_DAYS)
    )
    if not at_once:
        return {"awaiting_merchant"}
    floor = walk.books.floor(settlement_of(piece.merchant, CURRENCY))
    held = walk.books.held(settlement_of(piece.merchant, CURRENCY))
    return {"settled"} if floor is None or held - case.amount >= floor else {"awaiting_merchant"}


def merchant_acts(walk: Walk) -> bool | None:
    case = walk.some(set(MERCHANT_S)) or walk.some(UNDECIDED)
    if case is None:
        return False
    sensible = MERCHANT_S.get(case.status, ["accept"])
    kind = walk.chance.choice(sensible if walk.chance.random() < SENSIBLE else ["accept", "offer", "reject", "receive"])
    if kind == "receive":
        allowed = case.status == "return_shipped" and walk.in_time(case)
        if walk.act(walk.verb(disputes.receive_return, case, "merchant"), allowed=allowed):
            case.settles(case.amount, walk.now)
        return None
    allowed = (
        walk.in_time(case)
        and {
            "accept": case.status in ACCEPTABLE,
            "offer": case.status == "awaiting_merchant" and case.offers["merchant"] < OFFERS_EACH,
            "reject": case.status in ("awaiting_merchant", "return_shipped"),
        }[kind]
    )
    amount = walk.chance.randrange(1, case.amount + 1) if kind == "offer" and case.amount else None
    reason = "not_enough_evidence" if kind == "reject" else ""
    verb = walk.verb(disputes.answer, case, "merchant", kind=kind, reason=reason, statement="We looked.", amount=amount)
    if walk.act(verb, allowed=allowed and (kind != "offer" or case.amount > 0)) is None:
        return None
    match kind:
        case "accept":
            case.is_accepted(walk.now)
        case "offer":
            case.is_offered("merchant", amount or 0, walk.now)
        case "reject":
            case.is_rejected(walk.now)
    return None


def consumer_acts(walk: Walk) -> bool | None:
    case = walk.some(set(CONSUMER_S)) or walk.some(UNDECIDED)
    if case is None:
        return False
    acts = {"take": _take_offer, "counter": _counter, "escalate": _escalate,
            "withdraw": _withdraw, "ship": _ship}  # fmt: skip
    sensible = CONSUMER_S.get(case.status, ["withdraw"])
    acts[walk.chance.choice(sensible if walk.chance.random() < SENSIBLE else list(acts))](walk, case)
    return None


def _take_offer(walk: Walk, case: Case) -> None:
    offer = Offer.objects.filter(claim__number=case.number).order_by("-id").first()
    whose = "merchant" if case.status == "awaiting_merchant" else "consumer"
    verb = walk.verb(disputes.accept_offer, case, whose, offer=offer.pk if offer else 0)
    if walk.act(verb, allowed=walk.in_time(case) and case.offer is not None):
        case.settles(case.offer[1] if case.offer else 0, walk.now)


def _counter(walk: Walk, case: Case) -> None:
    least = (case.offer[1] if case.offer else 0) + 1
    amount = walk.chance.randrange(least, case.amount + 2) if case.amount >= least else least
    allowed = (
        walk.in_time(case)
        and case.status == "offer_pending"
        and case.offers["consumer"] < OFFERS_EACH
        and amount <= case.amount
    )
    if walk.act(walk.verb(disputes.make_offer, case, "consumer", amount=amount), allowed=allowed):
        case.is_offered("consumer", amount, walk.now)


def _escalate(walk: Walk, case: Case) -> None:
    allowed = walk.in_time(case) and case.status in ("offer_pending", "rejected")
    if walk.act(walk.verb(disputes.escalate, case, "consumer", statement="Please."), allowed=allowed):
        case.escalates(walk.now)


def _withdraw(walk: Walk, case: Case) -> None:
    allowed = walk.in_time(case) and case.status != "return_shipped"
    if walk.act(walk.verb(disputes.withdraw, case, "consumer"), allowed=allowed):
        case.closes(walk.now)


def _ship(walk: Walk, case: Case) -> None:
    allowed = walk.in_time(case) and case.status == "awaiting_return"
    verb = walk.verb(disputes.ship_return, case, "consumer", carrier="SF", tracking="SF1")
    if walk.act(verb, allowed=allowed):
        case.is_shipped(walk.now)


def agent_decides(walk: Walk) -> bool | None:
    case = walk.some({"awaiting_evidence", "under_review"})
    if case is None:
        return False
    by = walk.chance.choice([walk.cast.agent, walk.cast.seniors[0]])
    outcome, amount = _ruling(walk, case)
    allowed = case.level == 0 or by != walk.cast.agent
    verb = partial(
        disputes.decide, claim=walk.claim(case), by=by, outcome=outcome, reason="terms_say_so",
        statement="So it is.", amount=amount, at=walk.now,
    )  # fmt: skip
    if walk.act(verb, allowed=allowed):
        case.is_decided(outcome, amount or 0, by.pk, walk.now)
    return None


def somebody_appeals(walk: Walk) -> bool | None:
    case = walk.some({"decided"})
    if case is None:
        return False
    whose = walk.chance.choice(["consumer", "merchant"])
    verb = walk.verb(disputes.appeal, case, whose, statement="Look again.")
    if walk.act(verb, allowed=walk.in_time(case)):
        case.becomes("appeal_review", walk.now)
    return None


def senior_decides_the_appeal(walk: Walk) -> bool | None:
    case = walk.some({"appeal_review"})
    if case is None:
        return False
    by = walk.chance.choice(walk.cast.seniors)
    outcome, amount = _ruling(walk, case)
    verb = partial(
        disputes.decide_appeal, claim=walk.claim(case), by=by, outcome=outcome, reason="terms_say_so",
        statement="So it is.", amount=amount, at=walk.now,
    )  # fmt: skip
    settlement = settlement_of(case.piece.merchant, CURRENCY)
    before = walk.books.held(settlement)
    if walk.act(verb, allowed=case.decided_by != by.pk):
        case.is_decided_on_appeal(outcome, amount or 0, walk.now)
        walk.model.made_good += max(0, checks.read_books().held(settlement) - before)
    return None


def _ruling(walk: Walk, case: Case) -> tuple[str, int | None]:
    outcome = walk.chance.choice(["consumer", "merchant", "split", "no_fault"])
    if outcome == "merchant" or case.amount < 2:  # noqa: PLR2004 nothing to split
        return "merchant", None
    if outcome == "split":
        return outcome, walk.chance.randrange(1, case.amount)
    return outcome, walk.chance.choice([case.amount, walk.chance.randrange(1, case.amount + 1)])


def evidence_and_words(walk: Walk) -> bool | None:
    case = walk.some(UNDECIDED)
    if case is None:
        return False
    whose = walk.chance.choice(["consumer", "merchant"])
    if walk.chance.random() < 1 / 2:
        file = SimpleUploadedFile("receipt.pdf", A_PDF)
        walk.act(walk.verb(disputes.give_evidence, case, whose, kind="receipt", file=file), allowed=None)
    else:
        walk.act(walk.verb(disputes.say, case, whose, body="Hello."))
    return None


def a_stranger_tries(walk: Walk) -> bool | None:
    case = walk.some(UNDECIDED | FINAL | {"decided", "appeal_review"})
    if case is None:
        return False
    verbs: list[Callable[..., Any]] = [disputes.withdraw, partial(disputes.escalate, statement="Mine.")]
    verb = walk.chance.choice(verbs)
    walk.act(partial(verb, claim=walk.claim(case), by=walk.cast.stranger, at=walk.now), allowed=False)
    return None


def merchant_refunds_unasked(walk: Walk) -> None:
    piece = walk.chance.choice(list(walk.model.pieces.values()))
    left = piece.paid - piece.taken
    amount = walk.chance.randrange(1, piece.paid + 1)
    owner = walk.cast.merchants[piece.merchant]
    verb = partial(disputes.refund_unasked, line=piece.line, by=owner, amount=amount, at=walk.now)
    if walk.act(verb, allowed=False if amount > left else None):
        piece.given += amount
        walk.model.desk[piece.consumer, piece.merchant] += amount
