"""What goes wrong at the sandbox on request: what is done of a call, when, and what its caller gets to see."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """`name` is one of FAULTS; `seconds` is how long the slow ones take, or how long the payee has to confirm."""

    name: str
    seconds: float


@dataclass(frozen=True)
class Course:
    """How a call with a fault goes."""

    acts: bool = True
    waits: str = ""  # "before" or "after" it acts
    ends: str = ""  # how the try to pay ends, where it is not paid
    answers: str = "truly"
    remembers: bool = True  # whether the answer is kept under the key, where keys keep answers


FAULTS = {
    "fail": Course(ends="failed"),
    "refuse": Course(ends="refused"),
    "pending": Course(ends="pending"),
    "confirm": Course(ends="awaiting"),
    "slow": Course(waits="before"),
    "late": Course(waits="before", answers="never"),
    "timeout_before": Course(acts=False, waits="before", answers="never"),
    "timeout_after": Course(waits="after", answers="never"),
    "error_before": Course(acts=False, answers="error", remembers=False),
    "error_kept": Course(acts=False, answers="error"),
    "error_after": Course(answers="error"),
    "rate_limited": Course(acts=False, answers="too many", remembers=False),
    "busy": Course(acts=False, answers="busy", remembers=False),
    "reset_before": Course(acts=False, answers="reset"),
    "reset_after": Course(answers="reset"),
    "garbled": Course(answers="half"),
    "other_sum": Course(answers="other sum"),
}
