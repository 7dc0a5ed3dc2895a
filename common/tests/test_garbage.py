import gc

import pytest

from common.garbage import uncollected


@uncollected()
def searching_within(*, fail: bool = False) -> bool:
    if fail:
        raise LookupError
    return gc.isenabled()


def test_nothing_is_searched_within_and_everything_is_afterwards() -> None:
    assert not searching_within()
    assert gc.isenabled()


def test_the_search_goes_on_after_a_failure() -> None:
    with pytest.raises(LookupError):
        searching_within(fail=True)

    assert gc.isenabled()


def test_a_batch_within_a_batch_leaves_the_search_to_the_outer_one() -> None:
    with uncollected():
        searching_within()
        assert not gc.isenabled()
