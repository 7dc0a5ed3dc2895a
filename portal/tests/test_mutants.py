"""Each mutant of the ledger breaks the invariant it is made for, and no other."""

import pytest

from portal.chaos.invariants import INVARIANTS, SMALL, table, try_all
from portal.chaos.mutants import MUTANTS, Mutant

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.no_cover]  # counting lines takes twice the time


@pytest.mark.parametrize("mutant", MUTANTS, ids=str)
def test_a_mutant_breaks_exactly_its_invariant(mutant: Mutant):
    with mutant.in_force():
        tried = try_all(seed=2, size=SMALL)
    broken = [INVARIANTS[it.number - 1] for it in tried if not it.held]
    assert broken == [mutant.breaks], table(tried)


def test_every_invariant_has_its_mutant():
    assert list(dict.fromkeys(mutant.breaks for mutant in MUTANTS)) == list(INVARIANTS)
