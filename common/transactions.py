"""`atomic`: how every action opens its transaction, so that actions call actions and still commit or fail as one."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import ParamSpec, TypeVar, overload

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.transaction import Atomic

P = ParamSpec("P")
R = TypeVar("R")


@overload
def atomic() -> Atomic: ...
@overload
def atomic(function: Callable[P, R]) -> Callable[P, R]: ...
def atomic(function: Callable[P, R] | None = None) -> Atomic | Callable[P, R]:
    """All or nothing, as a decorator (`@atomic`) or a block (`with atomic():`).

    Inside another transaction it joins that one without the two statements of a savepoint. So a refusal that leaves
    the block undoes the whole transaction, also when somebody above catches it: who wants to go on after a refusal
    opens a savepoint around the call with Django's own `transaction.atomic()`.
    """
    if function is None:
        return _join()

    @wraps(function)
    def all_or_nothing(*args: P.args, **kwargs: P.kwargs) -> R:
        with _join():
            return function(*args, **kwargs)

    return all_or_nothing


def _join() -> Atomic:
    return Atomic(using=DEFAULT_DB_ALIAS, savepoint=_stands_in_a_test(), durable=False)


def _stands_in_a_test() -> bool:
    """The transaction that a test case wraps around a test is the outside world: a refusal must not end the test.

    Django asks the same question for `durable=True`.
    """
    blocks = connection.atomic_blocks
    return bool(blocks) and bool(getattr(blocks[-1], "_from_testcase", False))


@contextmanager
def one_snapshot() -> Iterator[None]:
    """Everything in the block is read as of one moment, while others keep writing. Nothing can be written in it.

    The block is a transaction of its own. (Within the one that a test case wraps around a test, it is that one.)
    """
    in_a_test = _stands_in_a_test()
    with Atomic(using=DEFAULT_DB_ALIAS, savepoint=in_a_test, durable=True):
        if not in_a_test:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield


class InsideTransaction(Exception):
    """A transaction is open where none may be."""


def refuse_inside_transaction() -> None:
    """For calls to the outside, which take long and cannot be rolled back. Raises InsideTransaction."""
    if any(not getattr(block, "_from_testcase", False) for block in connection.atomic_blocks):
        raise InsideTransaction("Commit first: this call cannot be undone by a rollback.")
