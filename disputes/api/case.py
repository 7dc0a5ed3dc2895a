"""The claim as its reader sees it: one shape for filing, lists, single claims and every verb."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Any, TypeVar

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import PermissionDenied
from rest_framework.response import Response

from accounts.models import User
from common.errors import Refusal
from compensation.api.coupons import in_brief as coupon_in_brief
from disputes.api.trace import shown_trace
from disputes.models import Claim, CloseReason, Decision, Offer, Outcome, Party
from disputes.payments import coupons_of, payouts_of
from disputes.perspectives import Perspective, perspectives
from disputes.rights import ACTS, Act, party_of
from payouts.api import in_brief
from policies.traces import Verdict, read
from policies.wording import because_sentence
from policies.words import Settles

Row = TypeVar("Row", Decision, Offer)

# What is read with a claim so that showing it asks for nothing more.
AROUND = ("order", "line__store", "merchant", "consumer", "verdict")
BY_RULE = frozenset({Settles.AT_ONCE, Settles.AFTER_RETURN})


class WrongCurrency(Refusal):
    """`currency` is the order's."""

    code = "wrong_currency"
    message = _("The order was paid in %(currency)s. Give the amount in this currency.")
    field = "currency"
    http_status = HTTPStatus.BAD_REQUEST


def visible_claim(user: User, number: str) -> Claim:
    """The claim by its number, or 404 when it is not theirs to see."""
    return get_object_or_404(visible_claims(user), number=number)


def visible_claims(user: User) -> QuerySet[Claim]:
    """What this person may see, ready to be shown."""
    return Claim.objects.visible_to(user).select_related(*AROUND)


def claim_for(user: User, number: str, act: Act) -> Claim:
    """The claim somebody wants to act in: 404 when it is not theirs to see, 403 when their side never does this."""
    claim = visible_claim(user, number)
    if party_of(claim, user) not in ACTS[act]:
        raise PermissionDenied
    return claim


def refuse_other_currency(given: dict[str, Any], currency: str) -> None:
    """Take `currency` out of what was given. Raises WrongCurrency when it is not the order's."""
    if given.pop("currency", currency) != currency:
        raise WrongCurrency(currency=currency)


def answer_with(claim: Claim, user: User, *, now: datetime) -> Response:
    """The claim as it stands after something was done in it, for the one who did it."""
    return Response(shown([visible_claims(user).get(pk=claim.pk)], user, now=now)[0], status=HTTPStatus.CREATED)


def shown(claims: Sequence[Claim], user: User, *, now: datetime) -> list[dict[str, Any]]:
    """Claims that were read with AROUND, each as this person sees it: the same few queries for any number."""
    views, payouts, coupons = perspectives(claims, user, now), payouts_of(claims), coupons_of(claims)
    decisions = _by_claim(Decision.objects.filter(claim__in=claims).order_by("on_appeal"))
    offers = _by_claim(Offer.objects.filter(claim__in=claims).order_by("id"))
    return [
        {
            **_facts(claim),
            "view": _view(views[claim.pk]),
            "decision": _decision(claim, decisions[claim.pk], user),
            "offers": [_offer(offer) for offer in offers[claim.pk]],
            "payouts": [in_brief(payout) for payout in payouts.get(claim.pk, [])],
            "coupons": [coupon_in_brief(coupon, user, now=now) for coupon in coupons.get(claim.pk, [])],
        }
        for claim in claims
    ]


def shown_filed(claim: Claim, user: User, *, now: datetime) -> dict[str, Any]:
    """The same for a claim that was filed just now: nobody decided or offered anything yet, what it pays is known."""
    return {
        **_facts(claim),
        "view": _view(perspectives([claim], user, now)[claim.pk]),
        "decision": _decision(claim, [], user),
        "offers": [],
        "payouts": [in_brief(payout) for payout in claim.payouts_started],
        "coupons": [coupon_in_brief(coupon, user, now=now) for coupon in coupons_of([claim]).get(claim.pk, [])],
    }


def _by_claim(rows: Iterable[Row]) -> defaultdict[int, list[Row]]:
    found: defaultdict[int, list[Row]] = defaultdict(list)
    for row in rows:
        found[row.claim_id].append(row)
    return found


def _facts(claim: Claim) -> dict[str, Any]:
    return {
        "number": claim.number,
        "status": claim.status,
        "order": claim.order.number,
        "line": claim.line_id,
        "reason": claim.reason,
        "remedy": claim.remedy,
        "quantity": claim.quantity,
        "amount": claim.amount,
        "currency": claim.currency,
        "statement": claim.statement,
        "particulars": claim.particulars,
        "filed_at": claim.filed_at,
    }


def _view(view: Perspective) -> dict[str, Any]:
    return {"sentence": view.sentence, "turn": view.turn, "due_at": view.due_at, "actions": list(view.actions)}


def _decision(claim: Claim, decisions: Sequence[Decision], user: User) -> dict[str, Any] | None:
    """The last ruling, else what the rules decided by themselves, else nothing."""
    verdict = read(claim.verdict.body) if claim.verdict else None
    if decisions:
        said = _ruling(decisions[-1])
    elif verdict and (claim.settles in BY_RULE or claim.close_reason == CloseReason.NOTHING_OWED):
        said = _judgement(claim, verdict)
    else:
        return None
    return {**said, "currency": claim.currency, "trace": shown_trace(verdict, user) if verdict else None}


def _ruling(decision: Decision) -> dict[str, Any]:
    return {
        "by": Party.AGENT if decision.decided_by_id else Party.CLOCK,
        "on_appeal": decision.on_appeal,
        "outcome": decision.outcome,
        "amount": decision.amount,
        "reason": decision.reason,
        "because": decision.statement or decision.get_reason_display(),
        "decided_at": decision.decided_at,
    }


def _judgement(claim: Claim, verdict: Verdict) -> dict[str, Any]:
    return {
        "by": Party.RULE,
        "on_appeal": False,
        "outcome": Outcome.CONSUMER if verdict.granted else Outcome.MERCHANT,
        "amount": verdict.amount,
        "reason": verdict.because,
        "because": because_sentence(verdict),
        "decided_at": claim.filed_at,
    }


def _offer(offer: Offer) -> dict[str, Any]:
    return {
        "id": offer.pk,
        "by": offer.by,
        "amount": offer.amount,
        "statement": offer.statement,
        "status": offer.status,
        "made_at": offer.made_at,
    }
