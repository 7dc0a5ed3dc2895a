"""The trace of a verdict: the rule's own data beside the sentences that say it in words."""

from typing import Any

from accounts.models import User
from policies.traces import Verdict, as_dict, public_trace
from policies.wording import sentence_of_step, sentence_of_test


def shown_trace(verdict: Verdict, user: User) -> dict[str, Any]:
    """For agents with every input; for a side without those that only the other may know."""
    trace: dict[str, Any] = as_dict(verdict)["trace"] if user.is_agent else public_trace(verdict, reader=user.role)
    for written, test in zip(trace["tests"], verdict.trace.tests, strict=True):
        written["sentence"] = sentence_of_test(test, reader=user.role)
    for written, step in zip(trace["steps"], verdict.trace.steps, strict=True):
        written["sentence"] = sentence_of_step(step)
    return trace
