"""How a case looks to one person: where it stands in one sentence, whose turn it is, and what they may do."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from accounts.models import User
from disputes.models import Claim, Party
from disputes.rights import Act, Answer, Standing, acts, answers, party_of, standings
from disputes.wording import sentence


@dataclass(frozen=True, slots=True)
class Perspective:
    """What one person sees of a case. `actions` are exactly those the server accepts from them at this moment.

    `answers` are the answers open to a merchant that may answer. `party` is None for a stranger.
    """

    sentence: str
    turn: str
    due_at: datetime | None
    actions: tuple[Act, ...]
    answers: tuple[Answer, ...]
    party: Party | None


def perspective(claim: Claim, user: User, now: datetime) -> Perspective:
    """The case as this person sees it now; the claim comes with its merchant."""
    return perspectives([claim], user, now)[claim.pk]


def perspectives(claims: Iterable[Claim], user: User, now: datetime) -> dict[int, Perspective]:
    """The same for many claims by their ids: one query for all that are not final, none when all are."""
    listed = list(claims)
    known = standings(listed)
    return {claim.pk: _perspective(claim, known.get(claim.pk, Standing()), user, now) for claim in listed}


def _perspective(claim: Claim, standing: Standing, user: User, now: datetime) -> Perspective:
    party = party_of(claim, user)
    actions = acts(claim, standing, party=party, user=user, now=now)
    return Perspective(
        sentence=sentence(claim, standing, party=party),
        turn=claim.turn,
        due_at=claim.due_at,
        actions=actions,
        answers=answers(claim, standing) if Act.ANSWER in actions else (),
        party=party,
    )
