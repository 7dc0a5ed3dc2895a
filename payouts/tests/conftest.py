"""The provider behind the payouts' tests, and payouts on their way to it."""

from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
from pytest_django import Settings

from accounts.models import User
from ledger.actions import Posting
from ledger.chart import payable_to, settlement_of
from ledger.models import TransferKind
from payouts.actions import send_next, start
from payouts.models import Payout
from payouts.tests.sandbox import SECRET, Provider, running_provider

Pay = Callable[..., Payout]


@pytest.fixture(scope="session")
def provider_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Provider]:
    with running_provider(tmp_path_factory.mktemp("sandbox")) as provider:
        yield provider


@pytest.fixture
def provider(provider_process: Provider, settings: Settings) -> Iterator[Provider]:
    settings.SANDBOX_URL = settings.STRIPE_API_BASE = provider_process.url
    settings.SANDBOX_SECRET, settings.STRIPE_WEBHOOK_SECRETS = SECRET, [SECRET]
    settings.STRIPE_API_KEY = "sk_test"
    provider = Provider(provider_process.url, settings)
    yield provider
    provider.go_ahead(seconds=0)


@pytest.fixture
def pay(consumer: User, now: datetime, request: pytest.FixtureRequest) -> Pay:
    """Start a payout of 12.50 that a shop pays for, through the sandbox; through Stripe, of a payment of 100.00."""

    def pay(key: str = "claim:1:refund:1", gateway: str = "sandbox", amount: int = 12_50) -> Payout:
        refund = Posting(
            key=key,
            debit=settlement_of(1, "GBP"),
            credit=payable_to(consumer.pk, "GBP"),
            amount=amount,
            kind=TransferKind.REFUND,
            happened_at=now,
        )
        paid_in = request.getfixturevalue("provider").pay_in(100_00, "GBP") if gateway == "stripe" else ""
        return start(
            key=key,
            payee=consumer,
            amount=amount,
            currency="GBP",
            gateway=gateway,
            at=now,
            funding=[refund],
            payment_reference=paid_in,
        )

    return pay


def sweep_until_it_ends(payout: Payout) -> datetime:
    """Let time pass from one due moment to the next until the payout has ended; when that was."""
    for _ in range(20):
        payout.refresh_from_db()
        if payout.ended_at is not None:
            return payout.ended_at
        assert payout.next_at is not None
        send_next(now=payout.next_at)
    raise AssertionError(f"{payout} is still {payout.status}")
