"""The short form of the simulation: fifty seeds of a hundred operations over more than a week each."""

import pytest

from portal.chaos.simulation import simulate

pytestmark = pytest.mark.django_db(transaction=True)

SEEDS = 50


@pytest.mark.parametrize("seeds", [range(start, start + 10) for start in range(0, SEEDS, 10)], ids=str)
def test_a_hundred_operations_end_with_everybody_paid_to_the_cent(seeds):
    assert [failure for seed in seeds if (failure := simulate(seed, operations=100))] == []
