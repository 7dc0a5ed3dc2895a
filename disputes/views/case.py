"""The page of one claim, for each party its own: status in one sentence, whose turn, until when, why, and the money."""

from datetime import datetime
from typing import Any

from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.doors import PersonRequest, role_required
from accounts.models import Role, User
from common.formats import money_text
from common.pages import read_page
from common.refusals import status_of
from compensation.models import CapUse
from compensation.schemes.registry import names_of, price_by
from disputes.entitlements import owed
from disputes.models import Claim, Decision, Evidence, Offer, Party
from disputes.payments import coupons_of, exposure_key, payouts_of
from disputes.perspectives import perspective
from disputes.questions import answers_of
from disputes.silence import silence_told
from disputes.timeline import documents, timeline
from disputes.views.by_event import ByEvent, contested_by, shown_to_reviewer
from disputes.views.capped import capped
from disputes.views.choices import Refused, choices
from disputes.views.listed import waiting_beside
from payouts.models import Payout
from payouts.models import Status as PayoutStatus
from policies.traces import read
from policies.wording import Explained, explained, label_of_reason, label_of_remedy

LAYOUTS = {Role.CONSUMER: "consumer.html", Role.MERCHANT: "desk.html", Role.AGENT: "base.html"}
PAGES = {
    Role.CONSUMER: "disputes/claim_consumer.html",
    Role.MERCHANT: "disputes/claim_desk.html",
    Role.AGENT: "disputes/claim_bench.html",
}
CLAIMS_A_PAGE = 20

# What the bench does by single keys; the template says where.
KEYS = (
    ("a", _("Decide")),
    ("m", _("Write a message")),
    ("n", _("Write an internal note")),
    ("w", _("See what the rules say")),
    ("e", _("See the evidence")),
)

people_of_a_case = role_required(Role.CONSUMER, Role.MERCHANT, Role.AGENT)


def visible_claim(user: User, number: str) -> Claim:
    """The claim by its number, or 404 when it is not theirs to see."""
    claims = Claim.objects.visible_to(user).select_related(
        "order",
        "line__store",
        "line__voucher",
        "line__booking",
        "line__card",
        "line__stock_out",
        "line__stay__room_type_reserved",
        "line__stay__room_type_assigned",
        "merchant",
        "consumer",
        "verdict",
        "rejection",
    )
    return get_object_or_404(claims, number=number)


@people_of_a_case
@require_safe
def claim_list(request: PersonRequest) -> HttpResponse:
    """All claims the reader may see, newest first; with a `number`, that one."""
    claims = Claim.objects.visible_to(request.user).select_related("line", "merchant")
    if number := request.GET.get("number", "").strip():
        claims = claims.filter(number__iexact=number)
    page = read_page(claims, by=("-id",), after=request.GET.get("after"), size=CLAIMS_A_PAGE)
    context = {
        "layout": LAYOUTS[Role(request.user.role)],
        "claims": page.rows,
        "number": number,
        **page.hrefs(request),
    }
    return render(request, "disputes/claims.html", context)


@people_of_a_case
@require_safe
def claim(request: PersonRequest, number: str) -> HttpResponse:
    return show_case(request, visible_claim(request.user, number))


@people_of_a_case
@require_safe
def evidence_file(request: PersonRequest, number: str, pk: int) -> FileResponse:
    """One document, to those who may see its claim; only pictures, which were redrawn, open in the browser."""
    document = get_object_or_404(Evidence, pk=pk, claim=visible_claim(request.user, number))
    return FileResponse(
        document.file.open("rb"),
        as_attachment=not document.content_type.startswith("image/"),
        filename=document.name,
        content_type=document.content_type,
    )


def open_offer(claim: Claim) -> Offer | None:
    """The offer that waits for an answer."""
    return Offer.objects.filter(claim=claim, status=Offer.Status.OPEN).first()


