"""The short form of the simulation: a hundred operations over more than a week for each seed.

SIMULATION_SEEDS sets how many seeds (50); `CHAOS=minutes make chaos` takes as many as there is time for.
"""

import os
from dataclasses import replace
from unittest.mock import patch

import pytest

from payouts.gateways.interface import Outcome
from payouts.gateways.sandbox.gateway import Sandbox
from portal.chaos.simulation import simulate

pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.no_cover,  # counting lines takes twice the time
]

SEEDS = int(os.environ.get("SIMULATION_SEEDS", "50"))


@pytest.mark.parametrize("seeds", [range(start, start + 5) for start in range(0, SEEDS, 5)], ids=str)
def test_a_hundred_operations_end_with_everybody_paid_to_the_cent(seeds):
    assert [failure for seed in seeds if (failure := simulate(seed, operations=100))] == []


def taken_for_refused(send):
    """A sender that takes a lost answer for a refusal, and so lets the wallet pay what the provider has paid."""

    def send_and_guess(self, payout):
        answer = send(self, payout)
        return replace(answer, outcome=Outcome.REFUSED) if answer.outcome == Outcome.UNKNOWN else answer

    return send_and_guess


FAULTS = {
    "a lost answer is taken for a refusal": lambda: patch.object(Sandbox, "send", taken_for_refused(Sandbox.send)),
    "a claim that ends unpaid keeps its hold on the line": lambda: patch("disputes.endings.give_back_all_but"),
    "an appeal moves no money": lambda: patch(
        "disputes.actions.decide_appeal.mirror", lambda case, ruling, first: case.claim.paid
    ),
    "nobody is paid what the fund owes": lambda: patch("disputes.debts._pay", return_value=True),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_the_model_notices_when(fault):
    with FAULTS[fault]():
        assert any(simulate(seed, operations=100) for seed in range(8))
