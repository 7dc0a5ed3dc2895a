"""The Peace of Mind label: ask for it, carry it, give it up, lose it, appeal once.

Carrying a label is taking part in its guarantee: the enrolment begins and ends with it, so orders placed meanwhile keep
what was promised. The checks are a rule with dated terms; what they saw and said is stored as a verdict.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from http import HTTPStatus
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import MemberRole, Merchant, User
from common.errors import Refusal
from common.states import move_to
from common.transactions import atomic
from compensation.models import LABELS, Admission, LabelAppeal, Licence
from compensation.schemes.peace_of_mind_admission.rules import AdmissionFacts, PeaceOfMindAdmissionTerms
from compensation.tidings.labels import tell_merchant, tell_operators
from ledger import chart
from orders.models import Order
from payouts.statements import reason
from policies.actions import enrol, leave, on_record
from policies.in_force import in_force, judge, terms_of
from policies.models import Enrolment, Version
from policies.traces import Verdict

CHECKS = "peace_of_mind_admission"
USUAL_CURRENCY = "CNY"


class NoChecksInForce(Refusal):
    """The terms of the checks are not published yet."""

    code = "no_checks_in_force"
    message = _("The checks for this label are not in force yet.")


class UnknownLabel(Refusal):
    code = "unknown_label"
    message = _("There is no such label.")
    field = "label"
    http_status = HTTPStatus.NOT_FOUND


class LabelForOwnersOnly(Refusal):
    code = "only_the_owner"
    message = _("Only an owner of the business decides about its labels.")
    http_status = HTTPStatus.FORBIDDEN


class LabelCarried(Refusal):
    """The merchant carries the label already."""

    code = "label_carried"
    message = _("The business carries this label already.")


class LabelNotCarried(Refusal):
    code = "label_not_carried"
    message = _("The business does not carry this label any more.")


class AppealPending(Refusal):
    """An appeal about the label is not decided yet, and decides about it first."""

    code = "appeal_pending"
    message = _("Your appeal about this label is not decided yet. Wait for the answer first.")


class AskedTooSoon(Refusal):
    """The label was lost, and it can be asked for again from the moment `until` on."""

    code = "asked_too_soon"
    message = _("This label was lost. It can be asked for again from %(until)s on.")


class NothingToAppeal(Refusal):
    code = "nothing_to_appeal"
    message = _("There is nothing here to appeal.")


class LabelAppealed(Refusal):
    """One appeal was made, or decided, already."""

    code = "label_appealed"
    message = _("This was appealed already, and the answer to an appeal is final.")


class LabelAppealTooLate(Refusal):
    code = "label_appeal_too_late"
    message = _("The time to appeal has passed.")


class DecidedByTheSameOperator(Refusal):
    """Whoever took the label away cannot decide about the appeal."""

    code = "decided_by_the_same_operator"
    message = _("You took this label away, so somebody else has to decide about the appeal.")
    http_status = HTTPStatus.FORBIDDEN


class NeedsTheLabel(Refusal):
    """This guarantee is given by carrying its label, not by enrolling."""

    code = "needs_the_label"
    message = _("This guarantee comes with its label: ask for the label, or give it up, there.")


@dataclass(frozen=True, kw_only=True)
class Conduct:
    """A merchant's record as the room above counts it, over the time that the terms look back (see AdmissionFacts)."""

    orders: int
    complaints: int
    asked: int
    unanswered: int
    broken: int


# --- what the checks see -----------------------------------------------------------------------------


def checks_in_force(*, at: datetime) -> Version:
    """The version of the checks at that moment. Raises NoChecksInForce."""
    version = in_force([CHECKS], at=at).get(CHECKS)
    if version is None:
        raise NoChecksInForce
    return version


def terms_in_force(*, at: datetime) -> PeaceOfMindAdmissionTerms:
    """The terms of the checks at that moment. Raises NoChecksInForce."""
    terms: PeaceOfMindAdmissionTerms = terms_of(checks_in_force(at=at))
    return terms


