"""One seed: people, the clock and the provider act at random, step by step, and after each the model is compared.

The clock moves on by seconds, minutes or hours and never leaps a day: what expires, expires in between. Sweeps run at
random moments, are left out, run twice at once, or die on the way.
"""

from collections.abc import Callable
from datetime import timedelta

from portal.chaos.simulation import checks, finance, people, sweeps
from portal.chaos.simulation.walk import Walk
from portal.chaos.simulation.world import buy

# How far the clock moves on after an operation, and how often.
STEPS = [timedelta(seconds=7), timedelta(seconds=45), timedelta(minutes=4), timedelta(minutes=40),
         timedelta(hours=2), timedelta(hours=5)]  # fmt: skip
WEIGHTS = [2, 2, 3, 4, 6, 6]
# What is done, and how often.
VERBS: dict[Callable[[Walk], bool | None], int] = {
    people.file: 26,
    people.merchant_acts: 20,
    people.consumer_acts: 20,
    people.agent_decides: 8,
    people.somebody_appeals: 5,
    people.senior_decides_the_appeal: 5,
    people.evidence_and_words: 2,
    people.a_stranger_tries: 2,
    people.merchant_refunds_unasked: 5,
    finance.an_order_arrives: 5,
    finance.finance_moves_money: 7,
    finance.the_fund_helps: 6,
}
# How likely each runs in a tick.
SWEEPS: dict[Callable[[Walk], None], float] = {
    sweeps.deadlines_pass: 1 / 2,
    sweeps.reminders_go_out: 1 / 10,
    sweeps.debts_are_paid: 1 / 3,
    sweeps.the_fund_pays: 1 / 3,
    sweeps.payouts_are_sent: 2 / 3,
    sweeps.provider_tells: 1 / 2,
}


def begin(walk: Walk) -> None:
    """Some orders, and some money or none for each merchant and for the fund."""
    for _ in range(9):
        buy(walk.cast, walk.model, walk.chance, now=walk.now)
    for merchant in walk.cast.merchants:
        finance.pay_in(walk, merchant, walk.chance.choice([0, 500_00, 5_000_00]))
    finance.fill_the_fund(walk, walk.chance.choice([0, 300_00, 20_000_00]))
    walk.look()


def go(walk: Walk, operations: int) -> None:
    """So many operations, time passing after each, and then all comes to rest. Raises Unexpected."""
    for number in range(operations):
        verbs = list(VERBS)
        verb = walk.chance.choices(verbs, [VERBS[it] for it in verbs])[0]
        walk.trail.append(f"{number} {walk.now:%m-%d %H:%M:%S} {verb.__name__}")
        if verb(walk) is False:
            people.file(walk)
        tick(walk)
    come_to_rest(walk)


def tick(walk: Walk) -> None:
    walk.now += walk.chance.choices(STEPS, WEIGHTS)[0]
    walk.provider.now = walk.now
    walk.provider.pay_pending(walk.chance.randrange(1, 5))
    for sweep in walk.chance.sample(list(SWEEPS), len(SWEEPS)):
        if walk.chance.random() < SWEEPS[sweep]:
            sweep(walk)
    walk.look()


def come_to_rest(walk: Walk) -> None:
    """All goes well from here, the fund is filled and nobody acts any more: everything must end, paid in full."""
    walk.trail.append("come to rest")
    walk.provider.well = True
    if walk.model.stopped:
        finance.turn_the_switch(walk)
    for _ in range(60):
        finance.fill_the_fund(walk, 50_000_00)
        walk.now += timedelta(hours=9)
        walk.provider.now = walk.now
        walk.provider.pay_pending(1)
        for sweep in SWEEPS:
            sweep(walk)
        checks.wake_whoever_waits_for_a_person(walk.cast.finance, walk.now)
        walk.look()
        if checks.all_is_quiet():
            break
    checks.everything_is_paid(walk.model, walk.books, walk.provider)
