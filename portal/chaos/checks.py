"""What must hold after every run, whatever died in it: nothing lost, nothing paid twice, the books balanced."""

from collections import Counter
from collections.abc import Iterator

from compensation.models import Coupon
from disputes.models import Claim
from ledger.chart import balance_of, wallet_of
from payouts.gateways.registry import WALLET
from payouts.models import Payout
from portal.chaos.servers import Provider
from portal.chaos.world import CURRENCY, Case
from portal.verification import verify


def breaks(case: Case, provider: Provider) -> Iterator[str]:
    """What is wrong with this case and with the books as a whole, one sentence each."""
    yield from money(case, provider)
    yield from _claims(case)
    yield from _coupons(case)
    yield from books()


def books() -> Iterator[str]:
    if (found := verify().first_break) is not None:
        yield f"the books: {found}"


def unannounced(case: Case, provider: Provider) -> Iterator[str]:
    """Money that left the provider while our books know of no attempt; looked for right after the stroke."""
    for payout in Payout.objects.filter(payee=case.consumer, attempts__isnull=True).exclude(gateway=WALLET):
        if str(payout.provider_key) in {key for key, _ in provider.paid_to(case.consumer.pk)}:
            yield f"unannounced: payout {payout.pk} has left and no attempt says so"


def money(case: Case, provider: Provider) -> Iterator[str]:
    """Compared with the provider's own record, which knows nothing of ours."""
    paid = provider.paid_to(case.consumer.pk)
    if case.order.payment_reference:
        paid += provider.given_back(case.order.payment_reference)
    received = balance_of(wallet_of(case.consumer.pk, CURRENCY)).posted + sum(amount for _, amount in paid)
    known = {str(key) for key in Payout.objects.filter(payee=case.consumer).values_list("provider_key", flat=True)}
    for key, times in Counter(key for key, _ in paid).items():
        if times > 1:
            yield f"paid twice: {key} left the provider {times} times"
        if key not in known:
            yield f"paid under a key that nobody knows: {key}"
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


def _coupons(case: Case) -> Iterator[str]:
    coupons = Coupon.objects.filter(holder=case.consumer)
    if not case.coupon_ends_as:  # a case that takes long may bring one as goodwill
        coupons = coupons.exclude(scheme="goodwill")
    found = list(coupons.values_list("status", flat=True))
    if found != [case.coupon_ends_as] * bool(case.coupon_ends_as):
        yield f"the consumer's coupons are {found} and should be one that is {case.coupon_ends_as or 'not there'}"
