"""What a walk of the simulation has in hand: its chance, its clock, the model and what is beside it."""

import random
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

from accounts.models import User
from common.errors import Refusal
from disputes.models import Claim
from portal.chaos.simulation import checks
from portal.chaos.simulation.model import Case, Model
from portal.chaos.simulation.provider import Provider
from portal.chaos.simulation.world import FIRST_DAYS, cast


class Unexpected(Exception):
    """The portal did what the model rules out, or refused what it owes somebody."""


class Walk:
    """`trail` is what happened, for whoever reads a failure."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.now = self.chance.choice(FIRST_DAYS) + timedelta(minutes=self.chance.randrange(1_440))
        self.senders_back_at = self.now
        self.cast, self.model = cast(), Model()
        self.provider = Provider(seed, self.now)
        self.trail: list[str] = []
        self.books = checks.Books()

    def look(self) -> None:
        """Compare the model with what is there."""
        self.books = checks.compare(self.model, self.provider)

    def act(self, verb: Callable[[], Any], *, allowed: bool | None = True) -> Any:
        """What the verb gave, or None when it was refused. `allowed`: whether the model expects it (None: unknown)."""
        try:
            outcome = verb()
        except Refusal as refusal:
            if allowed is True:
                raise Unexpected(f"refused: {type(refusal).__name__} {refusal.sentence()}") from refusal
            self.trail[-1] += f" refused ({refusal.code})"
            return None
        if allowed is False:
            raise Unexpected("this should have been refused")
        return outcome

    def some(self, statuses: set[str]) -> Case | None:
        """One of the cases in these statuses; None where there is none."""
        fitting = [case for case in self.model.cases.values() if case.status in statuses]
        return self.chance.choice(fitting) if fitting else None

    def in_time(self, case: Case) -> bool:
        """Whether its deadline has not passed yet."""
        return case.due_at is not None and self.now < case.due_at

    def verb(self, verb: Callable[..., Any], case: Case, whose: str, **more: Any) -> Callable[[], Any]:
        """A verb on the case, done by its consumer or its merchant now."""
        by = self.person(case.piece.consumer) if whose == "consumer" else self.cast.merchants[case.piece.merchant]
        return partial(verb, claim=self.claim(case), by=by, at=self.now, **more)

    def claim(self, case: Case) -> Claim:
        """The claim of a case, whose number is put on the trail."""
        self.trail[-1] += f" {case.number} ({case.status})"
        return Claim.objects.get(number=case.number)

    def person(self, number: int) -> User:
        return next(person for person in self.cast.consumers if person.pk == number)
