"""What must hold after every run, whatever died in it: nothing lost, nothing paid twice, the books balanced."""

from collections.abc import Iterator

from disputes.models import Claim
from ledger.chart import balance_of, wallet_of
from payouts.gateways.registry import WALLET
from payouts.models import Payout
from portal.chaos.servers import Provider
from portal.chaos.world import CURRENCY, Case
from portal.verification import verify


def breaks(case: Case, provider: Provider) -> Iterator[str]:
    """What is wrong with this case and with the books as a whole, one sentence each."""
    yield from _money(case, provider)
    yield from _claims(case)
    if (found := verify().first_break) is not None:
        yield f"the books: {found}"


def _money(case: Case, provider: Provider) -> Iterator[str]:
    """Compared with the provider's own record, which knows nothing of ours."""
    received = balance_of(wallet_of(case.consumer.pk, CURRENCY)).posted
    for payout in Payout.objects.filter(payee=case.consumer).exclude(gateway=WALLET):
        movements = provider.movements(str(payout.provider_key))
        received += sum(movement["amount"] for movement in movements)
        if len(movements) > 1:
            yield f"paid twice: payout {payout.pk} left the provider {len(movements)} times"
    if received != case.owed:
        word = "lost" if received < case.owed else "paid twice"
        yield f"{word}: the consumer has {received} and is owed {case.owed}"


def _claims(case: Case) -> Iterator[str]:
    found = list(Claim.objects.filter(line=case.line))
    if len(found) != case.claims and not (case.claim is None and case.claims == 0):
        yield f"the line has {len(found)} claims and should have {case.claims}"
    for claim in found:
        if case.ends_as and claim.status not in case.ends_as:
            yield f"claim {claim.number} is {claim.status} and should be {' or '.join(case.ends_as)}"
