"""The trace of a verdict: the rule's own data beside the sentences that say it in words."""

from typing import Any

from accounts.models import User
from policies.traces import Verdict, as_dict, public_trace
from policies.wording import explained


def shown_trace(verdict: Verdict, user: User) -> dict[str, Any]:
    """For agents with every input; for a side without those that only the other may know."""
    trace: dict[str, Any] = as_dict(verdict)["trace"] if user.is_agent else public_trace(verdict)
    words = explained(verdict)
    return {
        **trace,
        "tests": [{**test, "sentence": said.sentence} for test, said in zip(trace["tests"], words.tests, strict=True)],
        "steps": [{**step, "sentence": said.sentence} for step, said in zip(trace["steps"], words.steps, strict=True)],
    }
