"""Who may carry the Peace of Mind label, and who loses it: checks on a merchant's record, within dated terms. Pure.

Joining is judged more strictly than keeping, and rates count from a least number on.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from common.money import percentage
from compensation.schemes.arithmetic import BASIS_POINTS_OF_A_PERCENT, WHOLE_PERCENT, refuse_above_all_of_it
from policies.shapes import Amounts, Misshapen
from policies.traces import Test, Trace, Verdict, all_passed, grant, money, refuse
from policies.words import Remedy, Settles


@dataclass(frozen=True, kw_only=True)
class AdmissionFacts:
    """A merchant's record for one label, `label` being the code of its guarantee. Sums are minor units of `currency`.

    `orders`, upheld `complaints`, claims that `asked` for its answer, those left `unanswered` and promises `broken` are
    of the time that the terms look back. `licensed_until` is the last day of the licence (None: none is on record),
    `lost_at` when the label was last lost (None: never, or given back on appeal).
    """

    label: str
    holds_label: bool
    currency: str
    orders: int
    complaints: int
    asked: int
    unanswered: int
    broken: int
    deposit: int
    owed: int
    licensed_until: date | None
    lost_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Bar:
    """The most that is allowed to join, and to keep the label once it is carried. Raises Misshapen."""

    to_join: int
    to_keep: int

    def __post_init__(self) -> None:
        if self.to_keep < self.to_join:
            raise Misshapen("to_keep", "keeps_less_than_it_asks")

    def of(self, facts: AdmissionFacts) -> int:
        return self.to_keep if facts.holds_label else self.to_join


@dataclass(frozen=True, kw_only=True)
class PeaceOfMindAdmissionTerms:
    """Terms of `peace_of_mind_admission`; what each figure is for stands beside it in `terms.yaml`."""

    version: int
    window_days: int
    orders_at_least: int
    complaint_percent: Bar
    complaints_at_least: int
    unanswered_percent: Bar
    asked_at_least: int
    broken_at_most: Bar
    deposit: Amounts
    deposit_to_keep_percent: int
    debt_to_keep: Amounts
    wait_days: int
    review_hours: int
    appeal_days: int

    def __post_init__(self) -> None:
        refuse_above_all_of_it(self.deposit_to_keep_percent, "deposit_to_keep_percent")
        for name in ("complaint_percent", "unanswered_percent"):
            bar: Bar = getattr(self, name)
            refuse_above_all_of_it(bar.to_keep, f"{name}.to_keep")


def peace_of_mind_admission(facts: AdmissionFacts, terms: PeaceOfMindAdmissionTerms, now: datetime) -> Verdict:
    """Granted when every check is met; otherwise the first that is not says why, and all of them stand in the trace.

    A label promises compensation and moves no money itself: the amount is 0.
    """
    tests = (
        *(() if facts.holds_label else (_orders(facts, terms), _waited(facts, terms, now))),
        _complaints(facts, terms),
        _answers(facts, terms),
        _promises(facts, terms),
        _deposit(facts, terms),
        _debts(facts, terms),
        _licence(facts, now),
    )
    trace = Trace("peace_of_mind_admission", terms.version, facts, tests)
    if not all_passed(tests):
        return refuse(trace, remedy=Remedy.COMPENSATION, settles=Settles.AT_ONCE, currency=facts.currency)
    return grant(
        trace,
        remedy=Remedy.COMPENSATION,
        settles=Settles.AT_ONCE,
        currency=facts.currency,
        because="label_kept" if facts.holds_label else "label_granted",
    )


def _orders(facts: AdmissionFacts, terms: PeaceOfMindAdmissionTerms) -> Test:
    values = {"orders": facts.orders, "least": terms.orders_at_least, "days": terms.window_days}
    return Test("enough_orders", facts.orders >= terms.orders_at_least, values)


def _waited(facts: AdmissionFacts, terms: PeaceOfMindAdmissionTerms, now: datetime) -> Test:
    if facts.lost_at is None:
        return Test("waited_since_loss", True, {"days": terms.wait_days})  # noqa: FBT003 (the outcome of the test)
    until = facts.lost_at + timedelta(days=terms.wait_days)
    values = {"days": terms.wait_days, "lost_at": facts.lost_at, "until_at": until}
    return Test("waited_since_loss", now >= until, values)


def _complaints(facts: AdmissionFacts, terms: PeaceOfMindAdmissionTerms) -> Test:
    percent = terms.complaint_percent.of(facts)
    few = facts.complaints < terms.complaints_at_least
    values = {
        "complaints": facts.complaints,
        "orders": facts.orders,
        "percent": percent,
        "least": terms.complaints_at_least,
    }
    return Test("few_complaints", few or _within(facts.complaints, facts.orders, percent), values)


def _answers(facts: AdmissionFacts, terms: PeaceOfMindAdmissionTerms) -> Test:
    percent = terms.unanswered_percent.of(facts)
    few = facts.asked < terms.asked_at_least
    values = {
        "unanswered": facts.unanswered,
        "asked": facts.asked,
        "percent": percent,
        "least": terms.asked_at_least,
    }
    return Test("answers_in_time", few or _within(facts.unanswered, facts.asked, percent), values)


def _within(part: int, whole: int, percent: int) -> bool:
    """Whether the part is at most so many percent of the whole, without a rounding."""
    return part * WHOLE_PERCENT <= percent * whole


def _promises(facts: AdmissionFacts, terms: PeaceOfMindAdmissionTerms) -> Test:
    most = terms.broken_at_most.of(facts)
    return Test("promises_are_kept", facts.broken <= most, {"broken": facts.broken, "most": most})


def _deposit(facts: AdmissionFacts, terms: PeaceOfMindAdmissionTerms) -> Test:
    least = terms.deposit.of(facts.currency)
    if facts.holds_label:
        least = percentage(least, terms.deposit_to_keep_percent * BASIS_POINTS_OF_A_PERCENT)
    values = {"deposit": money(facts.deposit, facts.currency), "least": money(least, facts.currency)}
    return Test("deposit_is_paid", facts.deposit >= least, values)


def _debts(facts: AdmissionFacts, terms: PeaceOfMindAdmissionTerms) -> Test:
    most = terms.debt_to_keep.of(facts.currency) if facts.holds_label else 0
    values = {"owed": money(facts.owed, facts.currency), "most": money(most, facts.currency)}
    return Test("no_open_debts", facts.owed <= most, values)


def _licence(facts: AdmissionFacts, now: datetime) -> Test:
    """Valid to the end of its last day, which is counted in UTC."""
    until = facts.licensed_until
    return Test("licence_is_on_record", until is not None and now.date() <= until, {})