def show_case(request: PersonRequest, claim: Claim, *, refused: Refused | None = None) -> HttpResponse:
    """The case for its reader; `refused` is a form that was sent and needs mending."""
    now = timezone.now()
    user = request.user
    standpoint = perspective(claim, user, now)
    offer = open_offer(claim)
    offered = choices(claim, user, standpoint, offer=offer, refused=refused)
    context = {
        "claim": claim,
        "reader": user.role,
        "standpoint": standpoint,
        "silence": silence_told(claim, party=standpoint.party, asked=_last_asked(offer)),
        "reason_label": label_of_reason(claim.reason),
        "remedy_label": label_of_remedy(claim.remedy, price_back=bool(claim.refund_part)),
        "answers": answers_of(claim),
        "trace": _trace(claim, user),
        "event": _contested(claim),
        "leading": next((choice for choice in offered if choice.leads), None),
        "equals": [choice for choice in offered if choice.equal],
        "sticks": any(choice.leads for choice in offered) and not any(choice.equal for choice in offered),
        "further": [choice for choice in offered if not choice.leads],
        "refused": refused,
        "offer": offer,
        "decisions": Decision.objects.filter(claim=claim).order_by("on_appeal"),
        "entries": timeline(claim, user),
        "documents": documents(claim),
        "price_href": _price_href(claim, now=now) if user.is_consumer else "",
        "just_filed": "filed" in request.GET and user.is_consumer,
        "now": now,
        **_money(claim, user),
        **waiting_beside(claim, user),
    }
    if user.is_agent:
        context["keys"] = KEYS
    return render(request, PAGES[Role(user.role)], context, status=status_of(refused))


def _contested(claim: Claim) -> ByEvent | None:
    """What an event paid, where this claim contests it."""
    row = contested_by(claim)
    return shown_to_reviewer(row) if row else None


def _trace(claim: Claim, user: User) -> Explained | None:
    """What the rules say, less what a cap on compensation cut off when the claim was filed."""
    if claim.verdict is None:
        return None
    trace = explained(claim.verdict.body, reader=user.role, names=names_of(claim.line))
    if claim.compensation == read(claim.verdict.body).compensation:
        return trace
    use = CapUse.objects.filter(key=exposure_key(claim)).first()
    return capped(trace, cap=use.cap, cut=use.cut) if use else trace


def _price_href(claim: Claim, *, now: datetime) -> str:
    """Where the price is claimed that this guarantee comes on top of: as long as it can be, and nobody asked."""
    line, reason = claim.line, price_by(claim.reason, claim.order.kind)
    if not reason or not line.refundable or Claim.objects.filter(line=line, reason=reason).exists():
        return ""
    if not owed(line, reason=reason, now=now):
        return ""
    return f"{reverse('claim-remedy', args=[claim.order.number, line.pk])}?reason={reason}"


def _last_asked(offer: Offer | None) -> int | None:
    """The sum of an open counter-offer, in minor units."""
    return offer.amount if offer and offer.by == Party.CONSUMER else None


def _money(claim: Claim, user: User) -> dict[str, Any]:
    """The payouts that carry the claim's money, in a sentence where it is, and the coupons that came out of it."""
    payouts = payouts_of([claim]).get(claim.pk, [])
    carrying = [payout for payout in payouts if payout.status != PayoutStatus.RELEASED]
    return {
        "payouts": carrying,
        "coupons": coupons_of([claim]).get(claim.pk, []),
        "rerouted": len(carrying) < len(payouts),
        "has_arrived": _have_arrived(carrying),
        "where_the_money_is": _where(claim, carrying, user) if carrying else "",
    }


def _where(claim: Claim, payouts: list[Payout], user: User) -> str:
    """Never "paid" before it is confirmed."""
    if _have_arrived(payouts):
        by_wallet = all(payout.gateway == WALLET for payout in payouts)
        sentence = IN_THE_WALLET if by_wallet else ARRIVED
    else:
        sentence = ON_ITS_WAY
    reader = Role.CONSUMER if user.is_consumer else ""
    return str(sentence[reader]) % {"sum": money_text(sum(payout.amount for payout in payouts), claim.currency)}


def _have_arrived(payouts: list[Payout]) -> bool:
    return bool(payouts) and all(payout.status == PayoutStatus.SETTLED for payout in payouts)


WALLET = "wallet"
IN_THE_WALLET = {
    Role.CONSUMER: _("%(sum)s is in your wallet."),
    "": _("%(sum)s is in the consumer’s wallet."),
}
ARRIVED = {
    Role.CONSUMER: _("%(sum)s has arrived, the way you paid."),
    "": _("%(sum)s has arrived, the way the consumer paid."),
}
ON_ITS_WAY = {
    Role.CONSUMER: _("%(sum)s is on its way to you, the way you paid."),
    "": _("%(sum)s is on its way to the consumer."),
}