def checked(
    merchant: Merchant, label: str, conduct: Conduct, *, at: datetime
) -> tuple[Version, AdmissionFacts, Verdict]:
    """What the checks in force say of the merchant now, with what they saw. Nothing is stored."""
    version = checks_in_force(at=at)
    facts = _facts(merchant, label, conduct)
    return version, facts, judge(version, facts, at)


def _facts(merchant: Merchant, label: str, conduct: Conduct) -> AdmissionFacts:
    """Six small queries: the label and its loss, the licence, the currency, the deposit, the debts."""
    if label not in LABELS:
        raise UnknownLabel
    own = Admission.objects.filter(merchant=merchant, label=label)
    licence = Licence.objects.filter(merchant=merchant, label=label).order_by("-id").first()
    latest = Order.objects.filter(merchant=merchant).order_by("-placed_at", "-id").first()
    currency = latest.currency if latest else USUAL_CURRENCY
    return AdmissionFacts(
        label=label,
        holds_label=own.held().exists(),
        currency=currency,
        orders=conduct.orders,
        complaints=conduct.complaints,
        asked=conduct.asked,
        unanswered=conduct.unanswered,
        broken=conduct.broken,
        deposit=chart.balance_of(chart.deposit_of(merchant.pk, currency)).posted,
        owed=chart.balance_of(chart.receivable_from(merchant.pk, currency)).posted,
        licensed_until=licence.valid_until_on if licence else None,
        lost_at=_last_lost(own),
    )


def _last_lost(own: QuerySet[Admission]) -> datetime | None:
    """A loss that was undone on appeal was none."""
    lost = own.filter(status=Admission.Status.LOST).exclude(appeal__outcome=LabelAppeal.Outcome.RESTORED)
    ended: datetime | None = lost.order_by("-ended_at").values_list("ended_at", flat=True).first()
    return ended


# --- asking for it, and giving it up -----------------------------------------------------------------


@atomic
def ask_for_label(*, merchant: Merchant, label: str, conduct: Conduct, by: User, at: datetime) -> Admission:
    """An owner asks for a label and is answered at once by the checks, for orders placed from now on.

    While the waiting time after a loss runs there is no answer, so the loss stays what can be appealed. Raises
    UnknownLabel, LabelForOwnersOnly, LabelCarried, AppealPending, AskedTooSoon and NoChecksInForce.
    """
    _refuse_unless_owner(merchant, by)
    _lock(merchant)
    own = Admission.objects.filter(merchant=merchant, label=label)
    if own.held().exists():
        raise LabelCarried
    if own.filter(appeal__isnull=False, appeal__outcome="").exists():
        raise AppealPending
    version, facts, verdict = checked(merchant, label, conduct, at=at)
    if (until := asked_again_from(version, facts)) and at < until:
        raise AskedTooSoon(until=until)
    number = own.count() + 1
    record = on_record(
        key=f"label:{label}:{merchant.pk}:{number}", version=version, facts=facts, judged_at=at, verdict=verdict
    )
    record.save()
    if not verdict.granted:
        refused = Admission.objects.create(
            merchant=merchant,
            label=label,
            status=Admission.Status.REFUSED,
            verdict=record,
            asked_by=by,
            answered_at=at,
        )
        tell_merchant(refused, "label_refused", at=at)
        return refused
    admission = _carry(merchant, label, at=at, asked_by=by, verdict=record)
    tell_merchant(admission, "label_granted", at=at)
    return admission


def asked_again_from(version: Version, facts: AdmissionFacts) -> datetime | None:
    """The end of the waiting time after the last loss; None: the label was never lost."""
    terms: PeaceOfMindAdmissionTerms = terms_of(version)
    return facts.lost_at + timedelta(days=terms.wait_days) if facts.lost_at else None


