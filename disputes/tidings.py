"""Who is told what about a case. A notice carries facts; its sentence is written in the reader's language later.

All recipients of one fact share its key, so telling it again tells nobody twice.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from accounts.models import Member, User
from disputes.cases import Case
from disputes.models import Claim, Party
from notices.actions import Telling, tell_all


def tell_consumer(case: Case, kind: str, *, key: str = "", case_: str = "", **values: Any) -> None:
    """Tell the consumer alone."""
    tell_people(case.claim, [case.claim.consumer], kind, key=key, case_=case_, at=case.at, **values)


def tell_merchant(case: Case, kind: str, *, key: str = "", case_: str = "", **values: Any) -> None:
    """Tell everybody who works for the merchant."""
    tell_people(case.claim, _members(case.claim), kind, key=key, case_=case_, at=case.at, **values)


def tell_both(case: Case, kind: str, *, key: str = "", case_: str = "", **values: Any) -> None:
    """Tell both sides; each reads its own sentence."""
    people = [case.claim.consumer, *_members(case.claim)]
    tell_people(case.claim, people, kind, key=key, case_=case_, at=case.at, **values)


def tell_the_others(case: Case, kind: str, *, key: str = "", case_: str = "", **values: Any) -> None:
    """Tell the sides that did not act: both, when an agent did."""
    people: list[User] = []
    if case.party != Party.CONSUMER:
        people.append(case.claim.consumer)
    if case.party != Party.MERCHANT:
        people.extend(_members(case.claim))
    tell_people(case.claim, people, kind, key=key, case_=case_, at=case.at, **values)


def tell_people(
    claim: Claim, people: Iterable[User], kind: str, *, key: str = "", case_: str = "", at: datetime, **values: Any
) -> None:
    """Tell these people one fact about the claim. History that is only replayed is told to nobody."""
    tell_all(_tellings(claim, people, kind, key=key, case_=case_, at=at, values=values), at=at)


def tell_both_of_all(claims: Sequence[Claim], kind: str, *, case_: str, at: datetime) -> None:
    """Tell both sides of each claim, as `tell_both` does about one, with one statement for any number."""
    working_for = _members_of_all({claim.merchant_id for claim in claims})
    tell_all(
        [
            telling
            for claim in claims
            for telling in _tellings(
                claim, [claim.consumer, *working_for[claim.merchant_id]], kind, key="", case_=case_, at=at, values={}
            )
        ],
        at=at,
    )


def _tellings(
    claim: Claim,
    people: Iterable[User],
    kind: str,
    *,
    key: str,
    case_: str,
    at: datetime,
    values: Mapping[str, Any],
) -> list[Telling]:
    if claim.replayed:
        return []
    facts = {**facts_of(claim), **values, **({"case": str(case_)} if case_ else {})}
    key = f"claim:{claim.number}:{key or f'{kind}:{at.isoformat()}'}"
    link = claim.get_absolute_url()
    return [Telling(key=key, recipient=person, kind=kind, values=facts, link=link) for person in people]


def facts_of(claim: Claim) -> dict[str, Any]:
    """The values that sentences about this claim may use."""
    line, merchant = claim.line, claim.merchant
    return {
        "claim": claim.number,
        "item": line.title,
        "item_zh": line.title_zh,
        "merchant": merchant.name,
        "merchant_zh": merchant.name_zh,
        "amount": claim.amount,
        "currency": claim.currency,
        "due_at": claim.due_at,
    }


def _members_of_all(merchants: Collection[int]) -> Mapping[int, list[User]]:
    """By merchant. One query."""
    found: defaultdict[int, list[User]] = defaultdict(list)
    for member in Member.objects.filter(merchant__in=merchants, user__is_active=True).select_related("user"):
        found[member.merchant_id].append(member.user)
    return found


def _members(claim: Claim) -> list[User]:
    return list(User.objects.filter(membership__merchant=claim.merchant_id, is_active=True))
