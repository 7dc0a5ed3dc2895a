"""The sixteen invariants of the books hold on a real PostgreSQL under real concurrency."""

import pytest

from portal.chaos.invariants import FULL, INVARIANTS, table, try_all

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.no_cover]  # counting lines takes twice the time


def test_all_sixteen_hold_at_the_size_of_the_conformance_kit():
    tried = try_all(seed=1, size=FULL)
    assert len(tried) == len(INVARIANTS) == 16
    assert all(it.held for it in tried), table(tried)