@atomic
def give_up_label(*, merchant: Merchant, label: str, by: User, at: datetime) -> Admission:
    """An owner gives a label up for orders placed from now on. Raises LabelForOwnersOnly and LabelNotCarried."""
    _refuse_unless_owner(merchant, by)
    admission = _locked_held(Q(merchant=merchant, label=label))
    _end(admission, Admission.Status.LEFT, at=at, by=by)
    return admission


def refuse_by_hand(*, merchant: Merchant, policy: str, at: datetime) -> None:  # noqa: ARG001 (a gate of settings.POLICY_GATES)
    """Nobody joins or leaves these guarantees but by their label. Raises NeedsTheLabel."""
    if policy in LABELS:
        raise NeedsTheLabel


def _carry(merchant: Merchant, label: str, *, at: datetime, **origin: Any) -> Admission:
    """From now on the merchant carries the label; when it is looked at again stands in the terms."""
    review_at = at + timedelta(hours=terms_in_force(at=at).review_hours)
    admission = Admission.objects.create(
        merchant=merchant,
        label=label,
        status=Admission.Status.HELD,
        answered_at=at,
        review_at=review_at,
        **origin,
    )
    enrol(merchant=merchant, policy=label, terms={}, starts_at=at)
    return admission


def _end(admission: Admission, status: Admission.Status, *, at: datetime, by: User | None = None, **why: Any) -> None:
    """Orders placed from now on are not covered any more; those placed before stay covered."""
    move_to(admission, status, at=at, ended_at=at, review_at=None, **why)
    leave(merchant=admission.merchant, policy=admission.label, at=at, by=by)


def _refuse_unless_owner(merchant: Merchant, person: User) -> None:
    if not merchant.members.filter(user=person, role=MemberRole.OWNER).exists():
        raise LabelForOwnersOnly


def _lock(merchant: Merchant) -> None:
    """One answer at a time for each merchant."""
    Merchant.objects.select_for_update(no_key=True).get(pk=merchant.pk)


def _locked_held(which: Q) -> Admission:
    held = Admission.objects.held().select_for_update(of=("self",), no_key=True).select_related("merchant")
    admission = held.filter(which).first()
    if admission is None:
        raise LabelNotCarried
    return admission


# --- losing it ---------------------------------------------------------------------------------------


@atomic
def review_label(*, admission: Admission, conduct: Conduct, at: datetime) -> bool:
    """Look at the checks of a carried label again; whether it was lost. The caller holds the row.

    A loss is stored with the verdict, and the merchant is told the reason. Raises NoChecksInForce.
    """
    version, facts, verdict = checked(admission.merchant, admission.label, conduct, at=at)
    if verdict.granted:
        hours: int = terms_of(version).review_hours
        Admission.objects.filter(pk=admission.pk).update(review_at=at + timedelta(hours=hours))
        return False
    record = on_record(key=f"label:lost:{admission.pk}", version=version, facts=facts, judged_at=at, verdict=verdict)
    record.save()
    _end(admission, Admission.Status.LOST, at=at, lost_by=record)
    tell_merchant(admission, "label_lost", at=at)
    return True


@atomic
def take_label_away(*, admission: Admission, because: str, by: User, at: datetime) -> Admission:
    """An operator takes a label away at once, with a written reason the merchant reads.

    Raises LabelNotCarried, ReasonMissing and ReasonTooLong.
    """
    why = reason(because)
    held = _locked_held(Q(pk=admission.pk))
    _end(held, Admission.Status.LOST, at=at, removed_by=by, removed_because=why)
    tell_merchant(held, "label_lost", at=at)
    return held


# --- the appeal --------------------------------------------------------------------------------------


@atomic
def appeal_label(*, admission: Admission, statement: str, by: User, at: datetime) -> LabelAppeal:
    """An owner asks another operator to look again at a refusal or a loss, once, within the time the terms give.

    Raises LabelForOwnersOnly, NothingToAppeal, LabelAppealed, LabelAppealTooLate, LabelCarried, ReasonMissing and
    ReasonTooLong.
    """
    _refuse_unless_owner(admission.merchant, by)
    said = reason(statement)
    lock = Admission.objects.select_for_update(of=("self",), no_key=True).select_related("merchant")
    locked = lock.get(pk=admission.pk)
    if locked.status not in (Admission.Status.LOST, Admission.Status.REFUSED):
        raise NothingToAppeal
    if LabelAppeal.objects.filter(admission=locked).exists():
        raise LabelAppealed
    if at >= appeal_until(locked, at=at):
        raise LabelAppealTooLate
    if Admission.objects.held().filter(merchant=locked.merchant, label=locked.label).exists():
        raise LabelCarried
    appeal = LabelAppeal.objects.create(
        admission=locked, against=_who_took_it_away(locked), statement=said, appealed_by=by, appealed_at=at
    )
    tell_operators(locked, "label_appealed", at=at)
    return appeal


def _who_took_it_away(admission: Admission) -> User | None:
    """Whoever took the label away when it was last carried, also where a refusal is appealed; None: the checks."""
    own = Admission.objects.filter(merchant=admission.merchant, label=admission.label, pk__lte=admission.pk)
    last = own.exclude(status=Admission.Status.REFUSED).select_related("removed_by").order_by("-id").first()
    return last.removed_by if last else None


def appeal_until(admission: Admission, *, at: datetime) -> datetime:
    """Until when a refusal or a loss can be appealed, by the terms in force. Raises NoChecksInForce."""
    return (admission.ended_at or admission.answered_at) + timedelta(days=terms_in_force(at=at).appeal_days)


@atomic
def decide_label_appeal(*, appeal: LabelAppeal, restore: bool, because: str, by: User, at: datetime) -> LabelAppeal:
    """An operator who did not take the label away decides for good, with a written reason.

    The label is carried again from now on; orders placed in between are not covered. Raises DecidedByTheSameOperator,
    LabelAppealed, ReasonMissing and ReasonTooLong.
    """
    why = reason(because)
    lock = LabelAppeal.objects.select_for_update(of=("self",), no_key=True).select_related("admission__merchant")
    asked = lock.get(pk=appeal.pk)
    if asked.outcome:
        raise LabelAppealed
    if asked.against_id == by.pk:
        raise DecidedByTheSameOperator
    admission = asked.admission
    asked.outcome = LabelAppeal.Outcome.RESTORED if restore else LabelAppeal.Outcome.UPHELD
    asked.because, asked.decided_by, asked.decided_at = why, by, at
    asked.save(update_fields=["outcome", "because", "decided_by", "decided_at"])
    if restore:
        _lock(admission.merchant)
        restored = _carry(admission.merchant, admission.label, at=at, restored_by=asked)
        tell_merchant(restored, "label_appeal_decided", case_="restored", at=at)
    else:
        tell_merchant(admission, "label_appeal_decided", case_="upheld", at=at)
    return asked


# --- what operators put on record, and what everybody may know ---------------------------------------


@atomic
def record_licence(
    *, merchant: Merchant, label: str, number: str, valid_until_on: date, by: User | None, at: datetime
) -> Licence:
    """An operator puts a licence on record; the latest one counts. Raises UnknownLabel and ReasonMissing."""
    if label not in LABELS:
        raise UnknownLabel
    return Licence.objects.create(
        merchant=merchant,
        label=label,
        number=reason(number)[:60],
        valid_until_on=valid_until_on,
        recorded_by=by,
        recorded_at=at,
    )


def labels_at(merchants: Iterable[int], *, at: datetime) -> dict[int, list[str]]:
    """The labels that these merchants carried at that moment, by merchant. One query.

    An enrolment is the record of it: what an order placed then can count on.
    """
    running = Enrolment.objects.filter(
        Q(ends_at__isnull=True) | Q(ends_at__gt=at),
        merchant__in=set(merchants),
        policy__code__in=LABELS,
        starts_at__lte=at,
    )
    found: dict[int, list[str]] = {}
    for merchant, code in running.order_by("policy__code").values_list("merchant", "policy__code"):
        found.setdefault(merchant, []).append(code)
    return found
